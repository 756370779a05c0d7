import type { State } from "../definition.ts";
import { errorAndCause, type Failure, StatesError } from "../failure.ts";
import type { Frame } from "../frame.ts";
import { matches, nextAttempt } from "../retry.ts";
import type { Run } from "../run.ts";
import { applyFields, assignByPath, leave, placeResult } from "./transition.ts";

/** States whose end by the failure of another branch, or by their own inside one, is an event of its own. */
const ABORTS = new Set(["Task", "Wait", "Parallel", "Map"]);
/** Failures without a cause: a catcher gets an empty text for it. */
const TIMEOUTS = new Set(["States.Timeout", "States.HeartbeatTimeout"]);
const TERMINAL = new Set(["States.Runtime", "States.DataLimitExceeded"]);

/** The failure of an error thrown by the language, once it is in the history. */
export function evaluationFailed(run: Run, frame: Frame, error: StatesError): Failure {
  const entered = frame.entered!;
  const where = `An error occurred while executing the state '${frame.state}' (entered at the event id #${entered.event}). `;
  const cause = error.error === "States.DataLimitExceeded" ? error.cause : where + error.cause;
  if (error.error === "States.QueryEvaluationError") {
    const location = error.location === undefined ? {} : { location: error.location };
    const details = { state: frame.state, error: error.error, cause, ...location };
    run.record(frame, "EvaluationFailed", details, { previous: entered.basis });
  }
  return { error: error.error, cause, terminal: TERMINAL.has(error.error) };
}

/** The frame's state has failed: it is tried again, left by a catcher, or the failure goes to what is around it. */
export async function failState(run: Run, frame: Frame, failure: Failure): Promise<void> {
  const state = run.stateOf(frame);
  run.note("failure", failure);
  if (retry(run, frame, state, failure)) return;
  const fansOut = state.Type === "Map" || state.Type === "Parallel";
  if (fansOut && !failure.terminal) run.record(frame, `${state.Type}StateFailed`);
  try {
    if (await leaveByCatcher(run, frame, state, failure)) return;
  } catch (error) {
    if (!(error instanceof StatesError)) throw error;
    return failFrame(run, frame, state, { ...evaluationFailed(run, frame, error), terminal: true });
  }
  failFrame(run, frame, state, failure);
}

function retry(run: Run, frame: Frame, state: State, failure: Failure): boolean {
  const attempt = nextAttempt(state.Retry ?? [], frame.retries, failure, () =>
    run.environment.random.fraction(),
  );
  if (!attempt) return false;
  const seconds = attempt.delay === undefined ? {} : { retryBackoffIntervalSeconds: attempt.delay / 1000 };
  run.note("errorDetails", { retryIndex: attempt.retrier, ...seconds });
  if (attempt.delay === undefined) return false;
  for (const [index] of state.Retry.entries()) frame.retries[index] ??= 0;
  frame.retries[attempt.retrier]!++;
  frame.phase = { kind: "backoff", until: run.now() + attempt.delay };
  for (const below of run.descendants(frame)) run.remove(below);
  return true;
}

async function leaveByCatcher(run: Run, frame: Frame, state: State, failure: Failure): Promise<boolean> {
  const catchers: any[] = state.Catch ?? [];
  const catchIndex = catchers.findIndex(({ ErrorEquals }) => matches(ErrorEquals, failure));
  if (catchIndex < 0) return false;
  const catcher = catchers[catchIndex];
  run.note("errorDetails", { catchIndex });
  const nothing = TIMEOUTS.has(failure.error!) ? "" : null;
  const errorOutput = { Error: failure.error ?? null, Cause: failure.cause ?? nothing };
  const exit = run.isJsonata(state)
    ? await applyFields(run, frame, catcher, errorOutput, { errorOutput })
    : {
        output: placeResult(frame, catcher.ResultPath, errorOutput),
        assigned: assignByPath(run, frame, catcher, errorOutput),
      };
  for (const below of run.descendants(frame)) run.remove(below);
  leave(run, frame, state, { ...exit, next: catcher.Next });
  return true;
}

function failFrame(run: Run, frame: Frame, state: State, failure: Failure): void {
  if (frame.parent === null) {
    const details = errorAndCause(failure);
    run.end({ status: "FAILED", ...details }, "ExecutionFailed", details, frame.previous);
    return;
  }
  if (state.Type === "Task") run.record(frame, "TaskStateAborted", null, { aside: true });
  run.turns.unshift({ kind: "failed", frame: run.frame(frame.parent)!, child: frame, failure });
}

/** Records that the neighbours of `failed` below the same frame are aborted. */
export function abortSiblings(run: Run, parent: Frame, failed: Frame): void {
  const name = parent.state;
  for (const sibling of run.descendants(parent).reverse()) {
    if (sibling.id === failed.id || !sibling.entered || isBelow(run, sibling, failed)) continue;
    const { Type } = run.stateOf(sibling);
    if (ABORTS.has(Type)) run.record(sibling, `${Type}StateAborted`, null, { aside: true });
    if (sibling.parent === parent.id && run.stateOf(parent).Type === "Map") {
      run.record(sibling, "MapIterationAborted", { name, index: sibling.index }, { aside: true });
    }
  }
}

function isBelow(run: Run, frame: Frame, ancestor: Frame): boolean {
  for (let at: Frame | undefined = frame; at && at.parent !== null; at = run.frame(at.parent)) {
    if (at.parent === ancestor.id) return true;
  }
  return false;
}
