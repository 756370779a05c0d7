import { wholeMessage } from "../../../../lib/contract/groups/grouped-list.ts";
import type { StepMessage } from "../../../../lib/contract/messages/message.ts";
import { inputOf } from "../../work/group/fill.ts";
import { statesClient } from "../client/states-calls.ts";
import { historyPages } from "./history-pages.ts";

/** An execution has 25,000 events at most, and a page 1,000. */
const PAGE = 1_000;

/** Reads what a state machine sent to a step: its input, by the execution's ARN and the step's path. */
export function sentInputs(client = statesClient()) {
  return async (executionArn: string, path: string): Promise<{ input: unknown } | undefined> => {
    const query = { executionArn, includeExecutionData: true, maxResults: PAGE };
    try {
      for await (const events of historyPages(client, query)) {
        for (const { taskScheduledEventDetails: details } of events) {
          const sent = inputIn(details?.parameters, path);
          if (sent) return sent;
        }
      }
    } catch (error) {
      const { name } = error as Error;
      if (name !== "ExecutionDoesNotExist" && name !== "InvalidArn") throw error;
    }
    return undefined;
  };
}

/**
 * The input of a step in a message that a state machine sent to a queue; undefined if it is for another path.
 */
export function inputIn(parameters: string | undefined, path: string): { input: unknown } | undefined {
  // Most events are about other paths: those are not parsed. A message with a list has the list's path.
  const list = path.slice(0, Math.max(0, path.lastIndexOf("[")));
  if (![path, list].some((one) => parameters?.includes(JSON.stringify(one)))) return undefined;
  const { MessageBody: message } = JSON.parse(parameters!) as { MessageBody?: StepMessage };
  const { group } = message ? wholeMessage(message) : {};
  const grouped = group?.steps.find((step) => step.path === path);
  // The result of an earlier step of the group is not known when the message is sent.
  if (group && grouped) return { input: inputOf(grouped, group, []) };
  return message?.path === path && message.step !== undefined && !group
    ? { input: message.input }
    : undefined;
}
