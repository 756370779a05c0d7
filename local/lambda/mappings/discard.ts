import type { Kernel } from "../../kernel/kernel.ts";
import { queueUrl } from "../../kernel/queue-url.ts";
import type { Execution } from "../invocations.ts";
import type { Mapping } from "./mapping.ts";
import type { DiscardReason, StreamBatch } from "./stream-batch.ts";

interface Discarded {
  shard: string;
  batch: StreamBatch;
  condition: DiscardReason;
  /** The last invocation with the batch. */
  execution: Execution | undefined;
}

/**
 * Sends a record of discarded records to a stream mapping's on-failure destination: a queue receives their position in
 * the stream, a bucket also the records. See
 * https://docs.aws.amazon.com/lambda/latest/dg/services-dynamodb-errors.html
 */
export async function sendDiscarded(
  kernel: Kernel,
  mapping: Mapping,
  { shard, batch, condition, execution }: Discarded,
): Promise<void> {
  const destination = mapping.settings.DestinationConfig?.OnFailure?.Destination;
  const { records } = batch;
  if (destination === undefined || records.length === 0) return;
  const time = new Date(kernel.clock.now()).toISOString();
  const arrival = (position: number) =>
    `${new Date(records.at(position)!.dynamodb.ApproximateCreationDateTime * 1000).toISOString().slice(0, 19)}Z`;
  const tooOld = condition === "RecordAgeExceeded";
  const record = {
    requestContext: {
      requestId: execution?.requestId ?? kernel.random.uuid(),
      functionArn: mapping.functionArn(),
      condition,
      approximateInvokeCount: Math.max(batch.failures, 1),
    },
    ...(execution &&
      !tooOld && {
        responseContext: {
          statusCode: 200,
          executedVersion: execution.executedVersion,
          functionError: execution.failed ? "Unhandled" : null,
        },
      }),
    version: "1.0",
    timestamp: time,
    DDBStreamBatchInfo: {
      shardId: shard,
      startSequenceNumber: records[0]!.dynamodb.SequenceNumber,
      endSequenceNumber: records.at(-1)!.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(0),
      approximateArrivalOfLastRecord: arrival(-1),
      batchSize: records.length,
      streamArn: mapping.source,
    },
  };
  const caller = mapping.role();
  if (destination.split(":")[2] === "sqs") {
    const message = { QueueUrl: queueUrl(kernel, destination), MessageBody: JSON.stringify(record) };
    await kernel.call("sqs", "SendMessage", message, { caller });
    return;
  }
  const Body = Buffer.from(JSON.stringify({ ...record, payload: JSON.stringify({ Records: records }) }));
  const day = time.slice(0, 10).replaceAll("-", "/");
  const moment = time.slice(0, 19).replaceAll(":", ".");
  const Key = `aws/lambda/${mapping.uuid}/${shard}/${day}/${moment}-${kernel.random.uuid()}`;
  await kernel.call("s3", "PutObject", { Bucket: destination.split(":::")[1], Key, Body }, { caller });
}
