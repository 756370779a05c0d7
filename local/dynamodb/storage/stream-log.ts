import type { Kernel } from "../../kernel/kernel.ts";
import type { StreamViewType, Table } from "../table.ts";
import type { AttributeMap } from "../value/attribute-value.ts";
import { itemSize } from "../value/item-size.ts";
import type { StoredImage } from "./image.ts";
import { type RecentRecords, recentRecordsOf } from "./recent-records.ts";
import { imagesIn, withImages } from "./stream-record.ts";

/** How long a record can be read. */
export const RETENTION = 24 * 3600 * 1000;

/** How often expired records are removed. */
const TRIM_INTERVAL = 3600 * 1000;

const FIRST_SEQUENCE_NUMBER = 10n ** 20n;

/** The public form of a sequence number: at least 21 digits. */
export function writeSequence(sequence: number): string {
  return String(FIRST_SEQUENCE_NUMBER + BigInt(sequence));
}

export function readSequence(text: string): number {
  return Number(BigInt(text) - FIRST_SEQUENCE_NUMBER);
}

/** The writing side of the streams: a record is part of the transaction of its write. */
export class StreamLog {
  private readonly kernel: Kernel;
  private readonly recent: RecentRecords;
  private cancelTrim: (() => void) | undefined;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
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
        nextSequence(this.kernel),
      )!;
      return { id, label, arn, viewType, enabled: true };
    });
  }

  /** Ends a stream: its records stay readable, and readers see that the stream is closed. */
  close(stream: NonNullable<Table["stream"]>): void {
    this.kernel.store.run(
      "UPDATE dynamodb_streams SET closed = ?, last = ? WHERE id = ? AND closed IS NULL",
      this.kernel.clock.now(),
      nextSequence(this.kernel) - 1,
      stream.id,
    );
    this.armTrim();
    this.kernel.signals.raise(`dynamodb-stream:${stream.arn}`);
  }

  append(
    { stream }: Table,
    keys: AttributeMap,
    before: StoredImage | undefined,
    after: StoredImage | undefined,
    by: "timeToLive" | undefined,
  ): void {
    if (!stream) return;
    const { store, clock, random, region, signals } = this.kernel;
    if (!stream.enabled) {
      if (before)
        store.run("INSERT INTO dynamodb_records (time, old_image) VALUES (?, ?)", clock.now(), before.image);
      this.armTrim();
      return;
    }
    const { id, viewType } = stream;
    const { newImage, oldImage } = imagesIn(viewType, { newImage: after, oldImage: before });
    const record = {
      eventID: random.bytes(16).toString("hex"),
      eventName: before ? (after ? "MODIFY" : "REMOVE") : "INSERT",
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: region,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(clock.now() / 1000),
        Keys: keys,
        SizeBytes: itemSize(keys) + (newImage?.size ?? 0) + (oldImage?.size ?? 0),
        StreamViewType: viewType,
      },
      ...(by && { userIdentity: { PrincipalId: "dynamodb.amazonaws.com", Type: "Service" } }),
    };
    const text = JSON.stringify(record);
    const time = clock.now();
    const sequence = store.insert(
      "INSERT INTO dynamodb_records (stream, time, record, new_image, old_image) VALUES (?, ?, ?, ?, ?)",
      id,
      time,
      text,
      after?.image ?? null,
      before?.image ?? null,
    );
    this.recent.add(id, {
      sequence,
      time,
      record: withImages(record, text, writeSequence(sequence), { newImage, oldImage }),
      length: text.length + (newImage?.text.length ?? 0) + (oldImage?.text.length ?? 0),
    });
    this.armTrim();
    signals.raise(`dynamodb-stream:${stream.arn}`);
  }

  /** The records of a deleted table can be read for as long as those of others: the images of its items are kept. */
  keepImages({ id }: Table): void {
    this.kernel.store.run(
      "INSERT INTO dynamodb_records (time, old_image) SELECT ?, image FROM dynamodb_items WHERE tbl = ?",
      this.kernel.clock.now(),
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

  /**
   * Removes the records past retention: sequence and time rise together, so they are the first ones. No later record
   * has the images that they replaced.
   */
  private trim(): void {
    const { store, clock } = this.kernel;
    this.cancelTrim = undefined;
    const horizon = clock.now() - RETENTION;
    const first = `FROM dynamodb_records WHERE time <= ?
      AND sequence IN (SELECT sequence FROM dynamodb_records ORDER BY sequence LIMIT 1000)`;
    store.atomically(() => {
      for (let removed = 1000; removed === 1000; ) {
        store.run(`DELETE FROM dynamodb_images WHERE id IN (SELECT old_image ${first})`, horizon);
        removed = store.run(`DELETE ${first}`, horizon);
      }
      store.run("DELETE FROM dynamodb_streams WHERE closed <= ?", horizon);
    });
    const oldest = store.get<{ time: number }>(
      "SELECT time FROM dynamodb_records ORDER BY sequence LIMIT 1",
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

/** The sequence that the next record of any stream will have. */
export function nextSequence({ store }: Pick<Kernel, "store">): number {
  const row = store.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'dynamodb_records'");
  return (row?.seq ?? 0) + 1;
}
