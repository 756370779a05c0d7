import { deflateRawSync, inflateRawSync } from "node:zlib";
import { derivedEventId, eventIdOfChange } from "../event-id.ts";
import type { LogItem, LogPackItem } from "../items/log.ts";
import { workPartition } from "../keys/claim.ts";
import { logKey } from "../keys/log.ts";

/** An item of a log's partition: a single entry, or several in one item. */
export type StoredLog = LogItem | LogPackItem;

/** The maximum size of an item's entries before compression. An item may have 400 KB. */
const MOST_BYTES = 64 * 1024;

/**
 * The maximum time between the first and the last entry of an item. A reader that starts at a time finds the
 * entries of earlier items by reading back this far.
 */
export const PACK_SPAN = 60_000;

/**
 * The entries of an item are a few kilobytes. A window of four, and little memory to search it, compress them as well as
 * the largest, whose memory would take longer to prepare than the compression takes.
 */
const COMPRESSION = { windowBits: 12, memLevel: 5, chunkSize: 4096 };

/**
 * An entry without the fields that its key, or another field, contains as well. It is never marked as unpublished. The id is
 * absent where it is `idOfStep`.
 */
type Packed = Omit<LogItem, "pk" | "sk" | "kind" | "run" | "changedAt" | "unpublished" | "id"> & {
  id?: string | undefined;
};

/**
 * The fewest items that contain these entries. The key of an item is derived from its entries. So the same
 * entries make the same items, and other entries never replace an existing item: entries that are delivered
 * again in other batches are in several items, and `unpack` returns them once.
 */
export function pack(entries: readonly LogItem[]): StoredLog[] {
  const byRun = Map.groupBy(inOrder(entries), ({ run }) => run);
  return [...byRun.values()].flatMap((log) => parts(log).map(itemOf));
}

/** The entries in items of logs, each once, by their keys. */
export function unpack(items: readonly StoredLog[]): LogItem[] {
  return inOrder(items.flatMap((item) => (item.kind === "log" ? [item] : entriesIn(item))));
}

/** Entries by their sort keys. Of several with the same key, which are next to each other then, the last. */
function inOrder(entries: readonly LogItem[]): LogItem[] {
  const sorted = entries.toSorted((a, b) => compare(a.sk, b.sk) || compare(a.pk, b.pk));
  return sorted.filter(({ pk, sk }, at) => sk !== sorted[at + 1]?.sk || pk !== sorted[at + 1]?.pk);
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}

/** An entry, and its text in an item of several. */
interface Written {
  entry: LogItem;
  text: string;
}

/** Neighbours that fit into one item. */
function parts(log: readonly LogItem[]): Written[][] {
  const found: Written[][] = [];
  let room = 0;
  let until = 0;
  for (const entry of log) {
    const text = JSON.stringify(packed(entry));
    const bytes = Buffer.byteLength(text);
    const time = Date.parse(entry.at);
    if (bytes <= room && time <= until) {
      found.at(-1)!.push({ entry, text });
    } else {
      found.push([{ entry, text }]);
      room = MOST_BYTES;
      until = time + PACK_SPAN;
    }
    room -= bytes;
  }
  return found;
}

function itemOf(part: readonly Written[]): StoredLog {
  const entries = part.map(({ entry }) => entry);
  const [first] = entries as [LogItem];
  if (entries.length === 1) return first;
  return {
    pk: first.pk,
    sk: `${first.at}#${derivedEventId(...entries.map(({ sk }) => sk))}`,
    kind: "log-pack",
    run: first.run,
    entries: deflateRawSync(`[${part.map(({ text }) => text).join(",")}]`, COMPRESSION),
    revision: 1,
    changedAt: entries.at(-1)!.at,
    expiresAt: Math.max(...entries.map(({ expiresAt }) => expiresAt)),
  };
}

/** Names each field: an object made of the rest of another one takes longer to make and to write as JSON. */
function packed(entry: LogItem): { [Field in keyof Required<Packed>]: Packed[Field] } {
  const { epoch, path, of, revision, at, name, source, correlation, causation, state, data, expiresAt } =
    entry;
  const id = entry.id === idOfStep(entry.run, entry) ? undefined : entry.id;
  return { epoch, path, of, revision, at, id, name, source, correlation, causation, state, data, expiresAt };
}

/** The id of the event of a claim's change. It cannot be compressed, and would be a quarter of an item. */
function idOfStep(run: string, { of, revision, name }: Pick<LogItem, "of" | "revision" | "name">): string {
  return eventIdOfChange({ pk: workPartition(run), sk: of }, revision, name);
}

function entriesIn({ run, entries }: LogPackItem): LogItem[] {
  const found = JSON.parse(inflateRawSync(entries).toString()) as Packed[];
  return found.map((entry) => {
    const { at, of, revision, id = idOfStep(run, entry) } = entry;
    return { ...logKey(run, at, of, revision, id), kind: "log", run, ...entry, id, changedAt: at };
  });
}
