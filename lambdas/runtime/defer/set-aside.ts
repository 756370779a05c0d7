import type { ApprovalMessage, CallChild } from "../../../lib/contract/message.ts";
import type { ParkedReason } from "../../../lib/contract/table.ts";
import type { Log, Now } from "../ports.ts";
import { park, parkedItem } from "./defer.ts";
import type { ParkPorts } from "./ports.ts";

export interface SetAsidePorts extends ParkPorts {
  /** A nonce of this delivery. */
  owner: string;
  now: Now;
  log: Log;
}

type Why =
  /** An operator's resume lifts the pause first and looks for messages after; here it is the other way round. */
  | { reason: ParkedReason; stillPaused: () => Promise<boolean> }
  /** It comes back at `due` (epoch milliseconds). */
  | { reason: ParkedReason; due: number };

/** Keeps a message that claims nothing outside of its queue. Answers false where the reason for that has gone meanwhile. */
export async function setAside(
  message: ApprovalMessage | CallChild,
  why: Why,
  ports: SetAsidePorts,
): Promise<boolean> {
  const { owner, log } = ports;
  const due = "due" in why ? why.due : undefined;
  const item = parkedItem(message, { reason: why.reason, due, owner }, ports, ports.now());
  const kept = await park(item, ports);
  log.info(`The message waits outside of its queue: ${why.reason}.`, {
    run: item.run,
    path: item.path,
    kept,
  });
  if (!kept || "due" in why || (await why.stillPaused())) return true;
  // Where it is gone, it was sent to the queue again.
  return !(await ports.parked.remove(item));
}
