/**
 * An event of an execution's history in the form of GetExecutionHistory with data, as JSON: its time is in
 * ISO format.
 */
export interface HistoryEvent {
  id: number;
  /** The event that it follows in its own branch or iteration; 0 for the first. */
  previousEventId: number;
  timestamp: string;
  /** "TaskStateEntered" */
  type: string;
  /** Further details, under a name that depends on the type. Inputs and outputs are JSON strings. */
  [details: string]: unknown;
}

/** The details of an event besides its type; absent if there are none. */
export function detailsOf(event: HistoryEvent): Readonly<Record<string, any>> {
  const found = Object.entries(event).find(([name]) => name.endsWith("EventDetails"));
  return (found?.[1] ?? {}) as Record<string, any>;
}
