import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";
import type { DeferReason } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Log } from "../ports/telemetry.ts";
import { deferredItem, deferWhile } from "./defer.ts";
import type { DeferPorts } from "./ports.ts";

export interface DeferMessagePorts extends DeferPorts {
  /** A nonce of this delivery. */
  owner: string;
  now: Now;
  log: Log;
}

type Why =
  | { reason: DeferReason; stillPaused: () => Promise<boolean> }
  /** It is sent again at `due` (epoch milliseconds). */
  | { reason: DeferReason; due: number };

/** Defers a message that has no claim. Answers false if the reason no longer exists. */
export async function deferMessage(
  message: ApprovalMessage | CallChild,
  why: Why,
  ports: DeferMessagePorts,
): Promise<boolean> {
  const { owner, log } = ports;
  const { reason, due, stillPaused } = { due: undefined, stillPaused: async () => true, ...why };
  const item = deferredItem(message, { reason, due, owner }, ports, ports.now());
  const { run, path } = item;
  const deferred = await deferWhile(item, stillPaused, ports, (kept) =>
    log.info(`The message waits outside of its queue: ${reason}.`, { run, path, kept }),
  );
  return deferred !== "resumed";
}
