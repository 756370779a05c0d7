import { approvalPartition } from "./approval.ts";
import { workPartition } from "./claim.ts";
import { deferredPartition, deferredRequestPartition } from "./deferred.ts";
import type { ItemKey } from "./item-key.ts";

export function runKey(run: string): ItemKey {
  return { pk: `run#${run}`, sk: "run" };
}

/** The partitions of all items that a run's log covers. */
export function partitionsOf(run: string): string[] {
  return [
    runKey(run).pk,
    workPartition(run),
    deferredPartition(run),
    deferredRequestPartition(run),
    approvalPartition(run),
  ];
}
