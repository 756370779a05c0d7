import type { RunReference } from "../../lib/contract/message.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import { readTraceparent, spanOfRun, xrayTraceId } from "../../lib/contract/trace.ts";

/** What lines are found by, under the same names in every function. */
export interface LogFields {
  /** Of a run, or of a reaction's handling of an event. */
  run?: string | undefined;
  workflow?: string | undefined;
  reaction?: string | undefined;
  epoch?: number | undefined;
  step?: string | undefined;
  path?: string | undefined;
  direction?: string | undefined;
  attempt?: number | undefined;
  /** Id of the event that it began with. */
  event?: string | undefined;
  /** As X-Ray lists it. */
  trace?: string | undefined;
  [more: string]: unknown;
}

/** Has each line that is written from now on for the message in hand carry these fields, too. */
export type About = (fields: LogFields) => void;

/** What lines of a run are found by. */
export function fieldsOfRun({ id, workflow, epoch, event, traceparent }: RunReference): LogFields {
  return { run: id, workflow, epoch, event, trace: traceIdOf(traceparent) };
}

/** The same by the run's item. */
export function fieldsOfItem({ run, workflow, epoch, event }: RunItem): LogFields {
  const traceparent = spanOfRun(event.traceparent, run, epoch);
  return { run, workflow, epoch, event: event.id, trace: traceIdOf(traceparent) };
}

/** The id of a trace as X-Ray lists it: "1-5759e988-bd862e3fe1be46a994272793". */
export function traceIdOf(traceparent: string | undefined): string | undefined {
  const context = readTraceparent(traceparent);
  return context && xrayTraceId(context.trace);
}
