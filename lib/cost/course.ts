import { NOTHING, sum, times, type Units, units } from "./units.ts";

/** What a way through a workflow comes to. */
export interface Course {
  /** Beside what every run takes. */
  readonly run: Units;
  /** The same way through a plain state machine of Lambda tasks. */
  readonly plain: Units;
  /** What undoing all of it would take. */
  readonly undoing: Units;
  readonly plainUndoing: Units;
  /** Effects that were claimed. */
  readonly claims: number;
  /** Calls of models, and what they are assumed to cost: not AWS's, or not by these units. */
  readonly modelCalls: number;
  readonly modelDollars: number;
  /** It ends here, with a failure for good. */
  readonly failed: boolean;
}

export const NOWHERE: Course = {
  ...{ run: NOTHING, plain: NOTHING, undoing: NOTHING, plainUndoing: NOTHING },
  ...{ claims: 0, modelCalls: 0, modelDollars: 0, failed: false },
};

export function course(some: Partial<Course>): Course {
  return { ...NOWHERE, ...some };
}

const UNITS = ["run", "plain", "undoing", "plainUndoing"] as const;
const NUMBERS = ["claims", "modelCalls", "modelDollars"] as const;

/** One after the other, or side by side. */
export function together(all: readonly Course[]): Course {
  const added = UNITS.map((part) => [part, sum(all.map((one) => one[part]))]);
  const counted = NUMBERS.map((part) => [part, all.reduce((total, one) => total + one[part], 0)]);
  return {
    ...NOWHERE,
    ...Object.fromEntries([...added, ...counted]),
    failed: all.some(({ failed }) => failed),
  };
}

/** The same so many times, or a share of it. */
export function repeated(one: Course, factor: number): Course {
  const added = UNITS.map((part) => [part, times(one[part], factor)]);
  const counted = NUMBERS.map((part) => [part, one[part] * factor]);
  return { ...one, ...Object.fromEntries([...added, ...counted]) };
}

/** Bytes of a line in a state machine's log, which has failures alone. */
const LOG_LINE = 320;

/** States that are entered, and tries of them that fail. */
export function entered(transitions: number, failures = 0): Units {
  return units({ stateTransitions: transitions, stateLogBytes: failures * LOG_LINE });
}
