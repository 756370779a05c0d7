import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { raceChildKey, raceKey } from "../../../lib/contract/keys/race.ts";
import type { CallChild, DecideRace } from "../../../lib/contract/messages/wait-message.ts";
import { waySegment, waysOf } from "../../../lib/contract/race.ts";
import type { RaceChildItem, RaceItem, WaiterItem } from "../../../lib/contract/table.ts";
import { type Noting, storedAt } from "./noting.ts";
import { signalWaiter } from "./waiters.ts";

/** The winner of a race, as its state machine reports it. */
export function raceItem({ run, path, winner }: DecideRace, noting: Noting): RaceItem {
  return {
    ...raceKey(run.id, run.epoch, path),
    kind: "race",
    run: run.id,
    epoch: run.epoch,
    workflow: run.workflow,
    path,
    winner,
    correlation: run.correlation,
    cause: run.event,
    hops: run.hops,
    traceparent: run.traceparent,
    unpublished: shardOf("unpublished", run.id),
    ...storedAt(noting),
  };
}

/** The state that continues with what the winner has signalled. */
export function winnerWaiter(message: DecideRace, winner: string, now: number): WaiterItem {
  return signalWaiter({ ...message, kind: "signalled", of: waySegment(message.path, winner) }, now);
}

/** The record of an awaited call in a way of a race; undefined for other calls. */
export function raceChild(
  { run, path, taskToken }: CallChild,
  child: string,
  noting: Noting,
): RaceChildItem | undefined {
  if (taskToken === undefined || waysOf(path).length === 0) return undefined;
  return {
    ...raceChildKey(run.id, run.epoch, path),
    kind: "race-child",
    run: run.id,
    epoch: run.epoch,
    path,
    child,
    ...storedAt(noting),
  };
}
