import type { Place } from "../ports/list-part.ts";
/** A listed item: newest first, and within one moment by id. */
export interface Listed {
  listedAt: string;
  id: string;
}

/** How far one partition of an index has been read. */
export interface PartitionRead<Item extends Listed> {
  items: Item[];
  /** Everything down to and including this moment has been read. Absent if nothing is left. */
  readTo?: string | undefined;
}

/**
 * One page of items from several partitions, each read on from its position. Items older than the end of the
 * shortest read may have newer neighbours that were not read yet: they are left for the next page.
 */
export function mergePages<Item extends Listed>(
  reads: readonly PartitionRead<Item>[],
  limit: number,
  after: Place | undefined,
): { items: Item[]; next: Place | undefined } {
  const frontier = reads.reduce((newest, { readTo = "" }) => (readTo > newest ? readTo : newest), "");
  const ready = reads
    .flatMap(({ items }) => items)
    .filter((item) => item.listedAt >= frontier && (!after || isAfter(item, after)))
    .sort(newestFirst);
  const items = ready.slice(0, limit);
  const last = items.at(-1);
  if (ready.length > limit) return { items, next: { at: last!.listedAt, id: last!.id } };
  return { items, next: frontier === "" ? undefined : { at: frontier, id: BEHIND_ALL } };
}

/** Sorts after every id of the same moment. */
const BEHIND_ALL = "\uffff";

export function isAfter({ listedAt, id }: Listed, place: Place): boolean {
  return listedAt < place.at || (listedAt === place.at && id > place.id);
}

function newestFirst(a: Listed, b: Listed): number {
  if (a.listedAt !== b.listedAt) return a.listedAt < b.listedAt ? 1 : -1;
  return a.id < b.id ? -1 : 1;
}

/** A position as an opaque text. */
export function writeCursor({ at, id }: Place): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

/** Undefined for a text that is not a cursor. */
export function readCursor(text: string): Place | undefined {
  try {
    const [at, id] = JSON.parse(Buffer.from(text, "base64url").toString("utf8")) as unknown[];
    return isTime(at) && isKey(id) ? { at, id } : undefined;
  } catch {
    return undefined;
  }
}

function isTime(value: unknown): value is string {
  return typeof value === "string" && /^\d[\dTZ:.-]{0,30}$/.test(value);
}

/** What a table accepts as a sort key. */
function isKey(value: unknown): value is string {
  return typeof value === "string" && value !== "" && Buffer.byteLength(value) <= 1_024;
}
