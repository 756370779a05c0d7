import type { ExecutionInput } from "../messages/message.ts";
import { detailsOf, type HistoryEvent } from "./history.ts";
import { pathOf } from "./path.ts";
import { RECORDING_FORMAT, type RecordedExecution, type Recording } from "./recording.ts";

/** Step Functions' record of an execution. */
export interface ExecutionRecord {
  arn: string;
  stateMachineArn: string;
  roleArn: string;
  /** The definition on which it began, as text. */
  definition: string;
  history: HistoryEvent[];
}

/**
 * A recording of a run, from the record of its execution and of its compensations. Throws an Error if it
 * cannot be replayed.
 */
export function record(own: ExecutionRecord, compensations: readonly ExecutionRecord[] = []): Recording {
  const execution = recordExecution("run", own);
  const { run } = execution.input as ExecutionInput;
  return {
    format: RECORDING_FORMAT,
    workflow: run.workflow,
    version: run.version,
    run: run.id,
    epoch: run.epoch,
    executions: [execution, ...compensations.map((each) => recordExecution("compensation", each))],
  };
}

function recordExecution(of: RecordedExecution["of"], record: ExecutionRecord): RecordedExecution {
  const { history, definition, ...identity } = record;
  const started = history.find(({ type }) => type === "ExecutionStarted");
  if (!started) throw new Error(`The history of ${record.arn} does not contain the start.`);
  if (history.some(({ type }) => type === "ExecutionRedriven"))
    throw new Error(`${record.arn} was redriven in Step Functions. A redriven execution cannot be replayed.`);
  if (history.some(({ type }) => type === "MapRunStarted"))
    throw new Error(`${record.arn} has a distributed Map, whose items are not in its history.`);
  return {
    of,
    ...identity,
    startedAt: started.timestamp,
    input: JSON.parse(detailsOf(started).input),
    definition: JSON.parse(definition),
    ...pathOf(history),
  };
}
