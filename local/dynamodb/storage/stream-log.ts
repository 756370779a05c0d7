import type { Kernel } from "../../kernel/kernel.ts";
import { remembered } from "../../kernel/remembered.ts";
import { keyNames, type StreamViewType, type Table } from "../table.ts";
import { pick } from "../value/attribute-value.ts";
import type { StoredImage } from "./image.ts";
import { type ImageNumbers, imageNumbersOf } from "./image-numbers.ts";
import { type RecentRecords, recentRecordsOf } from "./recent-records.ts";
import { type RecordedWrite, recordOf } from "./stream-record.ts";

/** How long a record can be read. */
export const RETENTION = 24 * 3600 * 1000;

/** How often expired records are removed. */
const TRIM_INTERVAL = 3600 * 1000;

/** The signal of new records. */
const topicOf = remembered(1000, (arn) => `dynamodb-stream:${arn}`);

/** A write of an item whose table has or had a stream. */
interface Write extends Pick<RecordedWrite, "keys" | "after" | "by"> {
  before: StoredImage | undefined;
}

/** The writing side of the streams: a record is part of the transaction of its write. */
export class StreamLog {
  private readonly kernel: Kernel;
  private readonly numbers: ImageNumbers;
  private readonly recent: RecentRecords;
  private cancelTrim: (() => void) | undefined;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.numbers = imageNumbersOf(kernel.store);
    this.recent = recentRecordsOf(kernel.store);
  }

  /** Opens a stream for the table and returns what its definition stores. */
  open(table: Pick<Table, "name" | "arn" | "keys">, viewType: StreamViewType): NonNullable<Table["stream"]> {
    const { store, clock, random } = this.kernel;
    const label = this.freeLabel(table.arn);
    const arn = `${table.arn}/stream/${label}`;
    const shard = `shardId-${String(clock.now()).padStart(20, "0")}-${random.bytes(4).toString("hex")}`;
    const keySchema = [{ AttributeName: table.keys.hash.name, KeyType: "HASH" }];
    if (table.keys.range) keySchema.push({ AttributeName: table.keys.range.name, KeyType: "RANGE" });
    return store.atomically(() => {
      const { id } = store.get<{ id: number }>(
        `INSERT INTO dynamodb_streams (arn, table_name, label, view_type, key_schema, shard, created, first)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?) RETURNING id`,
        arn,
        table.name,
        label,
        viewType,
        JSON.stringify(keySchema),
        shard,
        clock.now(),
        this.numbers.next(),
      )!;
      return { id, label, arn, viewType, enabled: true };
    });
  }

  /** Ends a stream: its records stay readable, and readers see that the stream is closed. */
  close(stream: NonNullable<Table["stream"]>): void {
    this.kernel.store.run(
      "UPDATE dynamodb_streams SET closed = ?, last = ? WHERE id = ? AND closed IS NULL",
      this.kernel.clock.now(),
      this.numbers.next() - 1,
      stream.id,
    );
    this.armTrim();
    this.kernel.signals.raise(topicOf(stream.arn));
  }

  /** Stores an image without a record. Answers its number. */
  keep(text: string): number {
    const number = this.numbers.take();
    this.kernel.store.run(
      "INSERT INTO dynamodb_images (id, item, time) VALUES (?, ?, ?)",
      number,
      text,
      this.kernel.clock.now(),
    );
    return number;
  }

  /** Stores the image that a write makes, with its record if the table's stream is enabled. Answers its number. */
  append(table: Table, { keys, before, after, by }: Write): number {
    const { store, clock, random, region, signals } = this.kernel;
    const { id, viewType, arn, enabled } = table.stream!;
    const time = clock.now();
    const event = enabled ? random.bytes(16).toString("hex") : undefined;
    const sequence = this.numbers.take();
    store.run(
      "INSERT INTO dynamodb_images (id, time, stream, event, cause, old_image, item) VALUES (?, ?, ?, ?, ?, ?, ?)",
      sequence,
      time,
      enabled ? id : null,
      event ?? null,
      by ?? null,
      before?.image ?? null,
      after?.text ?? null,
    );
    if (event !== undefined) {
      const write = { sequence, time, event, keys: pick(keys, keyNames(table.keys)), before, after, by };
      this.recent.add(id, recordOf(write, viewType, region));
      signals.raise(topicOf(arn));
    }
    this.armTrim();
    return sequence;
  }

  /** The records of a deleted table can be read for as long as those of others: the images of its items are kept. */
  keepImages({ id }: Table): void {
    const { store, clock } = this.kernel;
    const { items } = store.get<{ items: number }>(
      "SELECT count(*) AS items FROM dynamodb_items WHERE tbl = ?",
      id,
    )!;
    store.run(
      `INSERT INTO dynamodb_images (id, time, old_image)
       SELECT ? + row_number() OVER (), ?, image FROM dynamodb_items WHERE tbl = ?`,
      this.numbers.take(items) - 1,
      clock.now(),
      id,
    );
    this.armTrim();
  }

  /** Continues trimming after a restart. */
  start(): void {
    this.stop(); // Writes of the deployment may have set the alarm.
    this.trim();
  }

  stop(): void {
    this.cancelTrim?.();
    this.cancelTrim = undefined;
  }

  private armTrim(delay = RETENTION): void {
    this.cancelTrim ??= this.kernel.clock.at(this.kernel.clock.now() + delay, () => this.trim());
  }

  /** Removes what the records past retention replaced: numbers and times rise together, so they are the first ones. */
  private trim(): void {
    const { store, clock } = this.kernel;
    this.cancelTrim = undefined;
    const horizon = clock.now() - RETENTION;
    let { image: trimmed } = store.get<{ image: number }>("SELECT image FROM dynamodb_trimmed")!;
    store.atomically(() => {
      for (;;) {
        const { last } = store.get<{ last: number | null }>(
          `SELECT max(id) AS last FROM
             (SELECT id, time FROM dynamodb_images WHERE id > ? ORDER BY id LIMIT 1000) WHERE time <= ?`,
          trimmed,
          horizon,
        )!;
        if (last === null) break;
        store.run(
          "DELETE FROM dynamodb_images WHERE id IN (SELECT old_image FROM dynamodb_images WHERE id > ? AND id <= ?)",
          trimmed,
          last,
        );
        store.run("DELETE FROM dynamodb_images WHERE id > ? AND id <= ? AND item IS NULL", trimmed, last);
        trimmed = last;
      }
      store.run("UPDATE dynamodb_trimmed SET image = ?", trimmed);
      store.run("DELETE FROM dynamodb_streams WHERE closed <= ?", horizon);
    });
    const oldest = store.get<{ time: number }>(
      `SELECT time FROM dynamodb_images WHERE id > ? AND (stream IS NOT NULL OR old_image IS NOT NULL)
       ORDER BY id LIMIT 1`,
      trimmed,
    )?.time;
    const closed = store.get<{ time: number | null }>(
      "SELECT MIN(closed) AS time FROM dynamodb_streams",
    )?.time;
    const next = Math.min(oldest ?? Number.POSITIVE_INFINITY, closed ?? Number.POSITIVE_INFINITY);
    if (next < Number.POSITIVE_INFINITY) this.armTrim(Math.max(next - horizon, TRIM_INTERVAL));
  }

  /** Labels are creation times; two streams of one millisecond must still differ. */
  private freeLabel(tableArn: string): string {
    for (let time = this.kernel.clock.now(); ; time++) {
      const label = new Date(time).toISOString().slice(0, -1);
      const taken = this.kernel.store.get(
        "SELECT 1 FROM dynamodb_streams WHERE arn = ?",
        `${tableArn}/stream/${label}`,
      );
      if (!taken) return label;
    }
  }
}
