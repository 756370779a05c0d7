import { ServiceError } from "../kernel/errors.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Operation, Service } from "../kernel/service.ts";
import { validation } from "./errors.ts";
import { checkInput, choice, integer, type Shape, structure, text } from "./shape.ts";
import { type ImageNumbers, imageNumbersOf } from "./storage/image-numbers.ts";
import { type RecentRecords, recentRecordsOf, type StreamRecord } from "./storage/recent-records.ts";
import { SCHEMA } from "./storage/schema.ts";
import { readSequence, writeSequence } from "./storage/sequence.ts";
import { RETENTION } from "./storage/stream-log.ts";
import { keyNamesIn, type RecordImage, recordOf } from "./storage/stream-record.ts";
import type { StreamViewType } from "./table.ts";
import { pick } from "./value/attribute-value.ts";
import { itemSize } from "./value/item-size.ts";

const ITERATOR_VALIDITY = 15 * 60 * 1000;
const LARGEST_ANSWER = 1024 * 1024;

interface Stream {
  id: number;
  arn: string;
  table_name: string;
  label: string;
  view_type: StreamViewType;
  key_schema: string;
  shard: string;
  created: number;
  first: number;
  last: number | null;
  closed: number | null;
}

/** What GetRecords needs of a stream. */
type ReadStream = Pick<Stream, "id" | "arn" | "view_type" | "key_schema" | "last">;

interface Row {
  sequence: number;
  time: number;
  event: string;
  cause: "timeToLive" | null;
  new_image: string | null;
  old_image: string | null;
}

/** The reading side of the streams: each has one shard, which is open as long as the stream. */
class StreamReader {
  private readonly kernel: Kernel;
  private readonly numbers: ImageNumbers;
  private readonly recent: RecentRecords;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.numbers = imageNumbersOf(kernel.store);
    this.recent = recentRecordsOf(kernel.store);
  }

  listStreams({ TableName: table, Limit: limit = 100, ExclusiveStartStreamArn: after }: any): object {
    const { store } = this.kernel;
    const from = after == null ? 0 : this.find(after).id;
    const rows = store.all<Stream>(
      "SELECT * FROM dynamodb_streams WHERE id > ? AND (? IS NULL OR table_name = ?) ORDER BY id LIMIT ?",
      from,
      table ?? null,
      table ?? null,
      limit + 1,
    );
    const page = rows.slice(0, limit);
    return {
      Streams: page.map((stream) => ({
        StreamArn: stream.arn,
        TableName: stream.table_name,
        StreamLabel: stream.label,
      })),
      ...(rows.length > limit && { LastEvaluatedStreamArn: page.at(-1)!.arn }),
    };
  }

  describeStream({ StreamArn: arn, ExclusiveStartShardId: after }: any): object {
    const stream = this.find(arn);
    const shard = {
      ShardId: stream.shard,
      SequenceNumberRange: {
        StartingSequenceNumber: writeSequence(stream.first),
        ...(stream.last !== null && { EndingSequenceNumber: writeSequence(stream.last) }),
      },
    };
    return {
      StreamDescription: {
        StreamArn: stream.arn,
        StreamLabel: stream.label,
        StreamStatus: stream.closed === null ? "ENABLED" : "DISABLED",
        StreamViewType: stream.view_type,
        CreationRequestDateTime: stream.created / 1000,
        TableName: stream.table_name,
        KeySchema: JSON.parse(stream.key_schema),
        Shards: after === stream.shard ? [] : [shard],
      },
    };
  }

  getShardIterator({
    StreamArn: arn,
    ShardId: shard,
    ShardIteratorType: type,
    SequenceNumber: number,
  }: any): object {
    const stream = this.find(arn);
    if (shard !== stream.shard) {
      throw new ServiceError(
        "ResourceNotFoundException",
        `Requested resource not found: Shard: ${shard} not found`,
      );
    }
    const numbered = type === "AT_SEQUENCE_NUMBER" || type === "AFTER_SEQUENCE_NUMBER";
    if (numbered !== (number != null)) {
      throw validation(
        numbered
          ? `SequenceNumber is required for shard iterator type ${type}`
          : `SequenceNumber must not be given for shard iterator type ${type}`,
      );
    }
    return { ShardIterator: this.iterator(stream, this.startOf(stream, type, number)) };
  }

  getRecords({ ShardIterator: text, Limit: limit = 1000 }: any): object {
    const { stream, sequence } = this.readIterator(text);
    const horizon = this.kernel.clock.now() - RETENTION;
    const records: object[] = [];
    let next = sequence;
    let size = 0;
    for (const one of this.recordsFrom(stream, sequence, horizon)) {
      size += one.length;
      if (records.length === limit || (size > LARGEST_ANSWER && records.length > 0)) break;
      records.push(one.record);
      next = one.sequence + 1;
    }
    const finished = stream.last !== null && !this.hasFrom(stream, Math.max(next, 0));
    return { Records: records, ...(!finished && { NextShardIterator: this.iterator(stream, next) }) };
  }

  private recordsFrom(stream: ReadStream, sequence: number, horizon: number): Iterable<StreamRecord> {
    const recent = this.recent.from(stream.id, sequence);
    const isRetained = recent?.every(({ time }) => time > horizon);
    return isRetained ? recent! : this.storedFrom(stream, sequence, horizon);
  }

  private *storedFrom(stream: ReadStream, sequence: number, horizon: number): Generator<StreamRecord> {
    const rows = this.kernel.store
      .prepare(
        `SELECT r.id AS sequence, r.time, r.event, r.cause, r.item AS new_image, o.item AS old_image
         FROM dynamodb_images r LEFT JOIN dynamodb_images o ON o.id = r.old_image
         WHERE r.stream = ? AND r.id >= ? AND r.time > ? ORDER BY r.id`,
      )
      .iterate(stream.id, sequence, horizon) as Iterable<Row>;
    const names = keyNamesIn(stream.key_schema);
    for (const { sequence, time, event, cause, new_image, old_image } of rows) {
      const [after, before] = [imageOf(new_image), imageOf(old_image)];
      const keys = pick((after ?? before)!.item, names);
      const write = { sequence, time, event, keys, before, after, by: cause ?? undefined };
      yield recordOf(write, stream.view_type, this.kernel.region);
    }
  }

  private startOf(stream: Stream, type: string, number: string): number {
    if (type === "TRIM_HORIZON") return stream.first;
    if (type === "LATEST") return this.numbers.next();
    const sequence = readSequence(number);
    if (sequence < stream.first || sequence >= this.numbers.next()) {
      throw validation(`Invalid SequenceNumber: ${number} is not in shard ${stream.shard}`);
    }
    const readable = this.kernel.store.get(
      "SELECT 1 FROM dynamodb_images WHERE id = ? AND stream = ? AND time > ?",
      sequence,
      stream.id,
      this.kernel.clock.now() - RETENTION,
    );
    if (!readable) {
      throw new ServiceError(
        "TrimmedDataAccessException",
        "The operation attempted to read past the oldest stream record in a shard",
      );
    }
    return type === "AT_SEQUENCE_NUMBER" ? sequence : sequence + 1;
  }

  private hasFrom(stream: ReadStream, sequence: number): boolean {
    return (
      this.kernel.store.get(
        "SELECT 1 FROM dynamodb_images WHERE stream = ? AND id >= ? AND time > ? LIMIT 1",
        stream.id,
        sequence,
        this.kernel.clock.now() - RETENTION,
      ) !== undefined
    );
  }

  private iterator({ arn }: Pick<Stream, "arn">, sequence: number): string {
    const position = Buffer.from(JSON.stringify([sequence, this.kernel.clock.now()]));
    return `${arn}|1|${position.toString("base64")}`;
  }

  private readIterator(text: string): { stream: ReadStream; sequence: number } {
    const [arn = "", version, position = ""] = text.split("|");
    const [sequence, issued] = parsePosition(position);
    if (version !== "1" || !Number.isSafeInteger(sequence) || !Number.isFinite(issued)) {
      throw validation("Invalid ShardIterator");
    }
    if (issued < this.kernel.clock.now() - ITERATOR_VALIDITY) {
      throw new ServiceError(
        "ExpiredIteratorException",
        "The provided iterator has expired. An iterator is valid for 15 minutes after it was handed out",
      );
    }
    return { stream: this.find<ReadStream>(arn, "id, arn, view_type, key_schema, last"), sequence };
  }

  private find<Row = Stream>(arn: string, columns = "*"): Row {
    const stream = this.kernel.store.get<Row>(`SELECT ${columns} FROM dynamodb_streams WHERE arn = ?`, arn);
    if (stream) return stream;
    throw new ServiceError(
      "ResourceNotFoundException",
      `Requested resource not found: Stream: ${arn} not found`,
    );
  }
}

function imageOf(text: string | null): RecordImage | undefined {
  if (text === null) return undefined;
  const item = JSON.parse(text);
  return { item, size: itemSize(item), text };
}

function parsePosition(base64: string): [number, number] {
  try {
    const [sequence, issued] = JSON.parse(Buffer.from(base64, "base64").toString());
    return [sequence, issued];
  } catch {
    throw validation("Invalid ShardIterator");
  }
}

const streamArn = text([37, 1024]);
const shardId = text([28, 65]);
const SHAPES: { readonly [operation: string]: Shape } = {
  ListStreams: structure({
    TableName: text([1, 1024], /^[a-zA-Z0-9_.:/-]+$/),
    Limit: integer(1, 100),
    ExclusiveStartStreamArn: streamArn,
  }),
  DescribeStream: structure(
    { StreamArn: streamArn, Limit: integer(1, 100), ExclusiveStartShardId: shardId },
    "StreamArn",
  ),
  GetShardIterator: structure(
    {
      StreamArn: streamArn,
      ShardId: shardId,
      ShardIteratorType: choice("AT_SEQUENCE_NUMBER", "TRIM_HORIZON", "AFTER_SEQUENCE_NUMBER", "LATEST"),
      SequenceNumber: text([21, 40], /^\d+$/),
    },
    "StreamArn",
    "ShardId",
    "ShardIteratorType",
  ),
  GetRecords: structure({ ShardIterator: text([1, 2048]), Limit: integer(1, 1000) }, "ShardIterator"),
};

/** Amazon DynamoDB Streams (target prefix "DynamoDBStreams_20120810", awsJson 1.0, signed as "dynamodb"). */
export function dynamodbStreamsService(kernel: Kernel): Service {
  kernel.store.define(SCHEMA);
  const reader = new StreamReader(kernel);
  const checked =
    (name: string, run: (input: any) => object): Operation =>
    (input) => {
      checkInput(name, input, SHAPES[name]!);
      return run(input);
    };
  return {
    name: "dynamodbstreams",
    operations: {
      ListStreams: checked("ListStreams", (input) => reader.listStreams(input)),
      DescribeStream: checked("DescribeStream", (input) => reader.describeStream(input)),
      GetShardIterator: checked("GetShardIterator", (input) => reader.getShardIterator(input)),
      GetRecords: checked("GetRecords", (input) => reader.getRecords(input)),
    },
  };
}
