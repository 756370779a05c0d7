import type { HistoryEvent as Event } from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "../../../../lib/contract/recording/history.ts";
import type { ExecutionRecord } from "../../../../lib/contract/recording/record.ts";
import { statesClient } from "../client/states-calls.ts";
import { DescribeStateMachineForExecutionCommand } from "../client/states-commands.ts";
import { historyPages } from "./history-pages.ts";

/** Step Functions' records of executions. */
export interface ExecutionRecords {
  /** An execution with its definition and whole history; undefined if it does not exist, or no longer. */
  read(executionArn: string): Promise<ExecutionRecord | undefined>;
}

const PAGE = 1_000;

export function executionRecords(client = statesClient()): ExecutionRecords {
  return {
    async read(executionArn) {
      try {
        const machine = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
        const options = { executionArn, includeExecutionData: true, maxResults: PAGE };
        const pages = await Array.fromAsync(historyPages(client, options));
        return {
          arn: executionArn,
          stateMachineArn: machine.stateMachineArn!,
          roleArn: machine.roleArn!,
          definition: machine.definition!,
          history: pages.flat().map(asJson),
        };
      } catch (error) {
        if ((error as Error).name === "ExecutionDoesNotExist") return undefined;
        throw error;
      }
    },
  };
}

function asJson({ timestamp, ...event }: Event): HistoryEvent {
  return { ...event, timestamp: timestamp!.toISOString() } as HistoryEvent;
}
