import { invalidArgument } from "./errors.ts";

/** Pages through rows in the order of their keys, as every listing of S3 does. */

const MOST = 1000;
/** Number of rows read at a time if most of them may be under one common prefix. */
const SMALL_BATCH = 8;

/** A text greater than every text with this prefix. */
export const beyond = (prefix: string) => `${prefix}\u{10ffff}`;

/** After this key, or within it after this row. */
export interface Position<Mark> {
  key: string;
  within?: Mark | undefined;
  /** The common prefix of the key is skipped as a whole. */
  passesGroup?: boolean;
}

export const markedAt = (key: string) => ({ key, passesGroup: true });

interface Found<Row> {
  rows: Row[];
  prefixes: string[];
  truncated: boolean;
  /** The key or common prefix after which the next page begins. */
  last: string | undefined;
}

/**
 * Reads from `start` until `most` keys and common prefixes are found. The keys under a common prefix are not
 * read: after the first of them, the scan continues at the prefix's end.
 */
export function scan<Mark, Row extends Mark & { key: string }>(
  rowsAfter: (position: Position<Mark>, limit: number) => Row[],
  start: Position<Mark>,
  prefix: string,
  delimiter: string,
  most: number,
): Found<Row> {
  const found: Found<Row> = { rows: [], prefixes: [], truncated: false, last: undefined };
  const groupOf = (key: string) => {
    const cut = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    return cut === -1 ? undefined : key.slice(0, cut + delimiter.length);
  };
  // A marker that is itself a common prefix of the last page covers everything under it.
  const within = groupOf(start.key);
  let batch = delimiter === "" ? most + 1 : SMALL_BATCH;
  const isOver = within !== undefined && (start.passesGroup || within === start.key);
  let position: Position<Mark> = isOver ? { key: beyond(within) } : start;
  for (;;) {
    const rows = rowsAfter(position, batch);
    if (rows.length === 0) return found;
    batch = Math.min(batch * 4, most + 1);
    for (const row of rows) {
      if (found.rows.length + found.prefixes.length === most) return { ...found, truncated: most > 0 };
      const group = groupOf(row.key);
      if (group !== undefined) {
        found.prefixes.push(group);
        found.last = group;
        position = { key: beyond(group) };
        batch = SMALL_BATCH;
        break;
      }
      found.rows.push(row);
      found.last = row.key;
      position = { key: row.key, within: row };
    }
  }
}

/** The requested number; an empty parameter counts as a missing one. */
export function mostOf(given: unknown, parameter: string): number {
  const most = Number(given === undefined || given === "" ? MOST : given);
  if (!Number.isInteger(most) || most < 0) {
    throw invalidArgument(`Provided ${parameter} not an integer or within integer range`, parameter, given);
  }
  return Math.min(most, MOST);
}

export function encoderOf(type: string | undefined): (text: string) => string {
  if (type === undefined) return (text) => text;
  if (type !== "url")
    throw invalidArgument("Invalid Encoding Method specified in Request", "encoding-type", type);
  return (text) => encodeURIComponent(text).replaceAll("%2F", "/");
}
