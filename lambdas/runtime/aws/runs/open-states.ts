import type { HistoryEvent } from "@aws-sdk/client-sfn";
import type { StepMessage, WaitMessage } from "../../../../lib/contract/message.ts";
import type { OpenState } from "../../ports.ts";

/** Where an execution stands, by its history: the states in which it waits for an answer or lets time pass. */
export function openStates(events: readonly HistoryEvent[]): OpenState[] {
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
    const message = messageOf(scheduled?.taskScheduledEventDetails?.parameters);
    const name = entered?.stateEnteredEventDetails?.name ?? "";
    return [
      {
        path: message?.path ?? name,
        since: entered?.timestamp?.toISOString() ?? "",
        for: message ? awaited(message) : "time to pass",
      },
    ];
  });
}

type Message = (StepMessage | WaitMessage) & { path?: string };

function messageOf(parameters: string | undefined): Message | undefined {
  return parameters === undefined ? undefined : JSON.parse(parameters).MessageBody;
}

function awaited(message: Message): string {
  if ("step" in message) return "its worker";
  if (!("kind" in message)) return "an answer";
  switch (message.kind) {
    case "event":
      return `${message.event} of ${message.key}`;
    case "signalled":
      return message.of;
    case "child":
      return `a run of ${message.workflow}`;
    default:
      return "its send";
  }
}
