/** A number for each of some names, and one for all others. */
export interface ByName {
  readonly otherwise: number;
  readonly named: Readonly<Record<string, number>>;
}

/**
 * What no definition says, and what a run costs depends on. Each has a default that is printed with the figures. What is
 * named by a node applies to it in the best, typical and worst case.
 */
export interface Assumptions {
  /** Milliseconds of a step's own code, by the step's name. */
  readonly millis: ByName;
  /** Milliseconds of each other function: Millrace's own, and the overhead of a step's. */
  readonly overheadMillis: number;
  /** Bytes of an event's payload, as JSON. */
  readonly payloadBytes: number;
  /** Bytes of a step's result, as JSON. */
  readonly resultBytes: number;
  /** Tries of a step that fail before one succeeds, by the step's name: 0.02 is one in fifty. */
  readonly failures: ByName;
  /** Calls of a model in a try, by the step's name; of steps that ask one. */
  readonly modelCalls: ByName;
  /** Dollars of such a call, by the step's name; shown apart. */
  readonly modelDollars: ByName;
  /** Whether the answers of the model are kept for a redelivery. Those of the embedded one are not. */
  readonly answersKept: boolean;
  /** Objects that a try puts into the artifact bucket and gets from it, by the step's name; of steps that may. */
  readonly puts: ByName;
  readonly gets: ByName;
  /** Events that a step emits, by its name. Undefined: none at best, one as a rule, at worst each that it declares. */
  readonly emits: Readonly<Record<string, number>>;
  /** Changes of the table that reach the relay together. One is the dearest: nothing is shared. */
  readonly changesAtOnce: number;
  /** How long lists are, by the name of the node that goes through them. */
  readonly items: Readonly<Record<string, number>>;
  /** How often loops go round. */
  readonly rounds: Readonly<Record<string, number>>;
  /** Which way is taken, by the choice's name: "otherwise". */
  readonly ways: Readonly<Record<string, string>>;
  /** The state at which the run fails for good; what was done before is undone. Undefined: it succeeds. */
  readonly failsAt: string | undefined;
}

const of = (otherwise: number): ByName => ({ otherwise, named: {} });

export const DEFAULTS: Assumptions = {
  millis: of(500),
  overheadMillis: 40,
  payloadBytes: 200,
  resultBytes: 200,
  failures: of(0),
  modelCalls: of(1),
  modelDollars: of(0),
  answersKept: true,
  puts: of(1),
  gets: of(1),
  emits: {},
  changesAtOnce: 1,
  items: {},
  rounds: {},
  ways: {},
  failsAt: undefined,
};

/** As a rule, lists have this many items and loops this many rounds, where that is allowed. */
export const TYPICAL_ITEMS = 5;
export const TYPICAL_ROUNDS = 2;

export function numberFor(name: string, { named, otherwise }: ByName): number {
  return named[name] ?? otherwise;
}
