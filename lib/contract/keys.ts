import { canonicalJson, digest } from "./canonical.ts";

/** The longest name that Step Functions takes for an execution. */
export const LONGEST_EXECUTION_NAME = 80;
const DIGEST_LENGTH = 26;
/** The longest workflow name from which an execution name with epoch can be made. */
export const LONGEST_WORKFLOW_NAME = LONGEST_EXECUTION_NAME - DIGEST_LENGTH - 1 - "-e9999".length;

/** A run's id: the same for the same workflow, event name and identity. 130 bits of SHA-256 keep others apart. */
export function runId(workflow: string, event: string, identity: string): string {
  return `${workflow}-${digest(`${event}\n${identity}`, DIGEST_LENGTH)}`;
}

/** The name of a run's execution: the run's id, with the epoch from the second on. */
export function executionName(run: string, epoch: number): string {
  return epoch === 1 ? run : `${run}-e${epoch}`;
}

/** The run and epoch of an execution's name. */
export function parseExecutionName(name: string): { run: string; epoch: number } {
  const [, run, epoch] = /^(.*?)(?:-e(\d+))?$/.exec(name) as unknown as [string, string, string | undefined];
  return { run, epoch: epoch === undefined ? 1 : Number(epoch) };
}

/** What two deliveries must have in common to be the same event said twice. */
export function payloadDigest(data: unknown): string {
  return digest(canonicalJson(data));
}

/** An event id that says the same thing whenever it is derived from the same change. */
export function derivedEventId(...parts: (string | number)[]): string {
  return digest(parts.join("\n"));
}

/** Primary key of the table: everything of one run lies in one partition. */
export interface ItemKey {
  pk: string;
  sk: string;
}

export function runKey(run: string): ItemKey {
  return { pk: `run#${run}`, sk: "run" };
}

/** An effect, or its compensation. */
export type Direction = "do" | "undo";

/** One per effect and one per compensation: run # epoch # path # do or undo. */
export function claimKey(run: string, epoch: number, path: string, direction: Direction = "do"): ItemKey {
  return { pk: `run#${run}`, sk: `claim#${epoch}#${path}#${direction}` };
}

export function approvalKey(run: string, epoch: number, path: string): ItemKey {
  return { pk: `run#${run}`, sk: `approval#${epoch}#${path}` };
}

export function quarantineKey(id: string): ItemKey {
  return { pk: `quarantine#${id}`, sk: "quarantine" };
}

/** The claim's key as one text, which step code hands to external APIs as *their* idempotency key. */
export function idempotencyKey({ pk, sk }: ItemKey): string {
  return `${pk}#${sk}`;
}

/** Index partitions hold a share each, because one hot partition of an index throttles the table. */
const SHARDS = 4;

/** The partition of an index in which an item of this kind and id is found. */
export function shardOf(kind: ListedKind, id: string): string {
  return `${kind}#${digest(id, 1).charCodeAt(0) % SHARDS}`;
}

/** All partitions of a kind. */
export function shardsOf(kind: ListedKind): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${kind}#${shard}`);
}

export type ListedKind = "run" | "approval" | "quarantine" | "due" | "unpublished";
