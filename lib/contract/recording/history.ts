/** An event of an execution's history as GetExecutionHistory answers it with data, in JSON: its time is in ISO. */
export interface HistoryEvent {
  id: number;
  /** The event that it follows in its own branch or iteration; 0 for the first. */
  previousEventId: number;
  timestamp: string;
  /** "TaskStateEntered" */
  type: string;
  /** What else it tells, under a name that depends on its type. Inputs and outputs are JSON in texts. */
  [details: string]: unknown;
}

/** What an event tells beside its type; one that tells nothing more has none. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, any>> {
  const found = Object.entries(event).find(([name]) => name.endsWith("EventDetails"));
  return (found?.[1] ?? {}) as Record<string, any>;
}
