import { GetExecutionHistoryCommand, type HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import type { TaskHistory } from "../../wait/ports.ts";
import { executionArnOf } from "../runs/executions.ts";

const PAGE = 1_000;

/**
 * The history of executions of the state machines whose ARNs begin with `prefix`, and then have the workflow's name.
 */
export function stepFunctionsHistory(prefix: string, client = new SFNClient({})): TaskHistory {
  return {
    async answered(workflow, execution, token) {
      /** How a task ended, by the id of each of its events that has been gone through. */
      const ends = new Map<number | undefined, string>();
      for await (const event of backwards(client, executionArnOf(`${prefix}${workflow}`, execution))) {
        const { id, previousEventId, type } = event;
        if (type === "TaskScheduled") {
          if (carries(event, token)) return ANSWERS.has(ends.get(id) ?? "");
          continue; // What comes before is another try, or another state.
        }
        const end = ENDS.has(type!) ? type : ends.get(id);
        if (end) ends.set(previousEventId, end);
      }
      return false;
    },
  };
}

/** A failure is an answer, too: a child's. */
const ANSWERS = new Set(["TaskSucceeded", "TaskFailed"]);
const ENDS = new Set([...ANSWERS, "TaskTimedOut"]);

function carries({ taskScheduledEventDetails: details }: HistoryEvent, token: string): boolean {
  return details?.parameters?.includes(token) ?? false;
}

/** Events from the last on: what is looked for has mostly just happened. None, where the history is forgotten. */
async function* backwards(client: SFNClient, arn: string): AsyncGenerator<HistoryEvent> {
  let nextToken: string | undefined;
  try {
    do {
      const page = await client.send(
        new GetExecutionHistoryCommand({
          ...{ executionArn: arn, reverseOrder: true, includeExecutionData: true, maxResults: PAGE },
          nextToken,
        }),
      );
      yield* page.events ?? [];
      nextToken = page.nextToken;
    } while (nextToken);
  } catch (error) {
    if ((error as Error).name !== "ExecutionDoesNotExist") throw error;
  }
}
