import { traceHeaderOf } from "../../../../lib/contract/trace.ts";
import type { Executions } from "../../ports/executions.ts";
import { statesClient } from "../client/states-calls.ts";
import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  StopExecutionCommand,
} from "../client/states-commands.ts";

/** Nothing waits for the answer: the state timed out, was answered, or its execution no longer exists. */
const GONE = new Set(["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"]);
const THROTTLED = new Set(["ThrottlingException", "ExecutionLimitExceeded", "TooManyRequestsException"]);

/** State machines of Step Functions. `stateMachine` is needed for starting only. */
export function stepFunctions(stateMachine: string | undefined, client = statesClient()): Executions {
  const answered = async (answer: Promise<unknown>) => {
    try {
      await answer;
      return "delivered" as const;
    } catch (error) {
      if (GONE.has((error as Error).name)) return "gone" as const;
      throw error;
    }
  };

  return {
    async start(name, input, traceparent) {
      if (!stateMachine) throw new Error("No state machine to start is configured for this handler.");
      try {
        const { executionArn } = await client.send(
          new StartExecutionCommand({
            stateMachineArn: stateMachine,
            name,
            input,
            traceHeader: traceHeaderOf(traceparent),
          }),
        );
        return { kind: "started", execution: executionArn! };
      } catch (error) {
        const { name: refusal } = error as Error;
        if (THROTTLED.has(refusal)) return { kind: "throttled" };
        // Only Millrace uses the name: an execution that has it, running or ended, is the requested one.
        if (refusal === "ExecutionAlreadyExists")
          return { kind: "started", execution: executionArnOf(stateMachine, name) };
        throw error;
      }
    },

    async stop(name, failure) {
      if (!stateMachine) throw new Error("No state machine to stop is configured for this handler.");
      const stopped = client.send(
        new StopExecutionCommand({ executionArn: executionArnOf(stateMachine, name), ...failure }),
      );
      await stopped.catch((error: Error) => {
        if (error.name !== "ExecutionDoesNotExist") throw error;
      });
    },

    succeed: (taskToken, output) => answered(client.send(new SendTaskSuccessCommand({ taskToken, output }))),

    fail: (taskToken, error, cause) =>
      answered(client.send(new SendTaskFailureCommand({ taskToken, error, cause }))),
  };
}

/** The ARN of an execution, from that of its state machine. */
export function executionArnOf(stateMachine: string, name: string): string {
  return `${stateMachine.replace(":stateMachine:", ":execution:")}:${name}`;
}
