import { dollarsOf } from "./prices.ts";
import { NOTHING, sum, times, type Units, units } from "./units.ts";

/** The cost of one state. */
export interface Visits {
  /** How often it is entered: a fraction if several branches are equally likely. */
  readonly times: number;
  readonly dollars: number;
}

/** The cost of a path through a workflow. */
export interface Scenario {
  /** In addition to the cost of every run. */
  readonly run: Units;
  /** The same path through a plain state machine of Lambda tasks. */
  readonly plain: Units;
  /** The cost of undoing all of it. */
  readonly undoing: Units;
  readonly plainUndoing: Units;
  /** Effects that were claimed. */
  readonly claims: number;
  /** Calls of models, and their assumed cost: not billed by AWS, or not in these units. */
  readonly modelCalls: number;
  readonly modelDollars: number;
  /** The share of each state in `run`, by the names of states. */
  readonly states: ReadonlyMap<string, Visits>;
  /** It ends here, with a final failure. */
  readonly failed: boolean;
}

const EMPTY: Scenario = {
  run: NOTHING,
  plain: NOTHING,
  undoing: NOTHING,
  plainUndoing: NOTHING,
  claims: 0,
  modelCalls: 0,
  modelDollars: 0,
  failed: false,
  states: new Map(),
};

export function scenario(some: Partial<Scenario>): Scenario {
  return { ...EMPTY, ...some };
}

/** The same, as the cost of one state. */
export function at(state: string, one: Scenario): Scenario {
  return { ...one, states: new Map([[state, { times: 1, dollars: dollarsOf(one.run) }]]) };
}

const UNITS = ["run", "plain", "undoing", "plainUndoing"] as const;
const NUMBERS = ["claims", "modelCalls", "modelDollars"] as const;

/** One after another, or in parallel. */
export function together(all: readonly Scenario[]): Scenario {
  const summed = UNITS.map((part) => [part, sum(all.map((one) => one[part]))]);
  const counted = NUMBERS.map((part) => [part, all.reduce((total, one) => total + one[part], 0)]);
  return {
    ...EMPTY,
    ...Object.fromEntries([...summed, ...counted]),
    states: added(all.map(({ states }) => states)),
    failed: all.some(({ failed }) => failed),
  };
}

/** The same this number of times, or a fraction of it. */
export function repeated(one: Scenario, factor: number): Scenario {
  const scaled = UNITS.map((part) => [part, times(one[part], factor)]);
  const counted = NUMBERS.map((part) => [part, one[part] * factor]);
  const states = [...one.states].map(
    ([name, { times, dollars }]) => [name, { times: times * factor, dollars: dollars * factor }] as const,
  );
  return { ...one, ...Object.fromEntries([...scaled, ...counted]), states: new Map(states) };
}

function added(all: readonly Scenario["states"][]): Scenario["states"] {
  const total = new Map<string, Visits>();
  for (const [name, { times, dollars }] of all.flatMap((states) => [...states])) {
    const known = total.get(name) ?? { times: 0, dollars: 0 };
    total.set(name, { times: known.times + times, dollars: known.dollars + dollars });
  }
  return total;
}

/** Bytes of a line in a state machine's log, which only contains failures. */
const LOG_LINE = 320;

/** Entered states, and their failed attempts. */
export function entered(transitions: number, failures = 0): Units {
  return units({ stateTransitions: transitions, stateLogBytes: failures * LOG_LINE });
}
