import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { EndedStatus } from "../../../../lib/contract/table.ts";
import type { Machines } from "../../completion/ports.ts";
import { statesClient } from "../client/states-calls.ts";
import { DescribeExecutionCommand } from "../client/states-commands.ts";
import { executionArnOf, stepFunctions } from "./executions.ts";
import { historyPages } from "./history-pages.ts";
import { openTasks } from "./open-states.ts";

const PAGE = 1_000;

/** Step Functions' execution statuses and the matching run statuses. */
const ENDINGS: Record<string, EndedStatus> = {
  SUCCEEDED: "succeeded",
  FAILED: "failed",
  TIMED_OUT: "timed-out",
  ABORTED: "terminated",
};

/** The state machines whose ARNs are `prefix` and the machine's name. */
export function stateMachines(prefix: string, client = statesClient()): Machines {
  return {
    start: (machine, name, input, traceparent) =>
      stepFunctions(`${prefix}${machine}`, client).start(name, input, traceparent),

    async look(machine, name) {
      const executionArn = executionArnOf(`${prefix}${machine}`, name);
      const found = await client
        .send(new DescribeExecutionCommand({ executionArn }))
        .catch((error: Error) => {
          if (error.name !== "ExecutionDoesNotExist") throw error;
        });
      if (!found) return "absent";
      const status = ENDINGS[found.status ?? ""];
      if (!status) return "running";
      const input: unknown = JSON.parse(found.input ?? "null");
      if (status === "succeeded")
        return { input, end: { status, output: JSON.parse(found.output ?? "null") } };
      return { input, end: { status, failure: { error: found.error ?? "", cause: found.cause ?? "" } } };
    },

    async openTasks(machine, name) {
      const executionArn = executionArnOf(`${prefix}${machine}`, name);
      const query = { executionArn, includeExecutionData: true, maxResults: PAGE };
      const events: HistoryEvent[] = [];
      try {
        for await (const page of historyPages(client, query)) events.push(...page);
      } catch (error) {
        if ((error as Error).name !== "ExecutionDoesNotExist") throw error;
      }
      return openTasks(events);
    },

    stop: (machine, name, failure) => stepFunctions(`${prefix}${machine}`, client).stop(name, failure),
  };
}
