import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { readTraceparent, spanOfRun, xrayTraceId } from "../../../lib/contract/trace.ts";

/** The fields for searching log lines, with the same names in every function. */
export interface LogFields {
  /** Of a run, or of a reaction run. */
  run?: string | undefined;
  workflow?: string | undefined;
  reaction?: string | undefined;
  epoch?: number | undefined;
  step?: string | undefined;
  path?: string | undefined;
  direction?: string | undefined;
  attempt?: number | undefined;
  /** Id of the event with which it began. */
  event?: string | undefined;
  /** In X-Ray's format. */
  trace?: string | undefined;
  [more: string]: unknown;
}

/** Adds these fields to every later log line about the current message. */
export type About = (fields: LogFields) => void;

/** The search fields of a run's lines. */
export function fieldsOfRun({ id, workflow, epoch, event, traceparent }: RunReference): LogFields {
  return { run: id, workflow, epoch, event, trace: traceIdOf(traceparent) };
}

/** The same from the run's item. */
export function fieldsOfItem({ run, workflow, epoch, event }: RunItem): LogFields {
  const traceparent = spanOfRun(event.traceparent, run, epoch);
  return { run, workflow, epoch, event: event.id, trace: traceIdOf(traceparent) };
}

/** The id of a trace in X-Ray's format: "1-5759e988-bd862e3fe1be46a994272793". */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const context = readTraceparent(traceparent);
  return context && xrayTraceId(context.trace);
}
