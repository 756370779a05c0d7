import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { setting } from "../aws/environment.ts";
import { sourceQueue } from "../aws/queues/queue.ts";
import type { SourceQueue } from "../ports/queue.ts";
import { handledNow } from "./handled-alone.ts";
import { requeue } from "./requeue.ts";

/** A handler of a queue's messages: those of a batch that failed are in its answer. */
export type BatchHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The Lambda handler of a pool: passes each message to the handler of its step, those of a batch in parallel.
 * `handlers` are by step name. A message for an unknown step fails alone, and is finally dead-lettered.
 */
export function poolHandler(
  handlers: Readonly<Record<string, BatchHandler>>,
  queue: () => SourceQueue = () => sourceQueue(setting("queue")),
): BatchHandler {
  const serve = async (record: SQSRecord, context: Context): Promise<SQSBatchResponse> => {
    const { step } = JSON.parse(record.body) as StepMessage;
    const handler = handlers[step];
    if (!handler)
      throw new Error(`The pool has no step "${step}". It has ${Object.keys(handlers).join(", ")}.`);
    return await handler({ Records: [record] }, context);
  };
  const waitForRoom = async (record: SQSRecord): Promise<SQSBatchResponse> =>
    (await requeue(record, 0, queue())) ? DONE : back(record);
  return async ({ Records }, context) => {
    const now = handledNow(Records);
    const answers = await Promise.all(
      Records.map((record) =>
        (now.has(record) ? serve(record, context) : waitForRoom(record)).catch((error) => {
          console.error(error);
          return back(record);
        }),
      ),
    );
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
}

const DONE: SQSBatchResponse = { batchItemFailures: [] };
const back = ({ messageId }: SQSRecord): SQSBatchResponse => ({
  batchItemFailures: [{ itemIdentifier: messageId }],
});
