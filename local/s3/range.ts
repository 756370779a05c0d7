import { invalidRange } from "./errors.ts";

/** Bytes from `start` up to and including `end`. */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The bytes of a Range header in an object of this size; undefined for the whole, also if the header is
 * malformed or has several ranges. Throws InvalidRange if nothing of the range exists.
 */
export function parseRange(header: string | undefined, size: number): ByteRange | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(header?.trim() ?? "");
  if (!parts || (parts[1] === "" && parts[2] === "")) return undefined;
  const [, first, last] = parts;
  if (first === "") {
    const length = Math.min(Number(last), size);
    if (length === 0) throw invalidRange(header!, size);
    return { start: size - length, end: size - 1 };
  }
  const start = Number(first);
  const end = last === "" ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== "" && Number(last) < start) return undefined;
  if (start >= size) throw invalidRange(header!, size);
  return { start, end };
}
