/** The JSON encoding of OTLP: https://opentelemetry.io/docs/specs/otlp/#json-protobuf-encoding */
export interface KeyValue {
  key: string;
  value: { stringValue: string } | { intValue: string } | { doubleValue: number };
}

/** What sends: its attributes describe all that is in a request. */
export type Resource = Readonly<Record<string, string>>;

export type Attributes = Readonly<Record<string, string | number | undefined>>;

/** Attributes; those without a value are left out. */
export function attributesOf(attributes: Attributes): KeyValue[] {
  return Object.entries(attributes).flatMap(([key, value]) =>
    value === undefined ? [] : [{ key, value: written(value) }],
  );
}

/** 64 bits are a text, in JSON. */
function written(value: string | number): KeyValue["value"] {
  if (typeof value === "string") return { stringValue: value };
  return Number.isInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Nanoseconds of epoch milliseconds. */
export function nanoseconds(milliseconds: number): string {
  return `${Math.round(milliseconds)}000000`;
}

export const SCOPE = { name: "millrace" };
