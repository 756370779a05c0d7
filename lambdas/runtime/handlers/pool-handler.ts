import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/message.ts";

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * The Lambda handler of a pool: gives each message to the handler of its step, those of a batch side by side. `handlers` are
 * by the steps' names. What none of them takes comes back, and in the end is a dead letter; the others of its batch do not.
 */
export function poolHandler(handlers: Readonly<Record<string, Handler>>): Handler {
  const serve = async (record: SQSRecord, context: Context): Promise<SQSBatchResponse> => {
    try {
      const { step } = JSON.parse(record.body) as StepMessage;
      const handler = handlers[step];
      if (!handler)
        throw new Error(`The pool has no step "${step}". It has ${Object.keys(handlers).join(", ")}.`);
      return await handler({ Records: [record] }, context);
    } catch (error) {
      console.error(error);
      return { batchItemFailures: [{ itemIdentifier: record.messageId }] };
    }
  };
  return async ({ Records }, context) => {
    const answers = await Promise.all(Records.map((record) => serve(record, context)));
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
}
