import type { RunItem } from "../items/run.ts";
import type { ExecutionInput, RunReference } from "../messages/message.ts";
import { spanOfRun } from "../trace.ts";

type Stored = Pick<
  RunItem,
  | "run"
  | "workflow"
  | "epoch"
  | "version"
  | "restarted"
  | "event"
  | "express"
  | "settings"
  | "switches"
  | "data"
  | "input"
>;

/**
 * The input of the execution of a run's epoch, byte for byte the same on every attempt, unless there is a deployment between
 * them: it is made of the run's item, on the version on which the epoch begins, and of what in it no retry of the start changes.
 * What a run says of itself is stored once, as its own attributes.
 */
export function executionInput(run: Stored): string {
  // The order of the members is part of the bytes.
  return run.input ?? `{"run":${JSON.stringify(referenceOf(run))},"event":${run.data}}`;
}

/** The same, read. */
export function inputOf(run: Stored): ExecutionInput {
  return JSON.parse(executionInput(run)) as ExecutionInput;
}

/** The payload of the event that started a run, as JSON. */
export function payloadOf(run: Stored): string {
  return run.data ?? JSON.stringify(inputOf(run).event);
}

function referenceOf({
  run,
  workflow,
  epoch,
  version,
  restarted,
  event,
  express,
  settings,
  switches,
}: Stored): RunReference {
  return {
    id: run,
    workflow,
    epoch,
    version,
    event: event.id,
    correlation: event.correlation,
    hops: event.hops,
    traceparent: spanOfRun(event.traceparent, run, epoch),
    // A later epoch has an execution.
    ...(express && epoch === 1 && { express: true }),
    ...(restarted !== undefined && { restarted }),
    ...(settings && { settings: { revision: settings.revision, values: inOrder(settings.values) } }),
    ...(switches && { switches: inOrder(switches) }),
  };
}

/** The table does not keep the order of members, which is part of the input's bytes. */
function inOrder<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).sort(([a], [b]) => (a < b ? -1 : 1))) as Values;
}
