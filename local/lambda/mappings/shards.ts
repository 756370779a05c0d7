import { ServiceError } from "../../kernel/errors.ts";
import type { Kernel } from "../../kernel/kernel.ts";

/** Reads the shards of a DynamoDB stream as one role, and keeps how far a mapping has come in them. */
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

  /** The records after `sequence`, from the oldest there is where it is undefined or was trimmed. */
  async after(shard: string, sequence: string | undefined, limit: number): Promise<any[]> {
    const ShardIterator = (await this.iterator(shard, sequence)) ?? (await this.iterator(shard, undefined));
    return (await this.call("GetRecords", { ShardIterator, Limit: Math.min(limit, 1000) })).Records;
  }

  /** The sequence number up to which everything is done. */
  position(shard: string): string | undefined {
    return this.kernel.store.get(
      "SELECT sequence FROM lambda_position WHERE mapping = ? AND shard = ?",
      this.mapping,
      shard,
    )?.sequence;
  }

  advance(shard: string, sequence: string): void {
    this.kernel.store.run(
      "INSERT OR REPLACE INTO lambda_position VALUES (?, ?, ?)",
      this.mapping,
      shard,
      sequence,
    );
  }

  /** Leaves out what is in the stream now: where a mapping that starts at LATEST begins. */
  async skipToLatest(): Promise<void> {
    for (const shard of await this.list()) {
      for (let last: string | undefined; ; ) {
        const records = await this.after(shard, last, 1000);
        if (records.length === 0) break;
        last = records.at(-1).dynamodb.SequenceNumber as string;
        this.advance(shard, last);
      }
    }
  }

  private async iterator(shard: string, sequence: string | undefined): Promise<string | undefined> {
    const start =
      sequence === undefined
        ? { ShardIteratorType: "TRIM_HORIZON" }
        : { ShardIteratorType: "AFTER_SEQUENCE_NUMBER", SequenceNumber: sequence };
    try {
      return (await this.call("GetShardIterator", { StreamArn: this.stream, ShardId: shard, ...start }))
        .ShardIterator;
    } catch (error) {
      const trimmed = error instanceof ServiceError && error.code === "TrimmedDataAccessException";
      if (trimmed && sequence !== undefined) return undefined;
      throw error;
    }
  }

  private call(operation: string, input: object): Promise<any> {
    return this.kernel.call("dynamodbstreams", operation, input, { caller: this.role() });
  }
}
