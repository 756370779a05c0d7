import type { EventContract } from "../../../lib/contract/event.ts";
import type { CollectedEventItem, RunItem } from "../../../lib/contract/table.ts";
import type { Finding } from "../events/validation.ts";
import { collectedEvent } from "./batch/collect.ts";
import type { EventDelivery } from "./delivery.ts";
import { type Called, describeRun } from "./describe-run.ts";
import type { IntakeSpec } from "./intake-spec.ts";
import { type ReadEvent, type ReadPorts, type Refused, readEvent, refused } from "./read-event.ts";

/** What a workflow makes of an event: a run, a part of a batch, or nothing. */
export type Arrival =
  | Refused
  | { kind: "run"; run: RunItem }
  | { kind: "collected"; event: CollectedEventItem };

/**
 * Reads an event: checks it against its contract and describes what it becomes. Writes only values that are too
 * large for an execution's input.
 */
export async function readArrival(
  { envelope, called }: EventDelivery,
  spec: IntakeSpec,
  ports: ReadPorts,
): Promise<Arrival> {
  const read = await readEvent(envelope, called, spec, ports);
  if (read.kind === "refused") return read;
  // What is called has an id of its own, and so it is a batch of its own.
  return spec.batch && called.run === undefined
    ? collectedOf(read, spec, ports.now())
    : runOfEvent(read, called, spec, ports.now());
}

function runOfEvent(
  { id, envelope, consumed, payload }: ReadEvent,
  called: Called,
  spec: IntakeSpec,
  now: number,
): Arrival {
  const run = describeRun(id, envelope, consumed, payload, spec, now, called);
  if (spec.perKey && run.key === undefined) return refused("contract", noKey(consumed.contract));
  if (spec.sharedLimit && run.limit === undefined) return refused("contract", noKey(consumed.contract));
  const { priority = 0 } = run;
  if (!(Math.abs(priority) <= MOST_PRIORITY)) return refused("contract", badPriority(priority));
  return { kind: "run", run };
}

function collectedOf(read: ReadEvent, spec: IntakeSpec, now: number): Arrival {
  const event = collectedEvent(read, spec, now);
  return event ? { kind: "collected", event } : refused("contract", noKey(read.consumed.contract));
}

/** Seconds: a day. */
const MOST_PRIORITY = 86_400;

function badPriority(priority: number): Finding {
  return {
    path: "",
    message: `The workflow's "priority" for this event is ${priority}. It must be a number of seconds from -${MOST_PRIORITY} to ${MOST_PRIORITY}.`,
  };
}

/** A workflow that orders, limits or collects by key needs one. */
function noKey({ name }: EventContract): Finding {
  return {
    path: "millrace.subject",
    message: `The workflow orders or limits its runs by key, but ${name} has none. Declare "key" in its contract, or send the event with a subject.`,
  };
}
