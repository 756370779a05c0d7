import { isDistributed, itemProcessor, type State } from "../definition.ts";
import type { Counts, Frame, MapPhase, MapRun } from "../frame.ts";
import { mapRunState } from "../map-run.ts";
import { parseData } from "../numbers.ts";
import type { Run } from "../run.ts";
import { inBatches, itemsOf, iterationInput, selectedItems, startReading } from "./items.ts";
import { count } from "./limits.ts";
import { endRun, isDistributedPhase, startRun } from "./map-run.ts";
import { isExported, recordOf, resultInState, startWriting } from "./results.ts";
import { leaveWithResult } from "./transition.ts";

/** How many iterations run at once where the definition sets no lower limit. */
const INLINE_CONCURRENCY = 40;
export const DISTRIBUTED_CONCURRENCY = 10_000;

/** Enters a Map: writes down its items and starts as many iterations as may run at once. */
export async function map(run: Run, frame: Frame, state: State): Promise<void> {
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

/** Starts with the first of the items. */
export async function iterate(
  run: Run,
  frame: Frame,
  state: State,
  { items, ...rest }: { items: unknown[]; concurrency: number; run: MapRun | undefined },
): Promise<void> {
  const stored = await storedItems(run, frame, state, items);
  const counts = { running: 0, succeeded: 0, failed: 0 };
  const phase: MapPhase = {
    kind: "map",
    length: stored.length,
    started: 0,
    again: [],
    ...counts,
    ...rest,
    ...(state.ItemBatcher !== undefined && { items: { length: items.length, ...counts } }),
  };
  frame.phase = phase;
  run.offload(frame);
  for (const [index, item] of stored.entries()) run.setItem(frame, index, JSON.stringify(item));
  if (stored.length === 0) return await finish(run, frame, state, phase);
  await startIterations(run, frame, state, { phase, previous: frame.previous });
}

/** The input of a child workflow is computed before it starts, that of an iteration when it starts. */
async function storedItems(run: Run, frame: Frame, state: State, items: unknown[]): Promise<unknown[]> {
  if (state.ItemBatcher !== undefined) return await inBatches(run, frame, state, items);
  return isDistributed(state) ? await selectedItems(run, frame, state, items) : items;
}

/** An iteration has ended well: the next one starts, and the last one ends the Map. */
export async function iterationSucceeded(
  run: Run,
  frame: Frame,
  state: State,
  child: { index: number; output: string; previous: number; started: number | undefined },
): Promise<void> {
  const { phase } = frame;
  const { index, output, previous } = child;
  if (phase.kind !== "map") return;
  moveChild(run, frame, phase, { index, to: "succeeded" });
  if (isDistributedPhase(phase)) {
    const record = recordOf(run, frame, state, { index, started: child.started!, outcome: { output } });
    run.setOutput(frame, index, JSON.stringify(record));
    return await continueMap(run, frame, state, { phase, next: frame.previous, last: frame.previous });
  }
  run.setOutput(frame, index, output);
  const details = { name: frame.state, index };
  const last = run.record(frame, "MapIterationSucceeded", details, { aside: true, previous });
  await continueMap(run, frame, state, { phase, next: previous, last });
}

/** An iteration that ran has ended, and so have the items in it. */
export function moveChild(
  run: Run,
  frame: Frame,
  phase: MapPhase,
  { index, to }: { index: number; to: "succeeded" | "failed" },
): void {
  const move = (counts: Counts, by: number) => {
    counts.running -= by;
    counts[to] += by;
  };
  move(phase, 1);
  if (phase.items) move(phase.items, itemsIn(run, frame, index));
}

/** How many items a batch holds. */
function itemsIn(run: Run, frame: Frame, index: number): number {
  return (run.item(frame, index) as { Items: unknown[] }).Items.length;
}

export async function continueMap(
  run: Run,
  frame: Frame,
  state: State,
  { phase, next, last }: { phase: MapPhase; next: number; last: number },
): Promise<void> {
  if (phase.succeeded + phase.failed === phase.length) {
    frame.previous = last;
    await finish(run, frame, state, phase);
  } else {
    await startIterations(run, frame, state, { phase, previous: next });
  }
}

async function finish(run: Run, frame: Frame, state: State, phase: MapPhase): Promise<void> {
  if (!isDistributedPhase(phase)) {
    const results = run.results(frame).slice(0, phase.length);
    const result = parseData(`[${results.join(",")}]`);
    return await succeedWith(run, frame, state, { result, previous: frame.previous });
  }
  if (isExported(state)) return await startWriting(run, frame, state, { phase, failure: null });
  const result = resultInState(run, frame, state, phase);
  await succeedWith(run, frame, state, { result, previous: endRun(run, frame, phase) });
}

export async function succeedWith(
  run: Run,
  frame: Frame,
  state: State,
  { result, previous }: { result: unknown; previous: number },
): Promise<void> {
  run.record(frame, "MapStateSucceeded", null, { aside: true, previous });
  await leaveWithResult(run, frame, state, result);
}

export async function startIterations(
  run: Run,
  frame: Frame,
  state: State,
  { phase, previous }: { phase: MapPhase; previous: number },
): Promise<void> {
  while (phase.running < phase.concurrency && (phase.again.length > 0 || phase.started < phase.length)) {
    const index = phase.again.shift() ?? phase.started++;
    phase.running++;
    if (phase.items) phase.items.running += itemsIn(run, frame, index);
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
      input: phase.run ? value : await iterationInput(run, frame, state, item),
      variables: {},
      previous: event,
      entered: null,
      retries: [],
      phase: { kind: "ready" },
      item,
      ...((phase.run || frame.silent) && { silent: true }),
      ...(phase.run && { started: run.now() }),
    });
  }
  if (isDistributedPhase(phase)) run.noteMapRun(mapRunState(phase, "RUNNING", run.now()));
}
