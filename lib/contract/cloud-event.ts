import type { Envelope } from "./envelope.ts";
import { isObject } from "./is-object.ts";

/** A CloudEvent 1.0 as its JSON format writes it: https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md */
export interface CloudEvent<Data = unknown> {
  specversion: "1.0";
  /** Unique within `source`. */
  id: string;
  /** A URI reference. */
  source: string;
  type: string;
  /** RFC 3339. */
  time?: string;
  subject?: string;
  /** @default "application/json" */
  datacontenttype?: string;
  dataschema?: string;
  data?: Data;
  /** The data where they are no text, instead of `data`. */
  data_base64?: string;
  /** Extensions: texts, whole numbers and booleans. */
  [extension: string]: unknown;
}

/** What is wrong with an attribute. */
interface AttributeFinding {
  path: string;
  message: string;
}

const REQUIRED = ["id", "source", "type"] as const;
const OPTIONAL = ["time", "subject", "datacontenttype", "dataschema"] as const;
const TIME = /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/;

/**
 * Reads a CloudEvent of version 1.0. Nothing is filled in: an id or a time that the sender left out is no one else's to
 * invent, since the same event would be another one with each delivery.
 */
export function readCloudEvent(value: unknown): { event: CloudEvent } | { findings: AttributeFinding[] } {
  if (!isObject(value))
    return { findings: [{ path: "", message: "It is not an object with the attributes of a CloudEvent." }] };
  // In the JSON format, an attribute that is null is absent. `data` may be null.
  const event = Object.fromEntries(
    Object.entries(value).filter(([name, text]) => text !== null || name === "data"),
  );
  const { specversion, time } = event;
  const rules: [boolean, string, string][] = [
    [specversion === "1.0", "specversion", `It is ${shown(specversion)}; supported is "1.0".`],
    ...REQUIRED.map((name) => textRule(name, event[name])),
    ...OPTIONAL.filter((name) => event[name] !== undefined).map((name) => textRule(name, event[name])),
    [
      time === undefined || (TIME.test(String(time)) && !Number.isNaN(Date.parse(String(time)))),
      "time",
      `It is ${shown(time)}; a time as in RFC 3339 is expected.`,
    ],
    [
      event.data === undefined || event.data_base64 === undefined,
      "data_base64",
      `An event has "data" or "data_base64", not both.`,
    ],
    [
      event.data_base64 === undefined || typeof event.data_base64 === "string",
      "data_base64",
      "It is not a text.",
    ],
  ];
  const findings = rules.filter(([holds]) => !holds).map(([, path, message]) => ({ path, message }));
  return findings.length > 0 ? { findings } : { event: event as CloudEvent };
}

function textRule(name: string, value: unknown): [boolean, string, string] {
  return [
    typeof value === "string" && value.length > 0,
    name,
    `It is ${shown(value)}; a text that is not empty is expected.`,
  ];
}

function shown(value: unknown): string {
  return value === undefined ? "missing" : JSON.stringify(value).slice(0, 200);
}

/** Whether the data are JSON, which they are unless the event says otherwise. */
export function isJsonType(contentType = "application/json"): boolean {
  return /^[^;]*[/+]json\s*(;|$)/i.test(contentType);
}

/** An event of the bus as a CloudEvent. The same event is the same CloudEvent, whenever it is converted. */
export function toCloudEvent<Data extends object>(
  envelope: Omit<Envelope, "data">,
  data: Data,
): CloudEvent<Data> {
  const { id, source, name, time, subject, traceparent, version, correlation, causation, hops } = envelope;
  return {
    specversion: "1.0",
    id,
    source,
    type: name,
    time,
    ...(subject !== undefined && subject !== "" && { subject }),
    datacontenttype: "application/json",
    ...(traceparent !== undefined && { traceparent }),
    contractversion: version,
    correlationid: correlation,
    ...(causation !== undefined && { causationid: causation }),
    hops,
    data,
  };
}
