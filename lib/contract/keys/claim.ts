import type { ItemKey } from "./item-key.ts";

/** The key of a claim, and the sort key of its item if that is the item of an earlier step of its group. */
export interface ClaimKey extends ItemKey {
  within?: string | undefined;
}

/** The partition in which the workers of a run's workflow, or a reaction, write. */
export function workPartition(run: string): string {
  return `work#${run}`;
}

/** The run or reaction run of a `workPartition` key. */
export function runOfWork({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("work#".length);
}

/** An effect, or its compensation. */
export type Direction = "do" | "undo";

/** One per effect and one per compensation: run # epoch # path # do or undo. */
export function claimKey(run: string, epoch: number, path: string, direction: Direction = "do"): ItemKey {
  return { pk: workPartition(run), sk: `claim#${epoch}#${path}#${direction}` };
}

/** The path that the key of a claim is about. */
export function pathOfClaim({ sk }: Pick<ItemKey, "sk">): string {
  return sk.slice(sk.indexOf("#", "claim#".length) + 1, sk.lastIndexOf("#"));
}

/** The epoch that the key of a claim is about. */
export function epochOfClaim({ sk }: Pick<ItemKey, "sk">): number {
  return Number(sk.split("#", 2)[1]);
}

/** A prefix of the keys of all claims of an epoch that may be in one item with that of a path: groups never span a loop. */
export function neighboursPrefix(epoch: number, path: string): string {
  return `claim#${epoch}#${path.slice(0, path.lastIndexOf("/") + 1)}`;
}

/** The claim's key as text, which handlers pass to external APIs as *their* idempotency key. */
export function idempotencyKey({ pk, sk }: ItemKey): string {
  return `${pk}#${sk}`;
}
