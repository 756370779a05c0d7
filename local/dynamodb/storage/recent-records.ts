import type { Store } from "../../kernel/store.ts";
import { untilRollback } from "../../kernel/until-rollback.ts";

/** A record as GetRecords returns it. */
export interface StreamRecord {
  sequence: number;
  /** Of the write, in milliseconds since the epoch. */
  time: number;
  record: object;
  /** Characters of its JSON. */
  length: number;
}

/** Of one stream: also for a reader that is a few hundred runs behind, which would fall back further by reading the database. */
const MOST_RECORDS = 5_000;
const MOST_CHARACTERS = 20_000_000;

/**
 * The last records of each stream, so that a reader that keeps up reads and parses nothing. What a change wrote
 * before it was rolled back is never seen.
 */
export class RecentRecords {
  /** By stream. */
  private readonly tails: () => Map<number, Tail>;

  constructor(store: Store) {
    this.tails = untilRollback(store, () => new Map());
  }

  add(stream: number, record: StreamRecord): void {
    const tails = this.tails();
    const tail = tails.get(stream) ?? new Tail();
    tails.set(stream, tail);
    tail.add(record);
  }

  /** All records of the stream from a sequence number on; undefined if some of them are no longer here. */
  from(stream: number, sequence: number): StreamRecord[] | undefined {
    return this.tails().get(stream)?.from(sequence);
  }
}

const known = new WeakMap<Store, RecentRecords>();

/** Those of a store: what writes streams and what reads them are services of their own. */
export function recentRecordsOf(store: Store): RecentRecords {
  const records = known.get(store) ?? new RecentRecords(store);
  known.set(store, records);
  return records;
}

class Tail {
  private records: StreamRecord[] = [];
  private characters = 0;

  add(record: StreamRecord): void {
    this.records.push(record);
    this.characters += record.length;
    if (this.records.length > 2 * MOST_RECORDS || this.characters > 2 * MOST_CHARACTERS) this.shorten();
  }

  from(sequence: number): StreamRecord[] | undefined {
    if (this.records.length === 0 || sequence < this.records[0]!.sequence) return undefined;
    const first = this.records.findLastIndex((record) => record.sequence < sequence) + 1;
    return this.records.slice(first);
  }

  private shorten(): void {
    const { records } = this;
    let first = Math.max(0, records.length - MOST_RECORDS);
    this.characters = records.slice(first).reduce((sum, { length }) => sum + length, 0);
    while (this.characters > MOST_CHARACTERS) this.characters -= records[first++]!.length;
    this.records = records.slice(first);
  }
}
