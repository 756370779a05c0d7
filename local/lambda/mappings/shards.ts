import { hasCode } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";

/** A row is a reader's checkpoint in a shard: everything up to and including `sequence` is done. */
export const POSITIONS = `
CREATE TABLE IF NOT EXISTS lambda_position (
  mapping TEXT NOT NULL,
  shard TEXT NOT NULL,
  sequence TEXT NOT NULL,
  PRIMARY KEY (mapping, shard)
) WITHOUT ROWID;
`;

/** Reads the shards of a DynamoDB stream as one role, and stores the mapping's checkpoints in them. */
export class Shards {
  private readonly kernel: Kernel;
  private readonly stream: string;
  private readonly mapping: string;
  private readonly role: () => string;

  constructor(kernel: Kernel, stream: string, mapping: string, role: () => string) {
    this.kernel = kernel;
    this.stream = stream;
    this.mapping = mapping;
    this.role = role;
  }

  async list(): Promise<string[]> {
    const { StreamDescription } = await this.call("DescribeStream", { StreamArn: this.stream });
    return StreamDescription.Shards.map(({ ShardId }: any) => ShardId);
  }

  /** A cursor after the mapping's checkpoint in the shard. */
  resume(shard: string): ShardCursor {
    return new ShardCursor((operation, input) => this.call(operation, input), {
      stream: this.stream,
      shard,
      last: this.position(shard),
    });
  }

  advance(shard: string, sequence: string): void {
    this.kernel.store.run(
      "INSERT OR REPLACE INTO lambda_position VALUES (?, ?, ?)",
      this.mapping,
      shard,
      sequence,
    );
  }

  /** Skips the current records of the stream: where a mapping that starts at LATEST begins. */
  async skipToLatest(): Promise<void> {
    for (const shard of await this.list()) {
      const cursor = this.resume(shard);
      for (let records = await cursor.read(1000); records.length > 0; records = await cursor.read(1000)) {
        this.advance(shard, records.at(-1).dynamodb.SequenceNumber);
      }
    }
  }

  /** Removes the checkpoints. */
  forget(): void {
    this.kernel.store.run("DELETE FROM lambda_position WHERE mapping = ?", this.mapping);
  }

  /** The sequence number up to which everything is done. */
  private position(shard: string): string | undefined {
    return this.kernel.store.get(
      "SELECT sequence FROM lambda_position WHERE mapping = ? AND shard = ?",
      this.mapping,
      shard,
    )?.sequence;
  }

  private call(operation: string, input: object): Promise<any> {
    return this.kernel.call("dynamodbstreams", operation, input, { caller: this.role() });
  }
}

interface Place {
  stream: string;
  shard: string;
  /** Sequence number of the previous record; undefined at the oldest one. */
  last: string | undefined;
}

/**
 * Reads a shard forwards. Each response contains the next iterator; if that has expired, a new one is
 * requested at the same position.
 */
export class ShardCursor {
  private readonly call: (operation: string, input: object) => Promise<any>;
  private readonly place: Place;
  private iterator: string | undefined;

  constructor(call: ShardCursor["call"], place: Place) {
    this.call = call;
    this.place = place;
  }

  /** The next records, up to 1000; empty if there are none at the moment. */
  async read(limit: number): Promise<any[]> {
    this.iterator ??= await this.open();
    try {
      const { Records, NextShardIterator } = await this.call("GetRecords", {
        ShardIterator: this.iterator,
        Limit: Math.min(limit, 1000),
      });
      this.place.last = Records.at(-1)?.dynamodb.SequenceNumber ?? this.place.last;
      this.iterator = NextShardIterator;
      return Records;
    } catch (error) {
      if (!hasCode(error, "ExpiredIteratorException")) throw error;
      this.iterator = undefined;
      return await this.read(limit);
    }
  }

  private async open(): Promise<string> {
    const { last } = this.place;
    if (last === undefined) return await this.iteratorAt({ ShardIteratorType: "TRIM_HORIZON" });
    try {
      return await this.iteratorAt({ ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: last });
    } catch (error) {
      if (!hasCode(error, "TrimmedDataAccessException")) throw error;
      return await this.iteratorAt({ ShardIteratorType: "TRIM_HORIZON" });
    }
  }

  private async iteratorAt(start: object): Promise<string> {
    const { stream: StreamArn, shard: ShardId } = this.place;
    return (await this.call("GetShardIterator", { StreamArn, ShardId, ...start })).ShardIterator;
  }
}
