import { raceChildKey, raceKey, shardOf } from "../../../lib/contract/keys.ts";
import type { CallChild, DecideRace } from "../../../lib/contract/message.ts";
import { waySegment, waysOf } from "../../../lib/contract/race.ts";
import type { RaceChildItem, RaceItem, WaiterItem } from "../../../lib/contract/table.ts";
import { signalWaiter } from "./waiters.ts";

/** When something is recorded, and for how long it is stored. */
interface Moment {
  /** Epoch milliseconds. */
  now: number;
  retentionDays: number;
}

const DAY = 24 * 60 * 60 * 1000;

/** The winner of a race, as its state machine reports it. */
export function raceItem({ run, path, winner }: DecideRace, moment: Moment): RaceItem {
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
    ...storedAt(moment),
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
  moment: Moment,
): RaceChildItem | undefined {
  if (taskToken === undefined || waysOf(path).length === 0) return undefined;
  return {
    ...raceChildKey(run.id, run.epoch, path),
    kind: "race-child",
    run: run.id,
    epoch: run.epoch,
    path,
    child,
    ...storedAt(moment),
  };
}

function storedAt({ now, retentionDays }: Moment) {
  return {
    revision: 1,
    changedAt: new Date(now).toISOString(),
    expiresAt: Math.ceil((now + retentionDays * DAY) / 1000),
  };
}
