import type { State } from "../definition.ts";
import { evaluateField, pathData, throughPath } from "../expressions.ts";
import type { Frame } from "../frame.ts";
import { serialize } from "../json.ts";
import { evaluatePayloadTemplate, writePath } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";

/** Enters the frame's current state. */
export function enter(run: Run, frame: Frame, state: State): void {
  const basis = frame.previous;
  frame.entered = null;
  const details = {
    name: frame.state,
    input: JSON.stringify(frame.input),
    inputDetails: { truncated: false },
  };
  const event = run.record(frame, `${state.Type}StateEntered`, details);
  frame.entered = { event, time: run.now(), basis };
}

export interface Exit {
  output: unknown;
  assigned?: Record<string, unknown> | undefined;
  next?: string | undefined;
}

/** Leaves the current state: for the next one, or for the end of the frame. */
export function leave(run: Run, frame: Frame, state: State, exit: Exit): void {
  const output = serialize(exit.output, frame.state);
  const assigned = Object.entries(exit.assigned ?? {});
  const details: Record<string, unknown> = { name: frame.state, output, outputDetails: { truncated: false } };
  if (assigned.length > 0) {
    const texts = assigned.map(([name, value]) => [name, serialize(value, frame.state)]);
    details.assignedVariables = Object.fromEntries(texts);
    details.assignedVariablesDetails = { truncated: false };
  }
  run.record(frame, `${state.Type}StateExited`, details);
  for (const [name, value] of assigned) frame.variables[name] = value;
  if (exit.next !== undefined) {
    frame.state = exit.next;
    frame.input = exit.output;
    frame.retries = [];
    frame.phase = { kind: "ready" };
    run.turns.push({ kind: "step", frame });
    return;
  }
  if (frame.parent === null) {
    const succeeded = { output, outputDetails: { truncated: false } };
    run.end({ status: "SUCCEEDED", output }, "ExecutionSucceeded", succeeded, frame.previous);
    return;
  }
  run.remove(frame);
  const parent = run.frame(frame.parent)!;
  run.turns.unshift({
    kind: "succeeded",
    frame: parent,
    index: frame.index,
    output,
    previous: frame.previous,
    started: frame.started,
  });
}

/** Leaves a state that has a result, by its Output and Assign, or its ResultSelector, ResultPath and OutputPath. */
export async function leaveWithResult(run: Run, frame: Frame, state: State, result: unknown): Promise<void> {
  leave(run, frame, state, { ...(await applyResult(run, frame, state, result)), next: state.Next });
}

async function applyResult(run: Run, frame: Frame, state: State, result: unknown): Promise<Exit> {
  if (run.isJsonata(state)) {
    return await applyFields(run, frame, state, result, { result });
  }
  const assigned = assignByPath(run, frame, state, result);
  const selected =
    state.ResultSelector === undefined
      ? result
      : evaluatePayloadTemplate(state.ResultSelector, pathData(run, frame, result));
  run.note("afterResultSelector", selected);
  const placed = placeResult(frame, state.ResultPath, selected);
  run.note("afterResultPath", placed);
  return { output: throughPath(run, frame, state.OutputPath, placed), assigned };
}

/** Output and Assign of a JSONata state, choice rule or catcher; without Output the answer is `otherwise`. */
export async function applyFields(
  run: Run,
  frame: Frame,
  fields: { Output?: unknown; Assign?: unknown },
  otherwise: unknown,
  reserved: { result?: unknown; errorOutput?: unknown } = {},
): Promise<Exit> {
  const output =
    fields.Output === undefined
      ? otherwise
      : await evaluateField(run, frame, fields.Output, "Output", reserved);
  const assigned =
    fields.Assign === undefined
      ? undefined
      : await evaluateField(run, frame, fields.Assign, "Assign", reserved);
  return { output, assigned: assigned as Record<string, unknown> | undefined };
}

/** The variables that a JSONPath state, choice rule or catcher assigns; `$` is `value`. */
export function assignByPath(
  run: Run,
  frame: Frame,
  fields: { Assign?: unknown },
  value: unknown,
): Record<string, unknown> | undefined {
  if (fields.Assign === undefined) return undefined;
  return evaluatePayloadTemplate(fields.Assign, pathData(run, frame, value)) as Record<string, unknown>;
}

/** The state's input with the result at ResultPath. */
export function placeResult(frame: Frame, path: string | null | undefined, result: unknown): unknown {
  if (path === null) return frame.input;
  if (path === undefined || path === "$") return result;
  return writePath(path, frame.input, result);
}
