import { canonicalJson, digest } from "./canonical.ts";

/** The longest name of an execution in Step Functions. */
export const LONGEST_EXECUTION_NAME = 80;
const DIGEST_LENGTH = 26;
/** The longest workflow name from which an execution name with epoch can be made. */
export const LONGEST_WORKFLOW_NAME = LONGEST_EXECUTION_NAME - DIGEST_LENGTH - 1 - "-e9999".length;

/**
 * The id of a run or reaction run: the same for the same workflow or reaction, event name and identity. 130
 * bits of SHA-256 keep others apart.
 */
export function runId(workflow: string, event: string, identity: string): string {
  return `${workflow}-${digest(`${event}\n${identity}`, DIGEST_LENGTH)}`;
}

/**
 * Pattern of the ids of a workflow's runs, or of a reaction's runs, in which "?" is any character; without a
 * name, of all.
 */
export function runPattern(name?: string): string {
  return name === undefined ? "*" : `${name}-${"?".repeat(DIGEST_LENGTH)}`;
}

/** The workflow of a run, by the run's id. */
export function workflowOfRun(run: string): string {
  return run.slice(0, -(DIGEST_LENGTH + 1));
}

/** The name of a run's execution: the run's id, with the epoch as a suffix from the second epoch. */
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

/** The name of a state machine. No stack's name contains an underscore. */
export function stateMachineName(stack: string, machine: string): string {
  return `${stack}_${machine}`;
}

/**
 * The state machine that undoes the effects of a workflow's runs. No workflow's own name contains an
 * underscore.
 */
export function compensationMachine(workflow: string): string {
  return `${workflow}${COMPENSATION}`;
}

export function isCompensationMachine(machine: string): boolean {
  return machine.endsWith(COMPENSATION);
}

const COMPENSATION = "_undo";

/** What two deliveries of the same event have in common. */
export function payloadDigest(data: unknown): string {
  return digest(canonicalJson(data));
}

/** An event id that is the same whenever it is derived from the same change. */
export function derivedEventId(...parts: (string | number)[]): string {
  return digest(parts.join("\n"));
}

/**
 * Primary key of the table. A policy limits a role by partition keys alone, so a partition contains the items
 * of one kind of writer: a run, its claims, its deferred messages and its approvals are in four partitions.
 */
export interface ItemKey {
  pk: string;
  sk: string;
}

/** The key of a claim, and the sort key of its item if that is the item of an earlier step of its group. */
export interface ClaimKey extends ItemKey {
  within?: string | undefined;
}

/** A key as text, for comparing keys. */
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

/** The run or reaction run of a `workPartition` key. */
export function runOfWork({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("work#".length);
}

/** The partition of a run's deferred messages. Approvals and waits, which have no claims, defer too. */
export function deferredPartition(run: string): string {
  return `deferred#${run}`;
}

/** The run or reaction run of a `deferredPartition` key. */
export function runOfDeferred({ pk }: Pick<ItemKey, "pk">): string {
  return pk.slice("deferred#".length);
}

/** The partition of a run's approvals. */
export function approvalPartition(run: string): string {
  return `approval#${run}`;
}

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

/** The partitions of all items that a run's log covers. */
export function partitionsOf(run: string): string[] {
  return [runKey(run).pk, workPartition(run), deferredPartition(run), approvalPartition(run)];
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

/** A prefix of the keys of all claims of an epoch that may lie in one item with that of a path: groups never span a loop. */
export function neighboursPrefix(epoch: number, path: string): string {
  return `claim#${epoch}#${path.slice(0, path.lastIndexOf("/") + 1)}`;
}

export function approvalKey(run: string, epoch: number, path: string): ItemKey {
  return { pk: approvalPartition(run), sk: `approval#${epoch}#${path}` };
}

/** Everything about one key of a workflow is in one partition: its slots, and the waiting runs. */
export function keyQueueKey(workflow: string, key: string): ItemKey {
  return { pk: `key-queue#${workflow}#${key}`, sk: "key-queue" };
}

/** A waiting run; `order` sorts. */
export function queuedKey(keyQueue: string, order: string): ItemKey {
  return { pk: keyQueue, sk: `queued#${order}` };
}

/** A lane of a shared limit: that of all keys, or of one. Its waiting runs are in the same partition. */
export function limitLaneKey(limit: string, lane = ""): ItemKey {
  return { pk: `limit#${limit}#${lane}`, sk: "lane" };
}

/** A run that waits for a place: those of a key together, and in order. Without an order, the prefix of a key. */
export function limitEntryKey({ pk }: Pick<ItemKey, "pk">, keyDigest: string, order = ""): ItemKey {
  return { pk, sk: `queued#${keyDigest}#${order}` };
}

/** The part of an entry's key by which runs of one key belong together. */
export function limitKeyDigest(key: string): string {
  return digest(key, DIGEST_LENGTH);
}

/** What a threshold or an absence remembers of a key. */
export function watchedKey(trigger: string, key: string): ItemKey {
  return { pk: `watched#${trigger}#${key === "*" ? key : digest(key)}`, sk: "watched" };
}

/** An event that is collected into a batch, by its identity. */
export function collectedKey(collected: string): ItemKey {
  return { pk: `collected#${collected}`, sk: "collected" };
}

/** The line of a key's events that wait for their batch. */
export function batchLineKey(workflow: string, key: string): ItemKey {
  return { pk: `batch#${workflow}#${key}`, sk: "line" };
}

/** An event in the line: in the order in which they were accepted. */
export function batchEntryKey(line: string, acceptedAt: string, collected: string): ItemKey {
  return { pk: line, sk: `waiting#${acceptedAt}#${collected}` };
}

/** What operators can pause as a whole, or change the settings of. */
export type ControlTarget = "workflow" | "subscriber" | "breaker" | "limit";

/** What operators decided about a workflow, another subscriber, a breaker or a shared limit. */
export function controlKey(target: ControlTarget, name: string): ItemKey {
  return { pk: `control#${target}#${name}`, sk: "control" };
}

/** A revision of the settings; all of a target are in the partition of its `controlKey`. Without a number, their prefix. */
export function settingsKey(target: ControlTarget, name: string, revision?: number): ItemKey {
  const number = revision === undefined ? "" : String(revision).padStart(8, "0");
  return { pk: controlKey(target, name).pk, sk: `settings#${number}` };
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

/** The partition of the waiters and events of a name and key. A digest, since a key may be of any length. */
export function meetingKey(event: string, key: string): string {
  return `wait#${event}#${digest(key)}`;
}

/** One per wait of a run, in any epoch. Without a path, the prefix of all waits of a run. */
export function waiterKey(meeting: string, run: string, path = ""): ItemKey {
  return { pk: meeting, sk: `waiter#${run}#${path}` };
}

/** One per event, however often it is delivered. */
export function awaitedEventKey(meeting: string, event: string): ItemKey {
  return { pk: meeting, sk: `event#${digest(event)}` };
}

/** One per consumer and event. */
export function consumptionKey(meeting: string, consumer: string, event: string): ItemKey {
  return { pk: meeting, sk: `taken#${consumer}#${digest(event)}` };
}

/**
 * A deployed version of a workflow. All are in one partition: there are few, and they are listed together.
 */
export function releaseKey(workflow: string, version = ""): ItemKey {
  return { pk: "release", sk: `${workflow}#${version}` };
}

/** The state machine of a version whose runs do without an execution. Not in the release, which starts of runs read. */
export function releaseMachineKey(workflow: string, version: string): ItemKey {
  return { pk: "release-machine", sk: `${workflow}#${version}` };
}

export function quarantineKey(id: string): ItemKey {
  return { pk: `quarantine#${id}`, sk: "quarantine" };
}

/** The trigger, workflow or reaction that quarantined an event, from its key. */
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

/** The end of a run's log at a time: a sort key after all entries of that millisecond. */
export function logEnd(at: string): string {
  return `${at}#~`;
}

/** How far the log was compared with the table. */
export function auditKey(): ItemKey {
  return { pk: "audit", sk: "audit" };
}

/** The runs and reaction runs that one outside event led to. */
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

/**
 * The events that a dry run has counted: one per subscriber and run or reaction run. Each subscriber writes
 * to a partition of its own.
 */
export function dryRunEventKey(replay: string, subscriber: string, id: string): ItemKey {
  return { pk: `dry-run#${subscriber}#${replay}`, sk: id };
}

/** All deployed queues are in one partition: there are few, and they are listed together. */
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

/** The index partition of a workflow's runs with the same key. */
export function keyedPartition(workflow: string, key: string): string {
  return `${workflow}#${key.length > LONGEST_KEY ? digest(key) : key}`;
}

/** An index key has at most 2,048 bytes, and a character up to four. */
const LONGEST_KEY = 400;

/** The claim's key as text, which handlers pass to external APIs as *their* idempotency key. */
export function idempotencyKey({ pk, sk }: ItemKey): string {
  return `${pk}#${sk}`;
}

/**
 * Items are spread over several index partitions, because one hot partition of an index throttles the table.
 */
const SHARDS = 4;

/** The index partition of an item of this kind and id. */
export function shardOf(kind: ListedKind, id: string): string {
  return `${kind}#${digest(id, 1).charCodeAt(0) % SHARDS}`;
}

/**
 * The partition, in the index of due items, of runs that wait until their workflow is active again: oldest
 * first.
 */
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
  /** Runs and reaction runs whose log is to be compared with the table. */
  | "ended"
  | "unpublished"
  /** Messages of a workflow that are deferred until the pause ends, and those of all workflows that have a time. */
  | `deferred#${string}`
  | "deferred-due";
