import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { QuarantineItem, RunItem } from "../../../lib/contract/table.ts";
import { consume } from "../consume.ts";
import { endlessLoop } from "../loop.ts";
import type { Finding } from "../validation.ts";
import { type Accepted, type Called, describeRun, ofBatch, runOf } from "./describe-run.ts";
import { fitInput, wholeInput } from "./fit.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";

/** Why an event may not enter. */
export interface Refused {
  accepted: false;
  reason: QuarantineItem["reason"];
  findings: Finding[];
}

/** The run that an event starts, or why it cannot start one. */
export type ReadRun = { accepted: true; run: RunItem } | Refused;

/** An event as its workflow reads it. */
export interface ReadEvent {
  accepted: true;
  /** By its identity; see `runOf`. */
  id: string;
  envelope: Envelope;
  consumed: Accepted;
  /** What travels of its payload. */
  payload: Record<string, unknown>;
}

type ReadPorts = Pick<IntakePorts, "artifacts" | "now">;

/** Checks an event and derives its run. Writes only values that are too large for an execution's input. */
export async function readRun(
  arrived: Envelope,
  called: Called,
  spec: IntakeSpec,
  ports: ReadPorts,
): Promise<ReadRun> {
  const read = await readEvent(arrived, called, spec, ports);
  if (!read.accepted) return read;
  const { id, envelope, consumed, payload } = read;
  const run = describeRun(id, envelope, consumed, payload, spec, ports.now(), called);
  if (spec.perKey && run.key === undefined) return refused("contract", noKey(consumed.contract));
  if (spec.sharedLimit && run.limit === undefined) return refused("contract", noKey(consumed.contract));
  const { priority = 0 } = run;
  if (!(Math.abs(priority) <= MOST_PRIORITY)) return refused("contract", badPriority(priority));
  return { accepted: true, run };
}

/** Checks an event. Writes nothing but what is too large for an execution's input. */
export async function readEvent(
  arrived: Envelope,
  called: Called,
  spec: IntakeSpec,
  ports: ReadPorts,
): Promise<ReadEvent | Refused> {
  const envelope = { ...arrived };
  if (called.run !== undefined) {
    const whole = await wholeInput(arrived.data, ports.artifacts(spec.workflow, called.run));
    if (!whole.fits) return refused("contract", { path: "", message: whole.failure.message });
    envelope.data = whole.payload;
  }
  if (envelope.hops > spec.mostHops)
    return refused("loop", endlessLoop(envelope, spec.workflow, spec.mostHops));
  const consumed = await consume(envelope, spec.on, spec.workflow);
  if (!consumed.accepted) return consumed;

  const id = runOf(envelope, consumed, spec, called);
  const read = spec.batch ? ofBatch("", [consumed.data]) : consumed.data;
  const input = await fitInput(read, spec.reads, ports.artifacts(spec.workflow, id));
  if (!input.fits) return refused("contract", { path: "", message: input.failure.message });
  const payload = spec.batch ? (input.payload.events as [ReadEvent["payload"]])[0] : input.payload;
  return { accepted: true, id, envelope, consumed, payload };
}

function refused(reason: QuarantineItem["reason"], ...findings: Finding[]): Refused {
  return { accepted: false, reason, findings };
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
export function noKey({ name }: EventContract): Finding {
  return {
    path: "millrace.subject",
    message: `The workflow orders or limits its runs by key, but ${name} has none. Declare "key" in its contract, or send the event with a subject.`,
  };
}
