import type { WorkSpec } from "../contract/work.ts";
import { type Assumptions, numberFor } from "./assumptions.ts";
import type { FunctionRun, Operation } from "./operations/operation.ts";
import { ANSWER_KEPT, BREAKER, functionOf, SPENT, several } from "./operations/step.ts";
import { unitsOf } from "./operations/units-of.ts";
import type { Units } from "./units.ts";

/** Which of all runs is estimated. */
export type Extent = "best" | "typical" | "worst";

/** The number of events that an attempt of a step or a reaction emits. */
export function emittedBy({ name, emits }: WorkSpec, given: Assumptions, extent: Extent): number {
  const most = { best: 0, typical: Math.min(1, emits.length), worst: emits.length }[extent];
  return given.emits[name] ?? most;
}

/** Whether a step or a reaction calls a model: for text, or for images. */
export function asks({ model, images }: WorkSpec): boolean {
  return model !== undefined || images !== undefined;
}

/** The model calls of a number of attempts. */
export function asked(spec: WorkSpec, tries: number, given: Assumptions) {
  const { name } = spec;
  const modelCalls = asks(spec) ? tries * numberFor(name, given.modelCalls) : 0;
  return { modelCalls, modelDollars: modelCalls * numberFor(name, given.modelDollars) };
}

/** The operations of an attempt besides its claim: for a step, including its run's budget; a reaction has none. */
export function reachedBy(spec: WorkSpec, given: Assumptions, budget: "of the run" | "none"): Operation[] {
  const calls = asks(spec) ? Math.ceil(numberFor(spec.name, given.modelCalls)) : 0;
  return [
    ...(spec.breaker ? [BREAKER] : []),
    ...several(SPENT, budget === "none" ? 0 : calls),
    ...several(ANSWER_KEPT, given.answersKept ? calls : 0),
    objects(spec, given),
  ];
}

/** The artifacts that an attempt writes and reads, if it may. */
function objects({ name, artifacts, shared }: WorkSpec, given: Assumptions): Operation {
  const may = (access: "read" | "write") =>
    [artifacts, shared?.access].some((granted) => granted?.includes(access));
  return {
    puts: may("write") ? numberFor(name, given.puts) : 0,
    gets: may("read") ? numberFor(name, given.gets) : 0,
  };
}

/** Bytes that Lambda itself writes for an invocation. */
const PLATFORM_LOG = 350;

/** The same attempt as a function without Millrace, which does the same work. */
export function plainTry(spec: WorkSpec, given: Assumptions, further: readonly Operation[] = []): Units {
  const functions = [functionOf(spec, given, PLATFORM_LOG)];
  return unitsOf([{ functions }, objects(spec, given), ...further], { ...given, overheadMillis: 0 });
}

/** A function that only forwards something. */
export const MESSENGER: FunctionRun = { memory: 512, millis: 0, logBytes: PLATFORM_LOG };
