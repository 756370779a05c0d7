import { isDistributed, itemProcessor, type State } from "../definition.ts";
import { type Failure, StatesError } from "../failure.ts";
import type { Frame, MapPhase, MapRun, ReadPhase } from "../frame.ts";
import type { Run } from "../run.ts";
import type { Answer } from "../tasks/answer.ts";
import { inBatches, itemsOf, iterationInput, startReading } from "./items.ts";
import { count, percentage } from "./limits.ts";
import { leaveWithResult } from "./transition.ts";

/** How many iterations run at once where the definition sets no lower limit. */
const INLINE_CONCURRENCY = 40;
const DISTRIBUTED_CONCURRENCY = 10_000;

/** Enters a Map: writes down its items and starts as many iterations as may run at once. */
export async function map(run: Run, frame: Frame, state: State): Promise<void> {
  refuseUnserved(state);
  const items = state.ItemReader === undefined ? await itemsOf(run, frame, state) : [];
  const most = isDistributed(state) ? DISTRIBUTED_CONCURRENCY : INLINE_CONCURRENCY;
  const limit = (await count(run, frame, state, "MaxConcurrency")) ?? 0;
  run.note("maxConcurrency", limit);
  const concurrency = limit === 0 ? most : Math.min(limit, most);
  run.record(frame, "MapStateStarted", { length: items.length });
  const mapRun = isDistributed(state) ? await startRun(run, frame, state) : undefined;
  if (mapRun && state.ItemReader !== undefined) {
    await startReading(run, frame, state, { concurrency, run: mapRun });
  } else {
    await iterate(run, frame, state, { items, concurrency, run: mapRun });
  }
}

/** The items of a distributed Map have been read; answers the failure where they could not be. */
export async function itemsRead(
  run: Run,
  frame: Frame,
  state: State,
  phase: ReadPhase,
  answer: Answer,
): Promise<Failure | undefined> {
  if (answer.kind === "failed") {
    run.record(frame, "MapRunFailed", { error: answer.failure.error, cause: answer.failure.cause });
    return answer.failure;
  }
  const items = (answer.kind === "result" ? answer.value : []) as unknown[];
  await iterate(run, frame, state, { items, concurrency: phase.concurrency, run: phase.run });
  return undefined;
}

async function iterate(
  run: Run,
  frame: Frame,
  state: State,
  { items, ...rest }: { items: unknown[]; concurrency: number; run: MapRun | undefined },
): Promise<void> {
  const batched = state.ItemBatcher !== undefined;
  const stored = batched ? await inBatches(run, frame, state, items) : items;
  const counts = { length: stored.length, started: 0, again: [], running: 0, succeeded: 0, failed: 0 };
  const phase: MapPhase = { kind: "map", ...counts, ...rest, ...(batched && { selected: true }) };
  frame.phase = phase;
  run.park(frame);
  for (const [index, item] of stored.entries()) run.setItem(frame, index, JSON.stringify(item));
  if (stored.length === 0) return await finish(run, frame, state, phase);
  await startIterations(run, frame, state, phase, frame.previous);
}

/** An iteration has ended well: the next one starts, and the last one ends the Map. */
export async function iterationSucceeded(
  run: Run,
  frame: Frame,
  state: State,
  child: { index: number; output: string; previous: number },
): Promise<void> {
  const { phase } = frame;
  if (phase.kind !== "map") return;
  run.setOutput(frame, child.index, child.output);
  phase.running--;
  phase.succeeded++;
  const details = { name: frame.state, index: child.index };
  const event = phase.run
    ? frame.previous
    : run.record(frame, "MapIterationSucceeded", details, { aside: true, previous: child.previous });
  await goOn(run, frame, state, phase, { next: phase.run ? frame.previous : child.previous, last: event });
}

/** A child workflow of a distributed Map has failed; undefined as long as the Map bears it. */
export async function childWorkflowFailed(
  run: Run,
  frame: Frame,
  state: State,
  phase: MapPhase & { run: MapRun },
): Promise<Failure | undefined> {
  phase.running--;
  phase.failed++;
  const { toleratedCount, toleratedPercentage } = phase.run;
  const share = (100 * phase.failed) / phase.length;
  const borne =
    (toleratedCount !== null && phase.failed <= toleratedCount) ||
    (toleratedPercentage !== null && share <= toleratedPercentage);
  if (borne) {
    await goOn(run, frame, state, phase, { next: frame.previous, last: frame.previous });
    return undefined;
  }
  const failure = {
    error: "States.ExceedToleratedFailureThreshold",
    cause: "The specified tolerated failure threshold was exceeded",
  };
  run.record(frame, "MapRunFailed", failure);
  return failure;
}

/** Goes on with a distributed Map that had failed: what its child workflows did not answer, they try again. */
export async function resumeRun(run: Run, frame: Frame, state: State, running: Set<number>): Promise<void> {
  const { phase } = frame;
  if (phase.kind !== "map") return;
  phase.running = running.size;
  phase.failed = 0;
  const results = run.results(frame).slice(0, phase.started);
  phase.again = [...results.keys()].filter((index) => results[index] === null && !running.has(index));
  await startIterations(run, frame, state, phase, frame.previous);
}

async function goOn(
  run: Run,
  frame: Frame,
  state: State,
  phase: MapPhase,
  events: { next: number; last: number },
): Promise<void> {
  if (phase.succeeded + phase.failed === phase.length) {
    frame.previous = events.last;
    await finish(run, frame, state, phase);
  } else {
    await startIterations(run, frame, state, phase, events.next);
  }
}

async function finish(run: Run, frame: Frame, state: State, phase: MapPhase): Promise<void> {
  if (phase.run) run.record(frame, "MapRunSucceeded");
  run.record(frame, "MapStateSucceeded", null, { aside: true });
  const results = run.results(frame).slice(0, phase.length);
  const answered = results.filter((result) => result !== null);
  await leaveWithResult(run, frame, state, JSON.parse(`[${answered.join(",")}]`));
}

async function startIterations(
  run: Run,
  frame: Frame,
  state: State,
  phase: MapPhase,
  previous: number,
): Promise<void> {
  while (phase.running < phase.concurrency && (phase.again.length > 0 || phase.started < phase.length)) {
    const index = phase.again.shift() ?? phase.started++;
    phase.running++;
    const value = run.item(frame, index);
    const item = { Index: index, Value: value };
    const details = { name: frame.state, index };
    const event = phase.run
      ? previous
      : run.record(frame, "MapIterationStarted", details, { aside: true, previous });
    run.add({
      parent: frame.id,
      index,
      scope: [...frame.scope, [frame.state, "items"]],
      state: itemProcessor(state).StartAt,
      input: phase.selected ? value : await iterationInput(run, frame, state, item),
      variables: {},
      previous: event,
      entered: null,
      retries: [],
      phase: { kind: "ready" },
      item,
      ...((phase.run || frame.silent) && { silent: true }),
    });
  }
}

async function startRun(run: Run, frame: Frame, state: State): Promise<MapRun> {
  const toleratedCount = await count(run, frame, state, "ToleratedFailureCount");
  const toleratedPercentage = await percentage(run, frame, state, "ToleratedFailurePercentage");
  const label = state.Label ?? frame.state.replace(/[^A-Za-z0-9-]/g, "").slice(0, 40);
  const [, partition, , region, account] = run.execution.arn.split(":");
  const id = run.environment.random.uuid();
  const arn = `arn:${partition}:states:${region}:${account}:mapRun:${run.execution.machineName}/${label}:${id}`;
  run.record(frame, "MapRunStarted", { mapRunArn: arn });
  return { arn, toleratedCount, toleratedPercentage };
}

function refuseUnserved(state: State): void {
  if (state.ResultWriter === undefined) return;
  throw new StatesError(
    "States.ResultWriterFailed",
    "The local cloud does not serve the field ResultWriter.",
  );
}
