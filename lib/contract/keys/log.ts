import { derivedEventId } from "../event-id.ts";
import type { ItemKey } from "./item-key.ts";

/** An entry of a run's log: in the order of time. `of` and `revision` identify the change, `event` is the id of its event. */
export function logKey(run: string, at: string, of: string, revision: number, event: string): ItemKey {
  return { pk: `log#${run}`, sk: `${at}#${derivedEventId(of, revision, event)}` };
}

/** The end of a run's log at a time: a sort key after all entries of that millisecond. */
export function logEnd(at: string): string {
  return `${at}#~`;
}

/** How far the log was compared with the table. */
export function auditKey(): ItemKey {
  return { pk: "audit", sk: "audit" };
}

/** The runs and reaction runs that one outside event led to. */
export function correlatedKey(correlation: string, run = ""): ItemKey {
  return { pk: `correlation#${correlation}`, sk: run };
}

/** Recent changes, in the order in which they were seen; `nonce` distinguishes simultaneous ones. */
export function feedKey(at = "", nonce = ""): ItemKey {
  return { pk: "feed", sk: `${at}#${nonce}` };
}

/** The registration of viewers. */
export function viewersKey(): ItemKey {
  return { pk: "viewers", sk: "viewers" };
}
