/** An entry of a run's log, or another event of Millrace, as collectors of logs take it. */
export interface LogRecord {
  /** Name of the event: "step.failed". */
  name: string;
  /** Id of the event: the same if the record is sent again. */
  id: string;
  /** ISO time. */
  at: string;
  severity: Severity;
  /** W3C trace context of the run or attempt that it is about; undefined if it is about none. */
  traceparent: string | undefined;
  about: Record<string, string | number>;
  failure?: { name: string; message: string } | undefined;
}

export type Severity = "info" | "warn" | "error";
