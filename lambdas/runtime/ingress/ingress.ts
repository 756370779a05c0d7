import { ENVELOPE_KEY, type Envelope, outsideEvent, writeEntry } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import { isObject } from "../../../lib/contract/is-object.ts";
import type { Occurrence, Unreadable } from "../../../lib/contract/trigger/trigger.ts";
import { type QuarantinePorts, quarantine, type Refusal } from "../events/quarantine.ts";
import { type Finding, validate } from "../events/validation.ts";
import type { Bus } from "../ports/bus.ts";
import { publishAll } from "../publish/publish-all.ts";

/** An occurrence with the event that it becomes. */
export interface Arrival extends Occurrence {
  contract: EventContract;
  /** Converts the occurrence's payload to the event's; undefined if it is of no interest. */
  translate?: ((payload: any) => unknown) | undefined;
}

export interface IngressSpec {
  /** The trigger's name, which is the source of its events on the bus. */
  trigger: string;
  retentionDays: number;
}

export interface IngressPorts extends QuarantinePorts {
  bus: Bus;
}

/** The outcome of an arrival. `refused`: the bus rejected it, and it has to be sent again. */
export type ArrivalOutcome = "published" | "quarantined" | "ignored" | "refused";

/**
 * The only path from the outside to the bus: an occurrence is converted, checked against its contract, and
 * published; an invalid one is quarantined instead. Idempotent, since the event's id is the occurrence's.
 */
export async function publishArrivals(
  arrivals: readonly (Arrival | Unreadable)[],
  spec: IngressSpec,
  ports: IngressPorts,
): Promise<ArrivalOutcome[]> {
  const checked = await Promise.all(arrivals.map((arrival) => check(arrival, spec)));
  const valid = checked.flatMap((one, arrival) => (one.kind === "valid" ? [{ ...one, arrival }] : []));
  const unsent = await publishAll(
    ports.bus,
    valid.map(({ envelope }) => writeEntry(envelope)),
  );
  const refused = new Set(unsent.map((index) => valid[index]!.arrival));
  ports.metrics.count("EventsAdmitted", valid.length - refused.size);
  return await Promise.all(
    checked.map(async (one, arrival): Promise<ArrivalOutcome> => {
      if (one.kind === "ignored") return "ignored";
      if (one.kind === "valid") return refused.has(arrival) ? "refused" : "published";
      await quarantine(one, { subscriber: spec.trigger, retentionDays: spec.retentionDays }, ports);
      return "quarantined";
    }),
  );
}

type Checked = { kind: "ignored" } | { kind: "valid"; envelope: Envelope } | ({ kind: "invalid" } & Refusal);

async function check(arrival: Arrival | Unreadable, { trigger }: IngressSpec): Promise<Checked> {
  if ("findings" in arrival) {
    const { findings, body } = arrival;
    return { kind: "invalid", reason: "not-an-event", envelope: undefined, findings, body };
  }
  const { contract, translate, payload } = arrival;
  let data: unknown;
  try {
    data = translate ? translate(payload) : payload;
  } catch (error) {
    const message = `${trigger} could not convert it: ${(error as Error).message}`;
    return invalid(arrival, trigger, payload, [{ path: "", message }]);
  }
  if (data === undefined) return { kind: "ignored" };
  const { schema } = contract;
  const validated = await validate(schema, data);
  if (!validated.valid) return invalid(arrival, trigger, data, validated.findings);
  return { kind: "valid", envelope: envelopeOf(arrival, trigger, data) };
}

function invalid(arrival: Arrival, trigger: string, data: unknown, findings: Finding[]): Checked {
  const envelope = envelopeOf(arrival, trigger, data);
  const { id, name, version, source, time, subject, traceparent, hops } = envelope;
  const metadata = { version, subject, traceparent, ...(hops > 0 && { hops }) };
  // The operator who releases it need not name the version.
  const detail = isObject(data) ? { ...data, [ENVELOPE_KEY]: metadata } : data;
  const body = JSON.stringify({ id, "detail-type": name, source, time, detail });
  return { kind: "invalid", reason: "contract", envelope, findings, body };
}

function envelopeOf(
  { id, time, subject, traceparent, hops = 0, contract }: Arrival,
  source: string,
  data: unknown,
): Envelope {
  const origin = { id, time, source, subject, traceparent };
  return { ...outsideEvent(contract, data as Envelope["data"], origin), hops };
}
