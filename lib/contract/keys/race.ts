import type { ItemKey } from "./item-key.ts";

/** The partition of the decided races of a run, and of the runs that their ways have called. */
export function racePartition(run: string): string {
  return `race#${run}`;
}

/** One per race of a run, in each epoch. */
export function raceKey(run: string, epoch: number, path: string): ItemKey {
  return { pk: racePartition(run), sk: `race#${epoch}#${path}` };
}

/** One per run that a way of a race has called. */
export function raceChildKey(run: string, epoch: number, path: string): ItemKey {
  return { pk: racePartition(run), sk: `child#${epoch}#${path}` };
}
