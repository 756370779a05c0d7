import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { lostWay } from "../../../lib/contract/race.ts";
import type { RaceChildItem, RunItem } from "../../../lib/contract/table.ts";
import { hasEnded } from "../runs/transitions.ts";
import type { Terminator } from "../wait/ports.ts";
import type { EndPorts } from "./ports.ts";

export interface UndoPorts extends EndPorts {
  /** Ends the runs that a lost way has called. */
  terminator: Terminator;
}

/**
 * Withdraws what the ways that have lost a race have open: their claims and approvals are sealed, as at the
 * end of a run, and the runs that they have called are terminated. Answers `later` if such a run was
 * requested and does not exist yet.
 */
export async function withdrawLosers(run: RunItem, ports: UndoPorts): Promise<"finished" | "later"> {
  const decided = await ports.races.decided(run.run);
  if (decided.length === 0) return "finished";
  // Also of earlier epochs: one may have ended, and the next begun, before this was done.
  for (const epoch of new Set(decided.map((race) => race.epoch)))
    if (epoch < run.epoch || !hasEnded(run))
      await ports.claims.seal(run.run, epoch, (path) => lostWay({ epoch, path }, decided) !== undefined);
  const children = await ports.races.children(run.run);
  const ended = [];
  for (const child of children.filter((one) => lostWay(one, decided)))
    ended.push(await terminate(child, ports));
  return ended.every(Boolean) ? "finished" : "later";
}

/** Answers whether the called run exists. */
async function terminate(
  { run: caller, epoch: callerEpoch, path, child }: RaceChildItem,
  { runs, terminator }: UndoPorts,
): Promise<boolean> {
  const run = await runs.read(child);
  if (!run) return false;
  if (hasEnded(run)) return true;
  await terminator.terminate({
    action: "terminate",
    target: { run: child },
    epoch: run.epoch,
    by: "race",
    why: `Another way of the race has won in run ${caller}, which called it at ${path}.`,
    key: derivedEventId("race", caller, callerEpoch, path, child),
  });
  return true;
}
