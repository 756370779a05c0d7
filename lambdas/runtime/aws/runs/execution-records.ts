import {
  DescribeStateMachineForExecutionCommand,
  type HistoryEvent as Event,
  paginateGetExecutionHistory,
  SFNClient,
} from "@aws-sdk/client-sfn";
import type { HistoryEvent } from "../../../../lib/contract/recording/history.ts";
import type { ExecutionRecord } from "../../../../lib/contract/recording/record.ts";

/** Step Functions' records of executions. */
export interface ExecutionRecords {
  /** An execution with its definition and whole history; undefined if it does not exist, or no longer. */
  read(executionArn: string): Promise<ExecutionRecord | undefined>;
}

const PAGE = 1_000;

export function executionRecords(client = new SFNClient({})): ExecutionRecords {
  return {
    async read(executionArn) {
      try {
        const machine = await client.send(new DescribeStateMachineForExecutionCommand({ executionArn }));
        const options = { executionArn, includeExecutionData: true, maxResults: PAGE };
        const pages = await Array.fromAsync(paginateGetExecutionHistory({ client }, options));
        return {
          arn: executionArn,
          stateMachineArn: machine.stateMachineArn!,
          roleArn: machine.roleArn!,
          definition: machine.definition!,
          history: pages.flatMap(({ events }) => events ?? []).map(asJson),
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
