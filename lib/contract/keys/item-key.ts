/**
 * Primary key of the table. A policy limits a role by partition keys alone, so a partition contains the items
 * of one kind of writer: a run, its claims, its deferred messages and its approvals are in four partitions.
 */
export interface ItemKey {
  pk: string;
  sk: string;
}

/** A key as text, for comparing keys. */
export function keyText({ pk, sk }: ItemKey): string {
  return `${pk}|${sk}`;
}
