import { LARGEST_LOG_VALUE, type LogValue } from "../../../lib/contract/log/logged-state.ts";

/** A value in the log: of a large one only its size, since an entry is read with all others of its run. */
export function logValue(value: unknown): LogValue {
  const bytes = Buffer.byteLength(JSON.stringify(value) ?? "");
  return bytes <= LARGEST_LOG_VALUE ? { value } : { bytes };
}

/** The part of a text that the log stores. */
export function excerpt(text: string): string {
  return text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT)}…`;
}

const LONGEST_TEXT = 2_000;
