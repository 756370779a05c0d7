/**
 * A number that JavaScript would write with other digits than it was given with (`12345678901234567890`,
 * `1e3`, `0.0`): the object that `JSON.rawJSON` makes, so that `JSON.stringify` writes the same digits again.
 * Data is passed through with it; what computes with a value takes `numeric` or `plain` of it first.
 */
export interface RawNumber {
  readonly rawJSON: string;
}

/** The part of ECMAScript's "JSON.parse source text access" that is used here. */
const json = JSON as unknown as {
  parse(
    text: string,
    revive: (key: string, value: unknown, context: { source?: string }) => unknown,
  ): unknown;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};

/** A number that may have other digits once it was read: long, small, with an exponent, a last zero, or -0. */
const UNUSUAL_NUMBER =
  /(?:^|[\s[:,])(?:-0|-?(?:\d{16,}|\d+\.\d*0|\d+\.\d{12,}|0\.0{6}\d*|\d+(?:\.\d+)?[eE][+-]?\d+))(?=[\s,\]}]|$)/;

/** Whether any such number was read: until then, nothing has to look for one. */
let anyRead = false;

/** `JSON.parse`, whose numbers keep their digits. Throws SyntaxError. */
export function parseData(text: string): any {
  if (!UNUSUAL_NUMBER.test(text)) return JSON.parse(text);
  return json.parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined || source === String(value)) return value;
    anyRead = true;
    return json.rawJSON(source);
  });
}

export function isRawNumber(value: unknown): value is RawNumber {
  return json.isRawJSON(value);
}

/** The number that a value is; any other value as it is. */
export function numeric(value: unknown): unknown {
  return isRawNumber(value) ? Number(value.rawJSON) : value;
}

/** The data with JavaScript's numbers, for what computes with it. Data without others stays the same object. */
export function plain<T>(data: T): T {
  return anyRead ? (withNumbers(data) as T) : data;
}

function withNumbers(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (isRawNumber(value)) return Number(value.rawJSON);
  if (Array.isArray(value)) {
    const items = value.map(withNumbers);
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  const fields = Object.entries(value).map(([name, field]) => [name, field, withNumbers(field)] as const);
  if (fields.every(([, before, after]) => before === after)) return value;
  return Object.fromEntries(fields.map(([name, , after]) => [name, after]));
}
