/**
 * A number that JavaScript would write with other digits than it was given with (an id of twenty digits, `1e3`): the
 * object that `JSON.rawJSON` makes, so that `JSON.stringify` writes the same digits again.
 */
export interface RawNumber {
  readonly rawJSON: string;
}

/** The part of ECMAScript's "JSON.parse source text access" that engines use. */
export const rawJson = JSON as unknown as {
  parse(text: string, revive: (key: string, value: unknown, context: { source?: string }) => unknown): any;
  rawJSON(text: string): RawNumber;
  isRawJSON(value: unknown): value is RawNumber;
};

export function isRawNumber(value: unknown): value is RawNumber {
  return rawJson.isRawJSON(value);
}

/** Whether a value of data with raw numbers is a JSON object. */
export function isDataObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !isRawNumber(value);
}
