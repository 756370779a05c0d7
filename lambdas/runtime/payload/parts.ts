import { ITEM, parseReads, type Reads } from "./reads.ts";

/** A part of a value that may be replaced, and its size as JSON. */
export interface Part {
  path: (string | number)[];
  bytes: number;
}

/** Which parts may be offloaded, and the maximum bytes of the reference that replaces one. */
export interface Moving {
  /** Whether objects may be offloaded too: then `reads` names each one of which a field is passed on. */
  objects: boolean;
  /** With an address, assuming the longest names of buckets and runs, or without. */
  reference: number;
}

/** Between steps. */
export const BETWEEN_STEPS: Moving = { objects: false, reference: 512 };
/** In a list of results. */
export const IN_LIST: Moving = { objects: true, reference: 128 };

/**
 * The texts and lists (and objects if allowed) that the state machine does not read, largest first. Otherwise
 * objects stay, since the state machine may pass on one of their fields; so do lists through which it maps.
 */
export function movableParts(value: unknown, reads: readonly string[], moving = BETWEEN_STEPS): Part[] {
  const whole = moving.objects && reads.length === 0;
  return [...movable(value, whole ? undefined : parseReads(reads), [], moving)].sort(
    (a, b) => b.bytes - a.bytes,
  );
}

function* movable(
  value: unknown,
  reads: Reads | undefined,
  path: Part["path"],
  moving: Moving,
): Generator<Part> {
  if (reads?.whole) return;
  if (typeof value === "string" || (isContainer(value, moving) && !reads)) {
    const bytes = bytesOf(value);
    if (bytes > moving.reference) yield { path, bytes };
  } else if (Array.isArray(value)) {
    // JSONata maps over a list implicitly: "scenes.kind" is the kind of each.
    const inner = reads?.fields.get(ITEM) ?? reads;
    for (const [index, item] of value.entries()) yield* movable(item, inner, [...path, index], moving);
  } else if (typeof value === "object" && value !== null) {
    for (const [name, field] of Object.entries(value)) {
      yield* movable(field, reads?.fields.get(name), [...path, name], moving);
    }
  }
}

function isContainer(value: unknown, { objects }: Moving): boolean {
  return Array.isArray(value) || (objects && typeof value === "object" && value !== null);
}

/** The parts to offload, largest first, until the rest has at most `most` bytes. */
export function partsToMove(
  parts: Part[],
  bytes: number,
  most: number,
  { reference } = BETWEEN_STEPS,
): Part[] {
  let left = bytes;
  return parts.filter((part) => {
    if (left <= most) return false;
    left -= part.bytes - reference;
    return true;
  });
}

/** The largest fields of a value, for a message that says why it is too large: `scenes (120000 bytes)`. */
export function heaviest(value: unknown): string {
  if (typeof value !== "object" || value === null) return "the value itself";
  const fields = Object.entries(value).map(([name, field]) => ({ name, bytes: bytesOf(field) }));
  const [largest] = fields.sort((a, b) => b.bytes - a.bytes);
  return largest ? `"${largest.name}" with ${largest.bytes} bytes` : "the value itself";
}

export function bytesOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value) ?? "");
}
