import { LARGEST_LOG_VALUE, type LogValue } from "../../../lib/contract/logged-state.ts";

/** A value as the log keeps it: a large one by its size alone, since an entry is read with all others of its run. */
export function logValue(value: unknown): LogValue {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? "");
  return bytes <= LARGEST_LOG_VALUE ? { value } : { bytes };
}

/** Of a text, as much as the log keeps. */
export function excerpt(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

const LONGEST_TEXT = 2_000;
