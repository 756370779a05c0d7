import { digest } from "../canonical.ts";

/**
 * Items are spread over several index partitions, because one hot partition of an index throttles the table.
 */
const SHARDS = 4;

/** An index key has at most 2,048 bytes, and a character up to four. */
const LONGEST_KEY = 400;

/** Index partition of a workflow's runs by status: open ones together, ended ones by status. */
export function foundPartition(workflow: string, status: string, run: string): string {
  return `${workflow}#${status}#${digest(run, 1).charCodeAt(0) % SHARDS}`;
}

/** All partitions of such runs. */
export function foundPartitions(workflow: string, status: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${workflow}#${status}#${shard}`);
}

/** The index partition of a workflow's runs with the same key. */
export function keyedPartition(workflow: string, key: string): string {
  return `${workflow}#${key.length > LONGEST_KEY ? digest(key) : key}`;
}

export type ListedKind =
  | "run"
  | "approval"
  | "quarantine"
  | "dead-letter"
  | "replay"
  /** Deliveries that are a problem; those that are overdue. */
  | "delivery-problem"
  | "delivery-overdue"
  | "due"
  /** Runs and reaction runs whose log is to be compared with the table. */
  | "ended"
  | "unpublished"
  /** Runs of a workflow that wait until it is active again. */
  | `held#${string}`
  /** Messages of a workflow that are deferred until the pause ends, and those of all workflows that have a time. */
  | `deferred#${string}`
  | "deferred-due";

/** The index partition of an item of this kind and id. */
export function shardOf(kind: ListedKind, id: string): string {
  return `${kind}#${digest(id, 1).charCodeAt(0) % SHARDS}`;
}

/** All partitions of a kind. */
export function shardsOf(kind: ListedKind): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${kind}#${shard}`);
}
