import { isStackOverflow } from "../../kernel/errors.ts";
import type { State } from "../definition.ts";
import { errorAndCause, StatesError } from "../failure.ts";
import { type CallPhase, due, type Frame, isCall } from "../frame.ts";
import type { Run, Turn } from "../run.ts";
import type { Answer } from "../tasks/answer.ts";
import { recordStarted } from "../tasks/events.ts";
import { choice } from "./choice.ts";
import {
  changeRun,
  childWorkflowFailed,
  itemsRead,
  type MapRunChange,
  resultsWritten,
  resumeRun,
} from "./distributed-map.ts";
import { failureOf } from "./fail.ts";
import { abortSiblings, evaluationFailed, failState } from "./failure.ts";
import { iterationSucceeded, map } from "./map.ts";
import { isDistributedPhase } from "./map-run.ts";
import { branchSucceeded, parallel } from "./parallel.ts";
import { pass } from "./pass.ts";
import { leaveWithInput, succeed } from "./succeed.ts";
import { answered, task, timedOut } from "./task.ts";
import { enter } from "./transition.ts";
import { wait } from "./wait.ts";

/** What moves an execution. */
export type Stimulus =
  /** Frames that only need their turn: a new execution's, or those that an earlier process left. */
  | { kind: "push"; frames: number[] }
  | { kind: "due"; frame: number }
  | { kind: "answer"; frame: number; nonce: string; answer: Answer }
  | { kind: "heartbeat"; frame: number; nonce: string }
  /** A worker takes the task of an activity. */
  | { kind: "taken"; frame: number; nonce: string; worker: string | undefined }
  | { kind: "stop"; error?: string | undefined; cause?: string | undefined }
  | { kind: "expired" }
  | { kind: "redrive" }
  | { kind: "mapRun"; arn: string; change: MapRunChange };

/** Turns of one advance: a long loop lets others continue in between, and shows how far it is. */
const SLICE = 250;

/**
 * Applies the stimulus and lets the execution run until everything in it waits for something, or the slice is
 * used up and `run.turns` contains the next moves. Returns whether something waited for the stimulus.
 */
export async function advance(run: Run, stimulus: Stimulus): Promise<boolean> {
  const met = await apply(run, stimulus);
  // What follows from a turn comes first in line, so that between turns only steps are left.
  for (let turn = 0; turn < SLICE || run.turns[0]?.kind !== "step"; turn++) {
    const next = run.turns.shift();
    if (!next || run.outcome) break;
    await take(run, next);
  }
  return met;
}

async function apply(run: Run, stimulus: Stimulus): Promise<boolean> {
  switch (stimulus.kind) {
    case "push":
      for (const id of stimulus.frames) push(run, run.frame(id));
      return true;
    case "due":
      return await becomeDue(run, run.frame(stimulus.frame));
    case "stop":
      return stop(run, stimulus.error, stimulus.cause);
    case "expired":
      run.end({ status: "TIMED_OUT" }, "ExecutionTimedOut", { error: "States.Timeout" }, 0);
      return true;
    case "redrive":
      return await redrive(run);
    case "mapRun":
      return await changeRun(run, stimulus.arn, stimulus.change);
    default:
      return await toTask(run, stimulus);
  }
}

function push(run: Run, frame: Frame | undefined): void {
  if (!frame) return;
  if (isCall(frame.phase)) {
    run.effects.push({ kind: "call", frame: frame.id, nonce: frame.phase.nonce });
  } else {
    run.turns.push({ kind: "step", frame });
  }
}

async function toTask(
  run: Run,
  stimulus: Extract<Stimulus, { kind: "answer" | "heartbeat" | "taken" }>,
): Promise<boolean> {
  const frame = run.frame(stimulus.frame);
  const phase = frame?.phase;
  if (!frame || !phase || !isCall(phase) || phase.nonce !== stimulus.nonce) return false;
  const state = run.stateOf(frame);
  run.touch(frame);
  if (stimulus.kind === "answer") {
    await guarded(run, frame, () => arrived(run, frame, state, { phase, answer: stimulus.answer }));
    return true;
  }
  if (phase.kind !== "task") return false;
  if (phase.heartbeatSeconds !== undefined) phase.heartbeatAt = run.now() + phase.heartbeatSeconds * 1000;
  if (stimulus.kind === "taken") {
    if (phase.stage !== "activity") return false;
    phase.stage = "worker";
    recordStarted(run, frame, state, stimulus.worker);
  }
  return true;
}

async function arrived(
  run: Run,
  frame: Frame,
  state: State,
  { phase, answer }: { phase: CallPhase; answer: Answer },
): Promise<void> {
  switch (phase.kind) {
    case "task":
      return await answered(run, frame, state, { phase, answer });
    case "read":
      return await itemsRead(run, frame, state, { phase, answer });
    case "write":
      return await resultsWritten(run, frame, state, { phase, answer });
  }
}

async function becomeDue(run: Run, frame: Frame | undefined): Promise<boolean> {
  const time = frame && due(frame);
  if (!frame || time === null || time! > run.now()) return false;
  const { phase } = frame;
  const state = run.stateOf(frame);
  run.touch(frame);
  if (phase.kind === "task") await guarded(run, frame, () => timedOut(run, frame, state, phase));
  if (phase.kind === "wait") await guarded(run, frame, () => leaveWithInput(run, frame, state));
  if (phase.kind === "backoff") {
    frame.phase = { kind: "rerun" };
    run.turns.push({ kind: "step", frame });
  }
  return true;
}

function stop(run: Run, error: string | undefined, cause: string | undefined): boolean {
  const details = errorAndCause({ error, cause });
  run.end({ status: "ABORTED", ...details }, "ExecutionAborted", details, 0);
  return true;
}

/** Continues every frame where it ended; branches and iterations that succeeded keep their results. */
async function redrive(run: Run): Promise<boolean> {
  const root = run.frame(0)!;
  run.record(
    root,
    "ExecutionRedriven",
    { redriveCount: run.execution.redriveCount },
    { previous: run.lastEvent },
  );
  const frames = [root, ...run.descendants(root)];
  for (const frame of frames) {
    run.touch(frame);
    frame.retries = [];
    const { phase } = frame;
    const running = new Set(frames.filter(({ parent }) => parent === frame.id).map(({ index }) => index));
    if (phase.kind === "write") {
      push(run, frame);
    } else if (isDistributedPhase(phase)) {
      const state = run.stateOf(frame);
      await guarded(run, frame, () => resumeRun(run, frame, state, running));
    } else if (running.size === 0) {
      frame.phase = { kind: frame.entered ? "rerun" : "ready" };
      run.turns.push({ kind: "step", frame });
    } else if (phase.kind === "map") {
      phase.running = running.size;
      phase.failed = 0;
    }
  }
  return true;
}

/** The frame's next step alone. */
export async function step(run: Run, frame: Frame): Promise<void> {
  await take(run, { kind: "step", frame });
}

async function take(run: Run, turn: Turn): Promise<void> {
  const { frame } = turn;
  if (run.frame(frame.id) !== frame) return;
  const state = run.stateOf(frame);
  run.touch(frame);
  if (turn.kind === "step") {
    if (frame.phase.kind === "ready") enter(run, frame, state);
    await guarded(run, frame, () => begin(run, frame, state));
  } else if (turn.kind === "succeeded") {
    const proceed = state.Type === "Map" ? iterationSucceeded : branchSucceeded;
    await guarded(run, frame, () => proceed(run, frame, state, turn));
  } else {
    await guarded(run, frame, () => childFailed(run, frame, state, turn));
  }
}

async function begin(run: Run, frame: Frame, state: State): Promise<void> {
  switch (state.Type) {
    case "Pass":
      return await pass(run, frame, state);
    case "Task":
      return await task(run, frame, state);
    case "Choice":
      return await choice(run, frame, state);
    case "Wait":
      return await wait(run, frame, state);
    case "Succeed":
      return await succeed(run, frame, state);
    case "Fail":
      return await failState(run, frame, await failureOf(run, frame, state));
    case "Parallel":
      return await parallel(run, frame, state);
    case "Map":
      return await map(run, frame, state);
  }
}

async function childFailed(
  run: Run,
  frame: Frame,
  state: State,
  turn: Extract<Turn, { kind: "failed" }>,
): Promise<void> {
  const { child, failure } = turn;
  const { phase } = frame;
  if (isDistributedPhase(phase)) {
    return await childWorkflowFailed(run, frame, state, { phase, child, failure });
  }
  frame.previous = child.previous;
  if (state.Type === "Map") {
    run.record(frame, "MapIterationFailed", { name: frame.state, index: child.index }, { aside: true });
  }
  abortSiblings(run, frame, child);
  await failState(run, frame, failure);
}

/** Runs a part of a state's life; what the language throws is the state's failure. */
export async function guarded(run: Run, frame: Frame, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    const failure = isStackOverflow(error)
      ? new StatesError("States.Runtime", "The data is nested too deeply.")
      : error;
    if (!(failure instanceof StatesError)) throw failure;
    await failState(run, frame, evaluationFailed(run, frame, failure));
  }
}
