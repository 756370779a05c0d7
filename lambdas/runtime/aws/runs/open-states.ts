import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { StepGroup } from "../../../../lib/contract/groups/group.ts";
import { wholeMessage } from "../../../../lib/contract/groups/grouped-list.ts";
import type { SentMessage } from "../../completion/arrivals.ts";
import type { OpenTask } from "../../completion/progress.ts";
import type { OpenState } from "../../ports/readers.ts";

/** The open states of an execution, from its history: the states that wait for an answer or for a time. */
export function openStates(events: readonly HistoryEvent[]): OpenState[] {
  return openEvents(events).map(({ name, since, parameters }) => {
    const message = parameters?.MessageBody;
    return { path: message?.path ?? name, since, for: message ? awaited(message) : "time to pass" };
  });
}

/**
 * The messages whose answers an execution waits for, and those that it has sent without waiting, from its
 * history.
 */
export function openTasks(events: readonly HistoryEvent[]): OpenTask[] {
  return [...openEvents(events), ...sentEvents(events)].flatMap(({ since, parameters }) => {
    const { QueueUrl: queueUrl, MessageBody: message } = parameters ?? {};
    return queueUrl && message ? [{ queueUrl, message, since }] : [];
  });
}

/** Sent without a token, and so without an answer; its arrival must leave something. */
function sentEvents(events: readonly HistoryEvent[]) {
  return events.flatMap(({ type, timestamp, taskScheduledEventDetails: details }) => {
    if (type !== "TaskScheduled" || details?.resource !== "sendMessage") return [];
    return [{ since: timestamp?.toISOString() ?? "", parameters: parametersOf(details.parameters) }];
  });
}

/** The open states: the last event of each branch, if it waits for something. */
function openEvents(events: readonly HistoryEvent[]) {
  const byId = new Map(events.map((event) => [event.id!, event]));
  const followed = new Set(events.map(({ previousEventId }) => previousEventId));
  const before = (event: HistoryEvent | undefined, type: RegExp): HistoryEvent | undefined =>
    !event || type.test(event.type!) ? event : before(byId.get(event.previousEventId!), type);
  return events.flatMap((event) => {
    if (
      followed.has(event.id) ||
      !/^(TaskScheduled|TaskStarted|TaskSubmitted|WaitStateEntered)$/.test(event.type!)
    )
      return [];
    const entered = before(event, /StateEntered$/);
    const scheduled = before(event, /^(TaskScheduled|WaitStateEntered)$/);
    return [
      {
        name: entered?.stateEnteredEventDetails?.name ?? "",
        since: entered?.timestamp?.toISOString() ?? "",
        parameters: parametersOf(scheduled?.taskScheduledEventDetails?.parameters),
      },
    ];
  });
}

type Message = SentMessage & { path?: string };

function parametersOf(parameters: string | undefined) {
  if (parameters === undefined) return undefined;
  return JSON.parse(parameters) as { QueueUrl?: string; MessageBody?: Message };
}

function awaited(message: Message): string {
  if ("step" in message) {
    const { group } = wholeMessage(message);
    return group ? `the worker of ${named(group)}` : "its worker";
  }
  if (!("kind" in message)) return "an answer";
  switch (message.kind) {
    case "event":
      return `${message.event} of ${message.key}`;
    case "signalled":
      return message.of;
    case "race":
      return `the result of ${message.winner}`;
    case "child":
      return `a run of ${message.workflow}`;
    default:
      return "its send";
  }
}

/** The paths that are named of a group. */
const MOST_NAMED = 10;

function named({ steps }: StepGroup): string {
  const paths = steps.slice(0, MOST_NAMED).map(({ path }) => path);
  const left = steps.length - paths.length;
  return `${paths.join(", ")}${left > 0 ? ` and ${left} more` : ""}`;
}
