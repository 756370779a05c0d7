import type { State } from "../definition.ts";
import type { Failure } from "../failure.ts";
import type { Frame, ReadPhase, WritePhase } from "../frame.ts";
import { mapRunOf, mapRunState } from "../map-run.ts";
import type { Run } from "../run.ts";
import type { Answer } from "../tasks/answer.ts";
import { failState } from "./failure.ts";
import {
  continueMap,
  DISTRIBUTED_CONCURRENCY,
  iterate,
  moveChild,
  startIterations,
  succeedWith,
} from "./map.ts";
import { type DistributedPhase, endRun, exceeded, isDistributedPhase } from "./map-run.ts";
import { isExported, recordOf, startWriting } from "./results.ts";

/** The items have been read, or could not be. */
export async function itemsRead(
  run: Run,
  frame: Frame,
  state: State,
  { phase, answer }: { phase: ReadPhase; answer: Answer },
): Promise<void> {
  if (answer.kind === "failed") {
    endRun(run, frame, phase, answer);
    return await failState(run, frame, answer.failure);
  }
  const items = (answer.kind === "result" ? answer.value : []) as unknown[];
  await iterate(run, frame, state, { items, concurrency: phase.concurrency, run: phase.run });
}

/** A child workflow has failed: the Map continues for as long as it tolerates that. */
export async function childWorkflowFailed(
  run: Run,
  frame: Frame,
  state: State,
  { phase, child, failure }: { phase: DistributedPhase; child: Frame; failure: Failure },
): Promise<void> {
  removeChild(run, frame, state, { child, failure, status: "FAILED" });
  moveChild(run, frame, phase, { index: child.index, to: "failed" });
  const reason = exceeded(phase);
  if (!reason)
    return await continueMap(run, frame, state, { phase, next: frame.previous, last: frame.previous });
  if (!isExported(state)) {
    endRun(run, frame, phase, { failure: reason });
    return await failState(run, frame, reason);
  }
  const aborted = { failure: { cause: "The Map Run failed." }, status: "ABORTED" as const };
  const children = run.descendants(frame).filter(({ parent }) => parent === frame.id);
  for (const other of children) removeChild(run, frame, state, { child: other, ...aborted });
  await startWriting(run, frame, state, { phase, failure: reason });
}

/** Removes the child workflow with everything below it; its record stays. */
function removeChild(
  run: Run,
  frame: Frame,
  state: State,
  { child, failure, status }: { child: Frame; failure: Failure; status: "FAILED" | "ABORTED" },
): void {
  const { index, started = 0 } = child;
  const record = recordOf(run, frame, state, { index, started, outcome: { failure, status } });
  run.setOutput(frame, index, JSON.stringify(record));
  for (const below of [child, ...run.descendants(child)]) run.remove(below);
}

/** The results have been written, or could not be. */
export async function resultsWritten(
  run: Run,
  frame: Frame,
  state: State,
  { phase, answer }: { phase: WritePhase; answer: Answer },
): Promise<void> {
  const failure = phase.failure ?? (answer.kind === "failed" ? answer.failure : undefined);
  frame.phase = phase.map;
  const ended = endRun(run, frame, phase, { failure, exported: answer.kind === "result" });
  if (failure) return await failState(run, frame, failure);
  const result = answer.kind === "result" ? answer.value : null;
  await succeedWith(run, frame, state, { result, previous: ended });
}

/** Continues a Map that had failed: its child executions without a result are retried. */
export async function resumeRun(run: Run, frame: Frame, state: State, running: Set<number>): Promise<void> {
  const { phase } = frame;
  if (!isDistributedPhase(phase)) return;
  const ended = run.results(frame).slice(0, phase.started);
  const succeeded = (index: number) =>
    ended[index] !== null && JSON.parse(ended[index]!).Status === "SUCCEEDED";
  phase.run = { ...phase.run, redrives: phase.run.redrives + 1, redriven: run.now() };
  phase.running = running.size;
  phase.failed = 0;
  phase.again = [...ended.keys()].filter((index) => !running.has(index) && !succeeded(index));
  await startIterations(run, frame, state, { phase, previous: frame.previous });
}

/** New limits of a Map Run; what is undefined stays. */
export interface MapRunChange {
  maxConcurrency?: number | undefined;
  toleratedFailureCount?: number | undefined;
  toleratedFailurePercentage?: number | undefined;
}

/** Changes the limits of a Map Run while it runs. Answers whether it does. */
export async function changeRun(run: Run, arn: string, change: MapRunChange): Promise<boolean> {
  const frame = run.all().find(({ phase }) => mapRunOf(phase)?.arn === arn);
  const phase = frame?.phase;
  if (!frame || (phase?.kind !== "map" && phase?.kind !== "read") || !phase.run) return false;
  run.touch(frame);
  const { maxConcurrency, toleratedFailureCount, toleratedFailurePercentage } = change;
  if (maxConcurrency !== undefined) phase.concurrency = maxConcurrency || DISTRIBUTED_CONCURRENCY;
  if (toleratedFailureCount !== undefined) phase.run.toleratedCount = toleratedFailureCount;
  if (toleratedFailurePercentage !== undefined) phase.run.toleratedPercentage = toleratedFailurePercentage;
  if (phase.kind === "map")
    await startIterations(run, frame, run.stateOf(frame), { phase, previous: frame.previous });
  else run.noteMapRun(mapRunState(phase, "RUNNING", run.now()));
  return true;
}
