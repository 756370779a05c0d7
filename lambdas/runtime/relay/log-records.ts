import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type { LogRecord, Severity } from "../ports/log-record.ts";
import type { ChangeWithEvents } from "./change-events.ts";

/** Fields of Millrace's events by which records are found. Payloads are not among them. */
const FIELDS = [
  "run",
  "workflow",
  "epoch",
  "step",
  "path",
  "attempt",
  "direction",
  "approval",
  "level",
  "why",
  "event",
  "subscriber",
  "breaker",
  "quarantine",
  "reason",
  "winner",
] as const;

const SEVERITIES: Readonly<Record<string, Severity>> = {
  "run.failed": "error",
  "run.timed-out": "error",
  "run.stuck": "error",
  "reaction.failed": "error",
  "delivery.dead-lettered": "error",
  "run.terminated": "warn",
  "step.late": "warn",
  "escalation.raised": "warn",
  "delivery.overdue": "warn",
  "event.late": "warn",
  "event.quarantined": "warn",
  "breaker.opened": "warn",
};

/** The records of changes: one for each event that Millrace reports, on the bus or only in the log. */
export function logRecordsOf(changes: readonly ChangeWithEvents[]): LogRecord[] {
  return changes.flatMap(({ events }) =>
    events.flatMap(({ event }) => (event.source === MILLRACE_SOURCE ? [recordOf(event)] : [])),
  );
}

function recordOf({ id, name, time, traceparent, data }: Envelope): LogRecord {
  const known = FIELDS.map((field) => [field, data[field]] as const);
  const simple = known.filter(
    (pair): pair is [(typeof FIELDS)[number], string | number] =>
      typeof pair[1] === "string" || typeof pair[1] === "number",
  );
  return {
    id,
    name,
    at: time,
    severity: severityOf(name, data),
    traceparent,
    about: Object.fromEntries(simple),
    failure: failureOf(data.failure),
  };
}

/** A failed attempt that is followed by another one is no error yet. */
function severityOf(name: string, { failure }: Envelope["data"]): Severity {
  if (name !== "step.failed") return SEVERITIES[name] ?? "info";
  const { policy } = (failure ?? {}) as Partial<FailureRecord>;
  return policy === "retry" || policy === "wait" ? "warn" : "error";
}

/** Runs and steps report failures in two forms. */
function failureOf(failure: unknown): LogRecord["failure"] {
  const { name, error = name, message, cause = message } = (failure ?? {}) as Record<string, unknown>;
  return error === undefined ? undefined : { name: String(error), message: String(cause ?? "") };
}
