import { isObject } from "./is-object.ts";
import { isWhole } from "./whole-number.ts";

/** A finding about an event that no contract could allow. */
export interface Malformation {
  /** "millrace.hops", "scenes[2].title"; empty for the payload as a whole. */
  path: string;
  message: string;
  /** The value, shortened. */
  value?: string;
}

/** The table accepts values nested 32 levels deep, and a payload is a little below the top. */
const DEEPEST = 28;
const LONGEST_ID = 256;

const isText = (value: unknown) => typeof value === "string";
const isId = (value: unknown) =>
  isText(value) && (value as string).length > 0 && (value as string).length <= LONGEST_ID;

/** The valid values of each field of an envelope. */
const FIELDS: Record<string, { is: (value: unknown) => boolean; says: string }> = {
  id: { is: isId, says: `a text of up to ${LONGEST_ID} characters` },
  version: {
    is: (value) => isWhole(value, 1),
    says: "a whole number from 1 on",
  },
  time: {
    is: (value) =>
      isText(value) &&
      /^\d{4}-\d\d-\d\dT/.test(value as string) &&
      !Number.isNaN(Date.parse(value as string)),
    says: "a time by ISO 8601, such as 2026-01-31T09:30:00Z",
  },
  subject: { is: isText, says: "a text" },
  correlation: { is: isId, says: `a text of up to ${LONGEST_ID} characters` },
  causation: { is: isId, says: `a text of up to ${LONGEST_ID} characters` },
  hops: {
    is: (value) => isWhole(value, 0),
    says: "a whole number from 0 on",
  },
  traceparent: { is: isText, says: "a text" },
};

/** Findings about the metadata under the reserved key. */
export function malformedMetadata(written: unknown, key: string): Malformation[] {
  if (written === undefined) return [];
  if (!isObject(written)) return [{ path: key, message: "This must be an object.", ...seen(written) }];
  return Object.entries(FIELDS)
    .filter(([field, { is }]) => isSet(written, field) && !is(written[field]))
    .map(([field, { says }]) => ({
      path: `${key}.${field}`,
      message: `This must be ${says}.`,
      ...seen(written[field]),
    }));
}

/** The metadata without its invalid parts. */
export function wellFormed(written: unknown): Record<string, unknown> {
  if (!isObject(written)) return {};
  return Object.fromEntries(
    Object.entries(FIELDS)
      .filter(([field, { is }]) => isSet(written, field) && is(written[field]))
      .map(([field]) => [field, written[field]]),
  );
}

/**
 * A finding about a payload that does not depend on its contract: only the first. Not recursive, whatever the
 * depth.
 */
export function malformedPayload(detail: unknown): Malformation[] {
  if (!isObject(detail))
    return [{ path: "", message: "The detail of an event must be an object.", ...seen(detail) }];
  const open: { value: unknown; path: string; depth: number }[] = [{ value: detail, path: "", depth: 1 }];
  for (let next = open.pop(); next; next = open.pop()) {
    const { value, path, depth } = next;
    if (typeof value === "string" && !value.isWellFormed())
      return [
        { path, message: "This text has half of a surrogate pair, which is no Unicode.", ...seen(value) },
      ];
    if (value === null || typeof value !== "object") continue;
    if (depth > DEEPEST)
      return [{ path: shortened(path), message: `The payload is nested deeper than ${DEEPEST} levels.` }];
    for (const [key, member] of Object.entries(value)) {
      if (!key.isWellFormed())
        return [
          {
            path,
            message: "The name of a field has half of a surrogate pair, which is no Unicode.",
            ...seen(key),
          },
        ];
      open.push({ value: member, path: below(path, key, value), depth: depth + 1 });
    }
  }
  return [];
}

/** A field that is null counts as missing. */
function isSet(written: Record<string, unknown>, field: string): boolean {
  return Object.hasOwn(written, field) && written[field] !== null && written[field] !== undefined;
}

function below(path: string, key: string, parent: object): string {
  if (Array.isArray(parent)) return `${path}[${key}]`;
  return path ? `${path}.${key}` : key;
}

const LONGEST_PATH = 200;

function shortened(text: string): string {
  return text.length > LONGEST_PATH ? `${text.slice(0, LONGEST_PATH)}…` : text;
}

/** Text is written as JSON, so that invalid Unicode is escaped. */
function seen(value: unknown): { value?: string } {
  const text = Array.isArray(value) ? "a list" : isObject(value) ? "an object" : JSON.stringify(value);
  return text === undefined ? {} : { value: shortened(text) };
}
