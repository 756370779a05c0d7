import type { Direction } from "./claim.ts";
import type { ItemKey } from "./item-key.ts";

/** The partition of the deferred messages of a run's steps, or of a reaction run. */
export function deferredPartition(run: string): string {
  return `deferred#${run}`;
}

/**
 * The partition of a run's deferred approvals and calls. The roles of its steps cannot write it, since no name of a
 * workflow has a colon: what is in it was deferred by approvals or waits.
 */
export function deferredRequestPartition(run: string): string {
  return deferredPartition(`${REQUEST}${run}`);
}

const REQUEST = "request:";

/** Whether the key is one of a deferred approval or call. */
export function isRequestKey({ pk }: Pick<ItemKey, "pk">): boolean {
  return pk.startsWith(deferredRequestPartition(""));
}

/** The run or reaction run of a `deferredPartition` key. */
export function runOfDeferred({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("deferred#".length);
}

/** A deferred message, one per effect and one per compensation. */
export function deferredKey(run: string, epoch: number, path: string, direction: Direction): ItemKey {
  return { pk: deferredPartition(run), sk: `deferred#${epoch}#${path}#${direction}` };
}

/** A deferred approval or call: one for each of its states. */
export function deferredRequestKey(run: string, epoch: number, path: string): ItemKey {
  return { ...deferredKey(run, epoch, path, "do"), pk: deferredRequestPartition(run) };
}
