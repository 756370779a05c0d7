import type { CallContext, Operation } from "../../kernel/service.ts";
import type { AsyncQueue } from "../async/queue.ts";
import { invalidParameter } from "../errors.ts";
import { type Functions, LATEST } from "../functions.ts";
import {
  type Invocations,
  LARGEST_ASYNC_PAYLOAD,
  LARGEST_PAYLOAD,
  type Request,
  readPayload,
} from "../invocations.ts";

/**
 * Invoke. `Payload` is JSON as text or bytes; ClientContext is base64, as in the header. The response's
 * Payload is JSON text. The id of the request is the id of the invocation.
 */
export function invokeOperation(
  functions: Functions,
  invocations: Invocations,
  queue: AsyncQueue,
): Operation {
  return async (input, context) => {
    const target = functions.resolve(input.FunctionName, input.Qualifier, LATEST);
    switch (input.InvocationType) {
      case "DryRun":
        return { StatusCode: 204 };
      case "Event":
        queue.accept(target, request(input, context, LARGEST_ASYNC_PAYLOAD));
        return { StatusCode: 202, Payload: "" };
      default: {
        const done = await invocations.run(target, {
          ...request(input, context, LARGEST_PAYLOAD),
          waiting: "caller",
        });
        return {
          StatusCode: 200,
          Payload: done.payload,
          ExecutedVersion: done.executedVersion,
          ...(done.failed && { FunctionError: "Unhandled" }),
          ...(input.LogType === "Tail" && { LogResult: done.logTail }),
        };
      }
    }
  };
}

function request(input: any, { requestId }: CallContext, limit: number): Request {
  return {
    event: readPayload(input.Payload, limit),
    requestId,
    trace: input.TraceHeader,
    clientContext: input.ClientContext === undefined ? undefined : readClientContext(input.ClientContext),
  };
}

function readClientContext(base64: string): string {
  const text = Buffer.from(base64, "base64").toString();
  try {
    JSON.parse(text);
  } catch (error) {
    throw invalidParameter(
      `Client context must be a valid Base64-encoded JSON object: ${(error as Error).message}`,
    );
  }
  return text;
}
