import { fieldsOf } from "./is-object.ts";
import { type Malformation, malformedMetadata, malformedPayload, wellFormed } from "./malformed.ts";
import { readTraceparent, traceHeaderOf, traceparentOfEvent } from "./trace.ts";

/**
 * The form of an event on the bus. `detail` is the payload itself, so that rules can match its fields and any
 * producer can write it by hand; Millrace's metadata is under one reserved key:
 *
 *     { "detail-type": "video.requested", "source": "my.shop", "detail": { "videoId": "v1", …, "millrace": { "id": … } } }
 */
export interface Envelope<Data = Record<string, unknown>> {
  /** Unique per occurrence; the same when the event is delivered or replayed again. */
  id: string;
  /** The contract's name, e.g. "video.requested". */
  name: string;
  /** The version of the contract for which the payload was written. */
  version: number;
  /** ISO 8601, UTC. */
  time: string;
  /** Who published it. */
  source: string;
  /** What it is about, if the producer states it. */
  subject?: string | undefined;
  /** Shared by all events that one outside event led to. */
  correlation: string;
  /** The id of the event that caused this one. */
  causation?: string | undefined;
  /** How many events lie between this one and the outside. */
  hops: number;
  /** W3C trace context of the publisher; if the producer states none, it is derived from the id. */
  traceparent?: string | undefined;
  data: Data;
  /** Findings that no contract could allow, if there are any. Such an event is not admitted. */
  malformed?: Malformation[];
}

/** What is said about an event from outside in addition to its contract and payload. */
type OfOutside = Pick<Envelope, "id" | "time" | "source"> &
  Partial<Pick<Envelope, "subject" | "correlation" | "causation" | "traceparent">>;

/** An event that comes from outside: unless it names another correlation, it begins one of its own. */
export function outsideEvent<Data>(
  { name, version }: Pick<Envelope, "name" | "version">,
  data: Data,
  { id, time, source, subject, correlation = id, causation, traceparent }: OfOutside,
): Envelope<Data> {
  return {
    id,
    name,
    version,
    time,
    source,
    ...(subject !== undefined && { subject }),
    correlation,
    ...(causation !== undefined && { causation }),
    hops: 0,
    ...(traceparent !== undefined && { traceparent }),
    data,
  };
}

/** The one key in `detail` that does not belong to the payload. */
export const ENVELOPE_KEY = "millrace";

/** An event as EventBridge delivers it to a target. */
export interface BusEvent {
  id: string;
  "detail-type": string;
  source: string;
  time: string;
  detail: unknown;
  /** Set only by the bus: the replay that delivered the event from the archive. */
  "replay-name"?: string | undefined;
}

/** A PutEvents entry, without the bus. */
export interface BusEntry {
  Source: string;
  DetailType: string;
  Detail: string;
  Time: Date;
  TraceHeader?: string | undefined;
}

type Metadata = Partial<Omit<Envelope, "data" | "name" | "source" | "malformed">>;

/**
 * Reads an event that a rule delivered. Fields that the producer left out, or wrote wrongly, are taken from
 * the bus.
 */
export function readEnvelope(event: BusEvent): Envelope {
  const { [ENVELOPE_KEY]: written, ...data } = fieldsOf(event.detail);
  const metadata: Metadata = wellFormed(written);
  const malformed = [...malformedMetadata(written, ENVELOPE_KEY), ...malformedPayload(event.detail)];
  const id = metadata.id ?? event.id;
  return {
    id,
    name: event["detail-type"],
    version: metadata.version ?? 1,
    time: metadata.time ?? event.time,
    source: event.source,
    subject: metadata.subject,
    correlation: metadata.correlation ?? id,
    causation: metadata.causation,
    hops: metadata.hops ?? 0,
    traceparent: readTraceparent(metadata.traceparent) ? metadata.traceparent : traceparentOfEvent(id),
    data,
    ...(malformed.length > 0 && { malformed }),
  };
}

/** The PutEvents entry from which `readEnvelope` reads the same envelope. */
export function writeEntry(envelope: Envelope): BusEntry {
  const { data, name, source, malformed: _, ...metadata } = envelope;
  const { id, traceparent } = metadata;
  return {
    Source: source,
    DetailType: name,
    Detail: JSON.stringify({ ...data, [ENVELOPE_KEY]: metadata }),
    Time: new Date(envelope.time),
    TraceHeader: traceHeaderOf(traceparent) ?? traceHeaderOf(traceparentOfEvent(id)),
  };
}
