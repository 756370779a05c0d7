import type { ItemKey } from "./item-key.ts";

/** The partition of a run's approvals. */
export function approvalPartition(run: string): string {
  return `approval#${run}`;
}

export function approvalKey(run: string, epoch: number, path: string): ItemKey {
  return { pk: approvalPartition(run), sk: `approval#${epoch}#${path}` };
}
