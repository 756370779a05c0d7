import { canonicalJson, digest } from "./canonical.ts";

/** The longest name that Step Functions takes for an execution. */
export const LONGEST_EXECUTION_NAME = 80;
const DIGEST_LENGTH = 26;
/** The longest workflow name from which an execution name with epoch can be made. */
export const LONGEST_WORKFLOW_NAME = LONGEST_EXECUTION_NAME - DIGEST_LENGTH - 1 - "-e9999".length;

/** A run's id, or that of a reaction's handling of an event: the same for the same workflow or reaction, event name and identity. 130 bits of SHA-256 keep others apart. */
export function runId(workflow: string, event: string, identity: string): string {
  return `${workflow}-${digest(`${event}\n${identity}`, DIGEST_LENGTH)}`;
}

/** Pattern of the ids of a workflow's runs, or of a reaction's handlings, in which "?" is any character; without a name, of all. */
export function runPattern(name?: string): string {
  return name === undefined ? "*" : `${name}-${"?".repeat(DIGEST_LENGTH)}`;
}

/** The workflow of a run, by the run's id. */
export function workflowOfRun(run: string): string {
  return run.slice(0, -(DIGEST_LENGTH + 1));
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

/** The name of an execution that undoes effects of a run; rounds count over all epochs. */
export function compensationName(run: string, round: number): string {
  return `${run}-u${round}`;
}

/** The run of a compensation's name. */
export function parseCompensationName(name: string): string {
  return name.replace(/-u\d+$/, "");
}

/** The state machine that undoes what runs of a workflow did. No workflow's own name has an underscore. */
export function compensationMachine(workflow: string): string {
  return `${workflow}${COMPENSATION}`;
}

export function isCompensationMachine(machine: string): boolean {
  return machine.endsWith(COMPENSATION);
}

const COMPENSATION = "_undo";

/** What two deliveries must have in common to be the same event said twice. */
export function payloadDigest(data: unknown): string {
  return digest(canonicalJson(data));
}

/** An event id that says the same thing whenever it is derived from the same change. */
export function derivedEventId(...parts: (string | number)[]): string {
  return digest(parts.join("\n"));
}

/**
 * Primary key of the table. A policy limits a role by partition keys alone, so a partition holds what one kind of writer
 * writes: a run, what its workers have claimed, what is deferred, and what people are asked lie in four.
 */
export interface ItemKey {
  pk: string;
  sk: string;
}

/** A key as one text, by which keys are compared. */
export function keyText({ pk, sk }: ItemKey): string {
  return `${pk}|${sk}`;
}

export function runKey(run: string): ItemKey {
  return { pk: `run#${run}`, sk: "run" };
}

/** The partition in which the workers of a run's workflow, or a reaction, write. */
export function workPartition(run: string): string {
  return `work#${run}`;
}

/** The run, or the handling, that a key of `workPartition` is about. */
export function runOfWork({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("work#".length);
}

/** The partition of a run's or handling's deferred messages. Approvals and waits, which write no claim, defer too. */
export function deferredPartition(run: string): string {
  return `deferred#${run}`;
}

/** The run, or the handling, that a key of `deferredPartition` is about. */
export function runOfDeferred({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("deferred#".length);
}

/** The partition of what people are asked for a run. */
export function approvalPartition(run: string): string {
  return `approval#${run}`;
}

/** The partition of everything that a run's log covers. */
export function partitionsOf(run: string): string[] {
  return [runKey(run).pk, workPartition(run), deferredPartition(run), approvalPartition(run)];
}

/** An effect, or its compensation. */
export type Direction = "do" | "undo";

/** One per effect and one per compensation: run # epoch # path # do or undo. */
export function claimKey(run: string, epoch: number, path: string, direction: Direction = "do"): ItemKey {
  return { pk: workPartition(run), sk: `claim#${epoch}#${path}#${direction}` };
}

export function approvalKey(run: string, epoch: number, path: string): ItemKey {
  return { pk: approvalPartition(run), sk: `approval#${epoch}#${path}` };
}

/** Everything about one key of a workflow lies in one partition: its places, and the line of those that wait. */
export function keyQueueKey(workflow: string, key: string): ItemKey {
  return { pk: `key-queue#${workflow}#${key}`, sk: "key-queue" };
}

/** A run in the line; `order` sorts. */
export function queuedKey(keyQueue: string, order: string): ItemKey {
  return { pk: keyQueue, sk: `queued#${order}` };
}

/** What people can stop as a whole. */
export type ControlTarget = "workflow" | "subscriber";

/** What people have ordered for a workflow or another subscriber. */
export function controlKey(target: ControlTarget, name: string): ItemKey {
  return { pk: `control#${target}#${name}`, sk: "control" };
}

/** A command, by its idempotency key. */
export function commandKey(key: string): ItemKey {
  return { pk: `command#${key}`, sk: "command" };
}

/** A deferred message, one per effect and one per compensation. */
export function deferredKey(run: string, epoch: number, path: string, direction: Direction): ItemKey {
  return { pk: deferredPartition(run), sk: `deferred#${epoch}#${path}#${direction}` };
}

export function breakerKey(breaker: string): ItemKey {
  return { pk: `breaker#${breaker}`, sk: "breaker" };
}

/** Where waiters and events of a name and key meet. A digest, since a key may be of any length. */
export function meetingKey(event: string, key: string): string {
  return `wait#${event}#${digest(key)}`;
}

/** One per wait of a run, whatever its epoch. Without a path, the prefix of all waits of a run. */
export function waiterKey(meeting: string, run: string, path = ""): ItemKey {
  return { pk: meeting, sk: `waiter#${run}#${path}` };
}

/** One per event, however often it comes. */
export function awaitedEventKey(meeting: string, event: string): ItemKey {
  return { pk: meeting, sk: `event#${digest(event)}` };
}

/** One per taker and event. */
export function consumptionKey(meeting: string, consumer: string, event: string): ItemKey {
  return { pk: meeting, sk: `taken#${consumer}#${digest(event)}` };
}

/** A deployed version of a workflow. All of them lie in one partition: there are few, and they are listed together. */
export function releaseKey(workflow: string, version = ""): ItemKey {
  return { pk: "release", sk: `${workflow}#${version}` };
}

export function quarantineKey(id: string): ItemKey {
  return { pk: `quarantine#${id}`, sk: "quarantine" };
}

/** The trigger, workflow or reaction that put an event into quarantine, by its key. */
export function quarantinedBy({ pk }: Pick<ItemKey, "pk">): string {
  return workflowOfRun(pk.slice("quarantine#".length));
}

/** The parts of a body, next to the item of their message, from 0 on. */
export function bodyPartKey({ pk }: ItemKey, part: number): ItemKey {
  return { pk, sk: `body#${part}` };
}

/** An entry of a run's log: in the order of time. `of` and `revision` identify the change, `event` is the id of its event. */
export function logKey(run: string, at: string, of: string, revision: number, event: string): ItemKey {
  return { pk: `log#${run}`, sk: `${at}#${derivedEventId(of, revision, event)}` };
}

/** Where the log of a run ends at a time: a sort key after all entries of that millisecond. */
export function logEnd(at: string): string {
  return `${at}#~`;
}

/** How far the log was compared with the table. */
export function auditKey(): ItemKey {
  return { pk: "audit", sk: "audit" };
}

/** The runs and handlings that one outside event led to. */
export function correlatedKey(correlation: string, run = ""): ItemKey {
  return { pk: `correlation#${correlation}`, sk: run };
}

/** Recent changes, in the order in which they were seen; `nonce` distinguishes simultaneous ones. */
export function feedKey(at = "", nonce = ""): ItemKey {
  return { pk: "feed", sk: `${at}#${nonce}` };
}

/** The registration of viewers. */
export function viewersKey(): ItemKey {
  return { pk: "viewers", sk: "viewers" };
}

/** One per event and subscriber. */
export function deliveryKey(event: string, subscriber: string): ItemKey {
  return { pk: `delivery#${event}`, sk: subscriber };
}

export function deadLetterKey(id: string): ItemKey {
  return { pk: `dead-letter#${id}`, sk: "dead-letter" };
}

export function replayKey(replay: string): ItemKey {
  return { pk: `replay#${replay}`, sk: "replay" };
}

/** The last published occurrence of a schedule, by its name. */
export function scheduleKey(name: string): ItemKey {
  return { pk: `schedule#${name}`, sk: "schedule" };
}

/** What a dry run of a replay has had: one per subscriber and run or handling. Each subscriber writes a partition of its own. */
export function dryRunEventKey(replay: string, subscriber: string, id: string): ItemKey {
  return { pk: `dry-run#${subscriber}#${replay}`, sk: id };
}

/** All deployed queues lie in one partition: there are few, and they are listed together. */
export function deployedQueueKey(name = ""): ItemKey {
  return { pk: "queue", sk: name };
}

/** Index partition of a workflow's runs by status: open ones together, ended ones by status. */
export function foundPartition(workflow: string, status: string, run: string): string {
  return `${workflow}#${status}#${digest(run, 1).charCodeAt(0) % SHARDS}`;
}

/** All partitions of such runs. */
export function foundPartitions(workflow: string, status: string): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${workflow}#${status}#${shard}`);
}

/** Where the runs of a workflow lie that are about the same thing. */
export function keyedPartition(workflow: string, key: string): string {
  return `${workflow}#${key.length > LONGEST_KEY ? digest(key) : key}`;
}

/** What a run is about, by its partition. */
export function keyOfPartition(workflow: string, partition: string): string {
  return partition.slice(workflow.length + 1);
}

/** An index takes 2,048 bytes, and a character has up to four. */
const LONGEST_KEY = 400;

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

/** Where, in the index of what is due, the runs lie that wait until their workflow is open again: oldest first. */
export function heldPartition(workflow: string): string {
  return `held#${workflow}`;
}

/** All partitions of a kind. */
export function shardsOf(kind: ListedKind): string[] {
  return Array.from({ length: SHARDS }, (_, shard) => `${kind}#${shard}`);
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
  /** Runs and handlings whose log is to be compared with the table. */
  | "ended"
  | "unpublished"
  /** Messages of a workflow that are deferred until the pause ends, and those of all workflows that have a time. */
  | `deferred#${string}`
  | "deferred-due";
