import { isRawNumber, rawJson } from "../kernel/raw-number.ts";

// Data is passed through with its raw numbers; what computes with a value takes `numeric` or `plain` of it first.

/** A number that may have other digits once it was read: long, small, with an exponent, a last zero, or -0. */
const UNUSUAL_NUMBER =
  /(?:^|[\s[:,])(?:-0|-?(?:\d{16,}|\d+\.\d*0|\d+\.\d{12,}|0\.0{6}\d*|\d+(?:\.\d+)?[eE][+-]?\d+))(?=[\s,\]}]|$)/;

/** Whether any such number was read: until then, nothing has to look for one. */
let anyRead = false;

/** `JSON.parse`, whose numbers keep their digits. Throws SyntaxError. */
export function parseData(text: string): any {
  if (!UNUSUAL_NUMBER.test(text)) return JSON.parse(text);
  return rawJson.parse(text, (_key, value, { source }) => {
    if (typeof value !== "number" || source === undefined || source === String(value)) return value;
    anyRead = true;
    return rawJson.rawJSON(source);
  });
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
