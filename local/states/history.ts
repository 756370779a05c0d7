import { DATA_LIMITS } from "../../aws-limits/data-limits.ts";

/** One event of an execution's history, as GetExecutionHistory returns it. */
export interface HistoryEvent {
  id: number;
  previous: number;
  type: string;
  /** Milliseconds since the epoch. */
  time: number;
  details: Record<string, unknown> | null;
}

/** An execution has at most this many events; the last one is then its failure. */
export const HISTORY_LIMIT = DATA_LIMITS.historyEvents.most;

/** Where the event of that type carries its details: "stateEnteredEventDetails" for "PassStateEntered". */
function detailsMember(type: string): string {
  if (type.endsWith("StateEntered")) return "stateEnteredEventDetails";
  if (type.endsWith("StateExited")) return "stateExitedEventDetails";
  return `${type[0]!.toLowerCase()}${type.slice(1)}EventDetails`;
}

const DATA = ["input", "output", "parameters"] as const;

/** The event as the API answers it; without `data` only what is not payload. */
export function describeEvent(event: HistoryEvent, data: boolean): Record<string, unknown> {
  const described: Record<string, unknown> = {
    timestamp: event.time / 1000,
    type: event.type,
    id: event.id,
    previousEventId: event.previous,
  };
  if (event.details) described[detailsMember(event.type)] = data ? event.details : withoutData(event.details);
  return described;
}

/** The details of an event without input, output and variables. */
export function withoutData(details: Record<string, unknown>): Record<string, unknown> {
  const rest: Record<string, unknown> = { ...details };
  for (const member of DATA) {
    delete rest[member];
    delete rest[`${member}Details`];
  }
  delete rest.assignedVariables;
  delete rest.assignedVariablesDetails;
  return rest;
}
