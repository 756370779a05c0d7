import { type CloudEvent, isJsonType, readCloudEvent } from "../../../lib/contract/cloud-event.ts";
import { derivedEventId } from "../../../lib/contract/event-id.ts";
import { readTraceparent } from "../../../lib/contract/trace.ts";
import type { CloudEventsSpec } from "../../../lib/contract/trigger/cloud-events.ts";
import type { Headers } from "../../../lib/contract/trigger/signature.ts";
import type { Occurrence, Unreadable } from "../../../lib/contract/trigger/trigger.ts";
import { DEEPEST, isTooDeep } from "../events/depth.ts";
import { contentOf } from "./cloud-event-arrivals.ts";
import { jsonOrText } from "./payload.ts";
import type { Reading, RequestKind } from "./receive.ts";
import type { Authentic, SignedRequest } from "./verify.ts";

const MODES = [
  { mode: "batch", type: /^application\/cloudevents-batch\+json\s*(;|$)/i },
  { mode: "structured", type: /^application\/cloudevents\+json\s*(;|$)/i },
] as const;

/**
 * The CloudEvents of a request, in whichever mode it has them. `source` and `id` identify an event. They count where a
 * signature covers them: those of binary mode are headers, which an HMAC of the body does not cover, so that an
 * attacker who captured one request could make any number of events of it.
 */
export const cloudEventRequests: RequestKind<CloudEventsSpec> = {
  read,
  answer: (events) => ({ events }),
};

function read(
  { headers, body }: SignedRequest,
  { name, signature, ...spec }: CloudEventsSpec,
  _: Authentic,
  time: string,
): Reading {
  const contentType = headers["content-type"] ?? "";
  const mode = MODES.find(({ type }) => type.test(contentType))?.mode;
  const value = mode === undefined ? binaryEvent(headers, body) : jsonOrText(body.toString("utf8"));
  if (isTooDeep(value)) return { refused: 400, why: `The body is nested more than ${DEEPEST} levels deep.` };
  const one = (event: unknown) => occurrenceOf(event, name, spec, time);
  if (mode === "structured") return { occurrences: [one(value)] };
  if (mode === "batch") {
    return Array.isArray(value)
      ? { occurrences: value.map(one) }
      : { refused: 400, why: "The body of a batch is not a JSON list of CloudEvents." };
  }
  if (headers["ce-specversion"] === undefined || /^application\/cloudevents/i.test(contentType)) {
    return {
      refused: 415,
      why: `The content type is "${contentType}". Send CloudEvents as application/cloudevents+json, or a list of them as application/cloudevents-batch+json.`,
    };
  }
  if (signature) {
    return {
      refused: 415,
      why: `The attributes of a CloudEvent in binary mode are headers, which ${signature.header} does not sign. Send it in structured mode, as application/cloudevents+json.`,
    };
  }
  return { occurrences: [one(value)] };
}

function occurrenceOf(
  value: unknown,
  trigger: string,
  { types, otherTypes }: Pick<CloudEventsSpec, "types" | "otherTypes">,
  now: string,
): Occurrence | Unreadable {
  const read = readCloudEvent(value);
  if ("findings" in read) {
    const body = JSON.stringify(value);
    return { id: derivedEventId(trigger, body), time: now, body, findings: read.findings };
  }
  const { event } = read;
  const id = derivedEventId(trigger, JSON.stringify([event.source, event.id]));
  if (!Object.hasOwn(types, event.type) && otherTypes === "quarantine") {
    const message = `No contract is named for the type "${event.type}". Add it to "types" of ${trigger}, and ask the sender to send the event again.`;
    return { id, time: now, body: JSON.stringify(event), findings: [{ path: "type", message }] };
  }
  if (isTooDeep(contentOf(event))) {
    const message = `The data are nested more than ${DEEPEST} levels deep.`;
    return { id, time: now, body: JSON.stringify(event), findings: [{ path: "data_base64", message }] };
  }
  return {
    id,
    time: event.time === undefined ? now : new Date(event.time).toISOString(),
    subject: event.subject,
    traceparent: readTraceparent(textOf(event.traceparent)) && textOf(event.traceparent),
    hops: isHops(event.hops) ? Number(event.hops) + 1 : undefined,
    payload: event,
  };
}

const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

/** In binary mode, a number is a text. */
function isHops(value: unknown): boolean {
  return /^\d{1,6}$/.test(String(value));
}

/** https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md#31-binary-content-mode */
function binaryEvent(headers: Headers, body: Buffer): Record<string, unknown> {
  const attributes = Object.entries(headers).flatMap(([name, value]) =>
    name.startsWith("ce-") && value !== undefined ? [[name.slice(3), headerText(value)]] : [],
  );
  const type = headers["content-type"];
  return {
    ...Object.fromEntries(attributes),
    ...(type !== undefined && { datacontenttype: type }),
    ...(body.length > 0 && dataOf(body, type)),
  };
}

function dataOf(body: Buffer, contentType: string | undefined): Pick<CloudEvent, "data" | "data_base64"> {
  if (isJsonType(contentType)) return { data: jsonOrText(body.toString("utf8")) };
  return /^text\/|[/+]xml\b|charset=/i.test(contentType ?? "")
    ? { data: body.toString("utf8") }
    : { data_base64: body.toString("base64") };
}

/** Whatever is not printable ASCII is percent-encoded; quotation marks around a value are not part of it. */
function headerText(value: string): string {
  const text = /^".*"$/s.test(value) ? value.slice(1, -1).replace(/\\(.)/gs, "$1") : value;
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (encoded) =>
    Buffer.from(encoded.replaceAll("%", ""), "hex").toString("utf8"),
  );
}
