import { openBudget } from "../../../lib/contract/budget.ts";
import { payloadDigest } from "../../../lib/contract/canonical.ts";
import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import { expiryAfter } from "../../../lib/contract/expiry.ts";
import { keyedPartition, shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { dueWhile } from "../../../lib/contract/runs/first-check.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { indexesOf } from "../../../lib/contract/runs/run-indexes.ts";
import { isByKey } from "../../../lib/contract/shared-limit.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { Consumed } from "../events/consume.ts";
import { identityOf } from "../events/identity.ts";
import type { IntakeSpec } from "./intake-spec.ts";

/** Lists show and search this much of a key or an identity. */
const LONGEST_ABOUT = 400;

export type Accepted = Extract<Consumed, { accepted: true }>;

/** What a run may get from sources other than its event. */
export interface Called {
  /** The id, if the caller chose it; otherwise it is derived from the event's identity. */
  run?: string | undefined;
  parent?: RunItem["parent"];
  /** The person who started it. */
  startedBy?: string | undefined;
}

/** The id of the run that an event starts. */
export function runOf(
  { id }: Envelope,
  { contract, data }: Accepted,
  { workflow }: IntakeSpec,
  { run }: Called,
): string {
  return run ?? runId(workflow, contract.name, identityOf(id, data, contract));
}

/**
 * The run that an event starts: the same item for the same event, except for the time of acceptance.
 * `payload` is the part of its data that travels.
 */
export function describeRun(
  id: string,
  envelope: Envelope,
  { contract, data, sent }: Accepted,
  payload: Record<string, unknown>,
  spec: IntakeSpec,
  now: number,
  { parent, startedBy }: Called,
): RunItem {
  const { data: _, ...event } = envelope;
  const key = keyOf(data, contract, spec, event.subject);
  const identity = typeof contract.identity === "function" ? contract.identity(data) : undefined;
  const read = spec.batch ? ofBatch(key, [payload]) : payload;
  const priority = (spec.perKey?.priority ?? spec.sharedLimit?.priority)?.(data);
  const limit = limitOf(spec, spec.sharedLimit?.by?.(data) ?? key);
  const described = {
    id,
    event,
    payload: payloadDigest(sent),
    read,
    key,
    identity,
    limit,
    priority,
    parent,
    startedBy,
  };
  return newRun(described, spec, now);
}

/** The key by which an event belongs to others, if it has one. */
export function keyOf(
  data: object,
  { key }: EventContract,
  { perKey, batch }: IntakeSpec,
  subject: string | undefined,
): string | undefined {
  return (batch?.by ?? perKey?.key ?? key)?.(data) ?? subject;
}

/**
 * The limit that a run shares, under its key. With a limit for all keys, runs without a key belong together by
 * their workflow.
 */
export function limitOf({ sharedLimit, workflow }: IntakeSpec, key: string | undefined): RunItem["limit"] {
  if (!sharedLimit) return undefined;
  const { limit } = sharedLimit;
  const counted = key ?? (isByKey(limit) ? undefined : workflow);
  return counted === undefined ? undefined : { name: limit.name, key: counted };
}

/** What the run of a batch reads. A run that is called has a batch of its own, whatever its key. */
export function ofBatch(key: string | undefined, events: readonly unknown[]): Record<string, unknown> {
  return { key: key ?? "", events };
}

interface DescribedRun
  extends Pick<
    RunItem,
    "event" | "events" | "payload" | "key" | "limit" | "priority" | "parent" | "startedBy"
  > {
  id: string;
  /** What it reads, as far as that travels. */
  read: Record<string, unknown>;
  /** That of its event, if the event's contract names it. */
  identity?: string | undefined;
}

/** An accepted run. */
export function newRun(
  { id, event, events, payload, read, key, identity, limit, priority, parent, startedBy }: DescribedRun,
  spec: IntakeSpec,
  now: number,
): RunItem {
  const time = new Date(now).toISOString();
  const { startWithin, deadline, workflow } = spec;
  const about = key ?? identity;
  // People find such a run by the id that follows from the identity.
  const isFoundById = key === undefined && about !== undefined && id === runId(workflow, event.name, about);
  return {
    ...runKey(id),
    kind: "run",
    run: id,
    workflow: spec.workflow,
    epoch: 1,
    version: spec.version,
    status: "accepted",
    event,
    events,
    payload,
    data: JSON.stringify(read),
    key: spec.perKey && key,
    limit,
    parent,
    startedBy,
    settings: spec.changed,
    switches: spec.switches,
    budget: openBudget(spec.budget),
    acceptedAt: time,
    startWithin,
    deadline,
    priority,
    changedAt: time,
    revision: 1,
    list: shardOf("run", id),
    ...indexesOf({ run: id, workflow: spec.workflow, status: "accepted" }),
    about: about?.slice(0, LONGEST_ABOUT),
    keyed: about === undefined || isFoundById ? undefined : keyedPartition(workflow, about),
    listedAt: time,
    ...dueWhile({ run: id, status: "accepted", acceptedAt: time, startWithin }, now),
    expiresAt: expiryAfter(now, spec.retentionDays),
  };
}
