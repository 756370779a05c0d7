import { isDistributed, itemProcessor, type State } from "../definition.ts";
import { evaluateField, inputOf, pathData } from "../expressions.ts";
import { type Failure, StatesError } from "../failure.ts";
import type { Frame, MapPhase } from "../frame.ts";
import { isJsonata, jsonataOf } from "../jsonata/evaluate.ts";
import { unexpectedType } from "../jsonata/failure.ts";
import { evaluatePayloadTemplate, readPath } from "../jsonpath/index.ts";
import type { Run } from "../run.ts";
import { count, percentage } from "./limits.ts";
import { leaveWithResult } from "./transition.ts";

/** How many iterations run at once where the definition sets no lower limit. */
const INLINE_CONCURRENCY = 40;
const DISTRIBUTED_CONCURRENCY = 10_000;

/** Enters a Map: writes down its items and starts as many iterations as may run at once. */
export async function map(run: Run, frame: Frame, state: State): Promise<void> {
  const items = await itemsOf(run, frame, state);
  const most = isDistributed(state) ? DISTRIBUTED_CONCURRENCY : INLINE_CONCURRENCY;
  const concurrency = (await count(run, frame, state, "MaxConcurrency")) ?? 0;
  run.note("maxConcurrency", concurrency);
  run.record(frame, "MapStateStarted", { length: items.length });
  const phase: MapPhase = {
    kind: "map",
    length: items.length,
    started: 0,
    again: [],
    running: 0,
    succeeded: 0,
    failed: 0,
    concurrency: concurrency === 0 ? most : Math.min(concurrency, most),
  };
  if (isDistributed(state)) phase.run = await startRun(run, frame, state);
  frame.phase = phase;
  run.park(frame);
  for (const [index, item] of items.entries()) run.setItem(frame, index, JSON.stringify(item));
  if (items.length === 0) return await finish(run, frame, state, phase);
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
  phase: MapPhase & { run: NonNullable<MapPhase["run"]> },
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
      input: await iterationInput(run, frame, state, item),
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

/** The item, or what ItemSelector (in old definitions Parameters) makes of it. */
async function iterationInput(run: Run, frame: Frame, state: State, item: Frame["item"]): Promise<unknown> {
  const selector = state.ItemSelector ?? (run.isJsonata(state) ? undefined : state.Parameters);
  if (selector === undefined) return item!.Value;
  const enclosing = frame.item;
  frame.item = item;
  try {
    if (run.isJsonata(state)) return await evaluateField(run, frame, selector, "ItemSelector");
    const input = inputOf(run, frame, state);
    return evaluatePayloadTemplate(selector, pathData(run, frame, input));
  } finally {
    frame.item = enclosing;
  }
}

async function itemsOf(run: Run, frame: Frame, state: State): Promise<unknown[]> {
  if (run.isJsonata(state)) return await itemsByExpression(run, frame, state);
  const input = inputOf(run, frame, state);
  const path = state.ItemsPath ?? "$";
  const items = readPath(path, pathData(run, frame, input));
  if (!Array.isArray(items)) {
    // The service shows a path into the context object without its second dollar.
    const shown = path.replace("$$", "$");
    throw new StatesError("States.Runtime", `Reference path "${shown}" must point to array.`);
  }
  run.note("afterItemsPath", items);
  return items;
}

async function itemsByExpression(run: Run, frame: Frame, state: State): Promise<unknown[]> {
  const error = "States.QueryEvaluationError";
  if (state.Items === undefined) {
    if (Array.isArray(frame.input)) return frame.input;
    throw new StatesError(error, `Map state input must be an array but was: ${JSON.stringify(frame.input)}`);
  }
  const items = await evaluateField(run, frame, state.Items, "Items");
  if (Array.isArray(items)) return items;
  if (isDistributed(state) && typeof items === "object" && items !== null) {
    return Object.entries(items).map(([Key, Value]) => ({ Key, Value }));
  }
  const expression = isJsonata(state.Items) ? jsonataOf(state.Items) : JSON.stringify(state.Items);
  throw unexpectedType(expression, "Items", "array", items);
}

async function startRun(run: Run, frame: Frame, state: State): Promise<NonNullable<MapPhase["run"]>> {
  const toleratedCount = await count(run, frame, state, "ToleratedFailureCount");
  const toleratedPercentage = await percentage(run, frame, state, "ToleratedFailurePercentage");
  const label = state.Label ?? frame.state.replace(/[^A-Za-z0-9-]/g, "").slice(0, 40);
  const [, partition, , region, account] = run.execution.arn.split(":");
  const id = run.environment.random.uuid();
  const arn = `arn:${partition}:states:${region}:${account}:mapRun:${run.execution.machineName}/${label}:${id}`;
  run.record(frame, "MapRunStarted", { mapRunArn: arn });
  return { arn, toleratedCount, toleratedPercentage };
}
