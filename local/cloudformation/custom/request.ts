import type { Clock } from "../../kernel/clock.ts";
import type { Kernel } from "../../kernel/kernel.ts";
import { type Answer, failed } from "./answer.ts";
import { responsesOf } from "./responses.ts";

/** CloudFormation's request to the function behind a custom resource. */
export interface Request {
  RequestType: "Create" | "Update" | "Delete";
  ServiceToken: string;
  StackId: string;
  LogicalResourceId: string;
  ResourceType: string;
  ResourceProperties: Record<string, unknown>;
  PhysicalResourceId?: string;
  OldResourceProperties?: Record<string, unknown>;
}

/** Seconds, if the template sets no ServiceTimeout. */
const LONGEST_WAIT = 3600;
/** The approximate time, in milliseconds, that CloudFormation needs to continue after a response. */
const CONTINUES_AFTER = 1000;
/** Seconds until a function without a response is reported. */
const NOTICED = 10;

/**
 * Invokes the function and waits for its response. If it fails without one, that is the response:
 * CloudFormation would keep waiting. A function that has responded ends in the meantime, so that the next
 * request finds its environment warm.
 */
export async function ask(kernel: Kernel, request: Request): Promise<Answer> {
  const { clock } = kernel;
  const response = responsesOf(kernel).open();
  const limit = Number(request.ResourceProperties.ServiceTimeout ?? LONGEST_WAIT);
  const late = Promise.withResolvers<Answer>();
  const cancel = clock.at(clock.now() + limit * 1000, () =>
    late.resolve(failed(`the function sent no response within ${limit} seconds`)),
  );
  const cancelNotice = clock.at(clock.now() + NOTICED * 1000, () =>
    kernel.report(
      `${request.LogicalResourceId} (${request.ResourceType}): no response to its ${request.RequestType} for ${NOTICED} seconds; waiting up to ${limit} seconds for ${request.ServiceToken}.`,
    ),
  );
  const event = { ...request, RequestId: kernel.random.uuid(), ResponseURL: response.url };
  const input = { FunctionName: event.ServiceToken, Payload: JSON.stringify(event) };
  const invocation = kernel.call("lambda", "Invoke", input);
  let isSettled = false;
  try {
    const answer = await Promise.race([
      response.answered,
      late.promise,
      failureOf(invocation, () => {
        if (isSettled) return;
        cancelNotice();
        kernel.report(
          `${event.LogicalResourceId} (${event.ResourceType}): its function has ended; waiting up to ${limit} seconds for a response.`,
        );
      }),
    ]);
    isSettled = true;
    cancelNotice();
    await orAfter(CONTINUES_AFTER, clock, invocation);
    return answer;
  } finally {
    cancel();
    cancelNotice();
    response.close();
  }
}

/**
 * Settles only if the invocation fails: a function that succeeds has responded, or another party responds.
 */
function failureOf(invocation: Promise<any>, ended: () => void): Promise<Answer> {
  return new Promise((resolve) => {
    invocation.then(
      ({ FunctionError, Payload }) => {
        if (!FunctionError) return ended();
        const { errorType, errorMessage } = JSON.parse(Payload);
        resolve(failed(`the function failed without a response: ${errorType}: ${errorMessage}`));
      },
      (error: Error) => resolve(failed(`the function could not be invoked: ${error.message}`)),
    );
  });
}

/** Resolves when the task is over, however it ends, or after this number of milliseconds. */
function orAfter(milliseconds: number, clock: Clock, task: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.at(clock.now() + milliseconds, resolve);
    const over = () => {
      cancel();
      resolve();
    };
    task.then(over, over);
  });
}
