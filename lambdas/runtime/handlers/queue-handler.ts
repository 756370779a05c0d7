import middy from "@middy/core";
import partialBatchFailure from "@middy/sqs-partial-batch-failure";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { digest } from "../../../lib/contract/canonical.ts";
import { WHOLE_APP } from "../../../lib/contract/metrics.ts";
import { traceparentOfHeader } from "../../../lib/contract/trace.ts";
import { logOf, observe, writeMetrics } from "../aws/observe.ts";
import { afterThrottle, isThrottle } from "../aws/throttle.ts";
import type { Disposition } from "../ports/disposition.ts";
import type { SourceQueue } from "../ports/queue.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { type About, type LogFields, traceIdOf } from "../telemetry/log-fields.ts";
import type { Invocation } from "../work/effect.ts";
import { firstSent, receivesOf, requeue } from "./requeue.ts";

export interface Delivery {
  record: SQSRecord;
  context: Context;
  /** Unique to this delivery: a batch may contain the same message twice. */
  invocation: Invocation;
  /**
   * Epoch milliseconds at which the message first entered the queue. A copy that was sent because of a
   * throttle keeps that time.
   */
  sent: number;
  /**
   * Adds fields about the message, as they become known: every later line of `log`, and of a failure, carries
   * them.
   */
  about: About;
  log: Log;
  /** A log with additional fields, for work that runs at the same time as other work of the message. */
  logWith(fields: LogFields): Log;
  metrics: Metrics;
}

function invocationOf({ receiptHandle }: SQSRecord, context: Context): Invocation {
  return {
    id: `${context.awsRequestId}:${digest(receiptHandle, 8)}`,
    deadline: Date.now() + context.getRemainingTimeInMillis(),
  };
}

/** Thrown for a message that stays in the queue on purpose. */
class Postponed extends Error {}

export type QueueHandler = middy.MiddyfiedHandler<SQSEvent, SQSBatchResponse>;

/**
 * A Lambda handler of a queue: the messages of a batch run in parallel, each with its own result. A failed
 * one is reported alone, logged with its reason and counted, so that a partial failure never looks like a
 * success. One that met a throttle, or a claim that another delivery holds, has not failed: it waits, and is
 * not given up however long that lasts. `handledNow` may leave some of a batch for later.
 */
export function queueHandler(
  service: string,
  queue: (record: SQSRecord) => SourceQueue,
  handle: (delivery: Delivery) => Promise<Disposition>,
  handledNow: (batch: SQSRecord[]) => ReadonlySet<SQSRecord> = (batch) => new Set(batch),
): QueueHandler {
  const { logger, metrics, counters } = observe(service);
  const known = new WeakMap<SQSRecord, LogFields>();
  const logFor = (record: SQSRecord) => logOf(logger, known.get(record));

  const handleRecord = async (record: SQSRecord, context: Context) => {
    const header = record.attributes.AWSTraceHeader ?? process.env._X_AMZN_TRACE_ID;
    const fields: LogFields = {
      request: context.awsRequestId,
      trace: traceIdOf(traceparentOfHeader(header)),
    };
    known.set(record, fields);
    if (receivesOf(record) > 1) counters.count("MessagesReceivedAgain");
    const about: About = (more) => void Object.assign(fields, more);
    const disposition = await handle({
      record,
      context,
      invocation: invocationOf(record, context),
      sent: firstSent(record),
      about,
      log: logFor(record),
      logWith: (more) => logOf(logger, { ...fields, ...more }),
      metrics: counters,
    }).catch((error: unknown) => {
      if (!isThrottle(error)) throw error;
      return { throttled: (error as Error).message };
    });
    if (disposition === "finished") return;
    if ("throttled" in disposition) {
      counters.count("MessagesThrottled", 1, WHOLE_APP);
      const pause = afterThrottle(receivesOf(record), Math.random());
      return await wait(record, pause, `a service throttled the request: ${disposition.throttled}`);
    }
    if (disposition.at === undefined) throw new Postponed(disposition.why);
    await wait(record, disposition.at - Date.now(), disposition.why);
  };

  const wait = async (record: SQSRecord, pause: number, why: string) => {
    if (!(await requeue(record, pause, queue(record)))) throw new Postponed(why);
    logFor(record).info(`The message waits as a new one: ${why}.`, { messageId: record.messageId });
    counters.count("MessagesPostponed");
  };

  const makeRoom = (record: SQSRecord) => wait(record, 0, "another message of its batch is handled alone");

  const failed = (reason: unknown, record: SQSRecord) => {
    if (reason instanceof Postponed) {
      logFor(record).info(`The message waits: ${reason.message}.`, { messageId: record.messageId });
      counters.count("MessagesPostponed");
      return;
    }
    logFor(record).error("The message could not be handled; the queue redelivers it.", {
      error: reason as Error,
      messageId: record.messageId,
      receiveCount: record.attributes.ApproximateReceiveCount,
    });
    counters.count("MessagesFailed");
  };

  return middy<SQSEvent, SQSBatchResponse>()
    .use(writeMetrics(metrics))
    .use(partialBatchFailure({ logger: failed }))
    .handler(async ({ Records }, context) => {
      const now = handledNow(Records);
      return (await Promise.allSettled(
        Records.map((record) => (now.has(record) ? handleRecord(record, context) : makeRoom(record))),
      )) as unknown as SQSBatchResponse;
    });
}
