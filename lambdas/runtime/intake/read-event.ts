import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { QuarantineItem } from "../../../lib/contract/table.ts";
import { consume } from "../events/consume.ts";
import { endlessLoop } from "../events/loop.ts";
import type { Finding } from "../events/validation.ts";
import { type Accepted, type Called, ofBatch, runOf } from "./describe-run.ts";
import { fitInput, wholeInput } from "./fit.ts";
import type { IntakePorts } from "./intake-ports.ts";
import type { IntakeSpec } from "./intake-spec.ts";

/** Why an event may not enter. */
export interface Refused {
  kind: "refused";
  reason: QuarantineItem["reason"];
  findings: Finding[];
}

/** An event as its workflow reads it. */
export interface ReadEvent {
  kind: "read";
  /** By its identity; see `runOf`. */
  id: string;
  envelope: Envelope;
  consumed: Accepted;
  /** What travels of its payload. */
  payload: Record<string, unknown>;
}

export type ReadPorts = Pick<IntakePorts, "artifacts" | "now">;

/** Checks an event against its contract. */
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
  if (!consumed.accepted) return refused(consumed.reason, ...consumed.findings);

  const id = runOf(envelope, consumed, spec, called);
  const read = spec.batch ? ofBatch("", [consumed.data]) : consumed.data;
  const input = await fitInput(read, spec.reads, ports.artifacts(spec.workflow, id));
  if (!input.fits) return refused("contract", { path: "", message: input.failure.message });
  const payload = spec.batch ? (input.payload.events as [ReadEvent["payload"]])[0] : input.payload;
  return { kind: "read", id, envelope, consumed, payload };
}

export function refused(reason: QuarantineItem["reason"], ...findings: Finding[]): Refused {
  return { kind: "refused", reason, findings };
}
