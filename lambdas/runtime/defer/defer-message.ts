import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";
import type { DeferReason } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Log } from "../ports/telemetry.ts";
import { defer, deferredItem } from "./defer.ts";
import type { DeferPorts } from "./ports.ts";

export interface DeferMessagePorts extends DeferPorts {
  /** A nonce of this delivery. */
  owner: string;
  now: Now;
  log: Log;
}

type Why =
  /** A resume writes the state and then looks for messages; here it is the other way round. */
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
  const due = "due" in why ? why.due : undefined;
  const item = deferredItem(message, { reason: why.reason, due, owner }, ports, ports.now());
  const kept = await defer(item, ports);
  log.info(`The message waits outside of its queue: ${why.reason}.`, {
    run: item.run,
    path: item.path,
    kept,
  });
  if (!kept || "due" in why || (await why.stillPaused())) return true;
  // If it no longer exists, it was sent to the queue again.
  return !(await ports.deferred.remove(item));
}
