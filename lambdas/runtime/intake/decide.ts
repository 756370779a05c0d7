import type { CollectedEventItem, RunItem } from "../../../lib/contract/table.ts";
import { awaitsMessage } from "../express/start.ts";

/**
 * What follows from an event, given what the table has under its identity. The decisions are made from data
 * alone, so that a delivery and the dry run of a replay decide alike.
 */
type RunDecision =
  /** An earlier event of the same identity had another payload. */
  | "refuse"
  /** The run is to be started, unless it has to wait. */
  | "begin"
  /** The run needs no execution, and an earlier delivery may have stopped before it sent its message. */
  | "send"
  /** The run was started before: the event is a duplicate. */
  | "leave";

/** Decides about the run that an event starts. `claimed`: the run in the table, which may be this one. */
export function decideRun(
  described: Pick<RunItem, "payload"> & { event: Pick<RunItem["event"], "id"> },
  claimed: RunItem,
): RunDecision {
  if (claimed.payload !== described.payload) return "refuse";
  if (claimed.status === "accepted") return "begin";
  return claimed.event.id === described.event.id && awaitsMessage(claimed) ? "send" : "leave";
}

/** `join`: it waits for others of its key. `leave`: it is part of a run. */
type CollectedDecision = "refuse" | "join" | "leave";

/** Decides about an event that is collected. `claimed`: the event in the table, which may be this one. */
export function decideCollected(
  described: CollectedEventItem,
  claimed: CollectedEventItem,
): CollectedDecision {
  if (claimed.payload !== described.payload) return "refuse";
  return claimed.run === undefined ? "join" : "leave";
}
