import { ITEM, parseReads, type Reads } from "./reads.ts";

/** A part of a value that may be replaced, and what it weighs as JSON. */
export interface Part {
  path: (string | number)[];
  bytes: number;
}

/** The most that a reference weighs, as long as names of buckets and runs are. */
const REFERENCE = 512;

/**
 * The texts and lists in a value that no state reads on the way, largest first. Objects stay, since the state machine
 * may pass on one of their fields; so do lists that it walks through.
 */
export function movableParts(value: unknown, reads: readonly string[]): Part[] {
  return [...movable(value, parseReads(reads), [])].sort((a, b) => b.bytes - a.bytes);
}

function* movable(value: unknown, reads: Reads | undefined, path: Part["path"]): Generator<Part> {
  if (reads?.whole) return;
  if (typeof value === "string" || (Array.isArray(value) && !reads)) {
    const bytes = bytesOf(value);
    if (bytes > REFERENCE) yield { path, bytes };
  } else if (Array.isArray(value)) {
    // JSONata walks through a list without saying so: "scenes.kind" is the kind of each.
    const inner = reads?.fields.get(ITEM) ?? reads;
    for (const [index, item] of value.entries()) yield* movable(item, inner, [...path, index]);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      yield* movable(field, reads?.fields.get(name), [...path, name]);
    }
  }
}

/** The parts to move, largest first, until what stays has at most `most` bytes. */
export function partsToMove(parts: Part[], bytes: number, most: number): Part[] {
  let left = bytes;
  return parts.filter((part) => {
    if (left <= most) return false;
    left -= part.bytes - REFERENCE;
    return true;
  });
}

/** The heaviest fields of a value, for a message that says why it is too large: `scenes (120000 bytes)`. */
export function heaviest(value: unknown): string {
  if (typeof value !== "object" || value === null) return "the value itself";
  const fields = Object.entries(value).map(([name, field]) => ({ name, bytes: bytesOf(field) }));
  const [largest] = fields.sort((a, b) => b.bytes - a.bytes);
  return largest ? `"${largest.name}" with ${largest.bytes} bytes` : "the value itself";
}

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}
