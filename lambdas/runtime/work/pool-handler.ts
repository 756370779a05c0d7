import type { Context, SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { StepMessage } from "../../../lib/contract/message.ts";

type Handler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/** The Lambda handler of a pool: gives each message to the handler of its step. `handlers` are by the steps' names. */
export function poolHandler(handlers: Readonly<Record<string, Handler>>): Handler {
  return async ({ Records }, context) => {
    const answers = await Promise.all(
      Records.map((record) => {
        const { step } = JSON.parse(record.body) as StepMessage;
        const handler = handlers[step];
        if (!handler)
          throw new Error(`The pool has no step "${step}". It has ${Object.keys(handlers).join(", ")}.`);
        return handler({ Records: [record] }, context);
      }),
    );
    return { batchItemFailures: answers.flatMap(({ batchItemFailures }) => batchItemFailures) };
  };
}
