import { isoTime } from "../context.ts";
import type { State } from "../definition.ts";
import { evaluateField, inputOf, pathData } from "../expressions.ts";
import { type Failure, StatesError } from "../failure.ts";
import type { Frame, MapPhase } from "../frame.ts";
import { evaluatePayloadTemplate } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";
import { type ChildRecord, transformed, type WriterConfig } from "../tasks/result-files.ts";
import { NONCE_BYTES } from "./items.ts";
import { type DistributedPhase, labelOf } from "./map-run.ts";

interface EndedChild {
  index: number;
  /** Milliseconds since the epoch. */
  started: number;
  outcome: { output: string } | { failure: Failure; status: "FAILED" | "ABORTED" };
}

/** What is known of a child workflow now that it has ended. */
export function recordOf(
  run: Run,
  frame: Frame,
  state: State,
  { index, started, outcome }: EndedChild,
): ChildRecord {
  const { machineArn, machineName, arn } = run.execution;
  const [, partition, , region, account] = arn.split(":");
  const label = labelOf(run, frame, state);
  const name = run.environment.random.uuid();
  const start = {
    ExecutionArn: `arn:${partition}:states:${region}:${account}:execution:${machineName}/${label}:${name}`,
    Input: JSON.stringify(run.item(frame, index)),
    InputDetails: { Included: true },
    Name: name,
    RedriveCount: 0,
    StartDate: isoTime(started),
    StateMachineArn: `${machineArn}/${label}`,
    StopDate: isoTime(run.now()),
  };
  if ("output" in outcome) {
    return {
      ...start,
      Output: outcome.output,
      OutputDetails: { Included: true },
      RedriveStatus: "NOT_REDRIVABLE",
      RedriveStatusReason: "Execution is SUCCEEDED and cannot be redriven",
      Status: "SUCCEEDED",
    };
  }
  const { failure, status } = outcome;
  return {
    ...start,
    ...(failure.cause !== undefined && { Cause: failure.cause }),
    ...(failure.error !== undefined && { Error: failure.error }),
    RedriveStatus: "REDRIVABLE_BY_MAP_RUN",
    Status: status,
  };
}

/** The records of the child workflows that have ended, and the inputs (JSON texts) of those that have not. */
export function resultsSoFar(
  run: Run,
  frame: Frame,
  { length }: MapPhase,
): { records: ChildRecord[]; pending: string[] } {
  const texts = run.results(frame).slice(0, length);
  return {
    records: texts.filter((text) => text !== null).map((text) => JSON.parse(text)),
    pending: texts.flatMap((text, index) => (text === null ? [JSON.stringify(run.item(frame, index))] : [])),
  };
}

/** Whether the results go to S3 rather than into the state. */
export function isExported({ ResultWriter }: State): boolean {
  return ResultWriter?.Resource !== undefined;
}

/** The results of a distributed Map where they stay in the state. */
export function resultInState(run: Run, frame: Frame, state: State, phase: MapPhase): unknown[] {
  const { Transformation = "COMPACT", OutputType = "JSON" }: WriterConfig =
    state.ResultWriter?.WriterConfig ?? {};
  if (OutputType !== "JSON") {
    const cause = `The local cloud does not serve the OutputType ${OutputType} without a bucket to write to.`;
    throw new StatesError("States.ResultWriterFailed", cause);
  }
  return transformed(resultsSoFar(run, frame, phase).records, Transformation);
}

/** Requests that the ResultWriter writes the results; `failure` is why the Map fails after that. */
export async function startWriting(
  run: Run,
  frame: Frame,
  state: State,
  { phase, failure }: { phase: DistributedPhase; failure: Failure | null },
): Promise<void> {
  const { Arguments = {}, Parameters = {} } = state.ResultWriter;
  const parameters = run.isJsonata(state)
    ? await evaluateField(run, frame, Arguments, "ResultWriter/Arguments")
    : evaluatePayloadTemplate(Parameters, pathData(run, frame, inputOf(run, frame, state)));
  const nonce = run.environment.random.bytes(NONCE_BYTES).toString("base64url");
  frame.phase = { kind: "write", nonce, parameters: parameters as object, map: phase, failure };
  run.effects.push({ kind: "call", frame: frame.id, nonce });
}
