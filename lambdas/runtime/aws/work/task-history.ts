import type { HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import type { TaskHistory } from "../../wait/ports.ts";
import { statesClient } from "../client/states-calls.ts";
import { executionArnOf } from "../runs/executions.ts";
import { historyPages } from "../runs/history-pages.ts";

const PAGE = 1_000;

/** The history of executions of the state machines whose ARNs are `prefix` and the workflow's name. */
export function stepFunctionsHistory(prefix: string, client = statesClient()): TaskHistory {
  return {
    async answered(workflow, execution, token) {
      /** How a task ended, by the id of each of its events that was read. */
      const ends = new Map<number | undefined, string>();
      for await (const event of backwards(client, executionArnOf(`${prefix}${workflow}`, execution))) {
        const { id, previousEventId, type } = event;
        if (type === "TaskScheduled") {
          if (carries(event, token)) return ANSWERS.has(ends.get(id) ?? "");
          continue; // Earlier events belong to another attempt, or to another state.
        }
        const end = ENDS.has(type!) ? type : ends.get(id);
        if (end) ends.set(previousEventId, end);
      }
      return false;
    },
  };
}

/** A failure is an answer, too: that of a child. */
const ANSWERS = new Set(["TaskSucceeded", "TaskFailed"]);
const ENDS = new Set([...ANSWERS, "TaskTimedOut"]);

function carries({ taskScheduledEventDetails: details }: HistoryEvent, token: string): boolean {
  return details?.parameters?.includes(token) ?? false;
}

/**
 * Events from the newest to the oldest: the event is mostly recent. None if the history no longer
 * exists.
 */
async function* backwards(client: SFNClient, arn: string): AsyncGenerator<HistoryEvent> {
  const query = { executionArn: arn, reverseOrder: true, includeExecutionData: true, maxResults: PAGE };
  try {
    for await (const page of historyPages(client, query)) yield* page;
  } catch (error) {
    if ((error as Error).name !== "ExecutionDoesNotExist") throw error;
  }
}
