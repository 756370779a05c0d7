import type { SFNClient } from "@aws-sdk/client-sfn";
import { type DirectCalls, direct, type Shape } from "./direct-client.ts";
import { lazyClient } from "./lazy-sdk.ts";
import { loadSdk } from "./load-sdk.ts";
import { SendTaskFailureCommand, SendTaskSuccessCommand, StartExecutionCommand } from "./states-commands.ts";

const shapes: [unknown, Shape][] = [
  [SendTaskSuccessCommand, { operation: "SendTaskSuccess" }],
  [SendTaskFailureCommand, { operation: "SendTaskFailure" }],
  [
    StartExecutionCommand,
    {
      operation: "StartExecution",
      // The trace of the execution, not that of the invocation that starts it.
      headers: ({ traceHeader }): Record<string, string> =>
        traceHeader ? { "x-amzn-trace-id": traceHeader } : {},
      read: ({ startDate, ...rest }) => ({ ...rest, startDate: new Date(startDate * 1000) }),
    },
  ],
];

export const STATES: DirectCalls = {
  service: "states",
  target: "AWSStepFunctions",
  version: "1.0",
  shapes: new Map(shapes),
};

const open = async () => new (await loadSdk("states")).SFNClient({});

/** A function's client for executions. */
export function statesClient(): SFNClient {
  return direct(lazyClient(open), STATES);
}
