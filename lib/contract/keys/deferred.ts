import type { Direction } from "./claim.ts";
import type { ItemKey } from "./item-key.ts";

/** The partition of a run's deferred messages. Approvals and waits, which have no claims, defer too. */
export function deferredPartition(run: string): string {
  return `deferred#${run}`;
}

/** The run or reaction run of a `deferredPartition` key. */
export function runOfDeferred({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("deferred#".length);
}

/** A deferred message, one per effect and one per compensation. */
export function deferredKey(run: string, epoch: number, path: string, direction: Direction): ItemKey {
  return { pk: deferredPartition(run), sk: `deferred#${epoch}#${path}#${direction}` };
}
