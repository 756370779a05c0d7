/** A number for some names, and one for all others. */
export interface ByName {
  readonly otherwise: number;
  readonly named: Readonly<Record<string, number>>;
}

/**
 * What a run's cost depends on and no definition states. Each has a default that is printed with the figures.
 * A value that names a node applies in the best, typical and worst case.
 */
export interface Assumptions {
  /** Milliseconds of a step's handler, by the step's name. */
  readonly millis: ByName;
  /** Milliseconds of each other function: Millrace's own, and the overhead of a step's. */
  readonly overheadMillis: number;
  /** Bytes of an event's payload, as JSON. */
  readonly payloadBytes: number;
  /** Bytes of a step's result, as JSON. */
  readonly resultBytes: number;
  /** Failed attempts of a step before one succeeds, by the step's name: 0.02 is one in fifty. */
  readonly failures: ByName;
  /** Calls of a model per attempt, by the step's name; of steps that declare a model. */
  readonly modelCalls: ByName;
  /** Dollars per call, by the step's name; shown separately. */
  readonly modelDollars: ByName;
  /** Whether the answers of the model are stored for a redelivery. Those of the embedded one are not. */
  readonly answersKept: boolean;
  /**
   * Objects that an attempt writes to the artifact bucket and reads from it, by the step's name; of steps
   * that may.
   */
  readonly puts: ByName;
  readonly gets: ByName;
  /**
   * Events that a step emits, by its name. Undefined: none at best, typically one, at worst each that it
   * declares.
   */
  readonly emits: Readonly<Record<string, number>>;
  /** Whether a run that waits, for time, a person, an event or another run, is open for over ten minutes. */
  readonly waitsLong: boolean;
  /** Changes of the table that the relay receives together. One is the most expensive: nothing is shared. */
  readonly changesAtOnce: number;
  /** The length of lists, by the name of the node that iterates over them. */
  readonly items: Readonly<Record<string, number>>;
  /** The number of rounds of loops. */
  readonly rounds: Readonly<Record<string, number>>;
  /** The branch that is taken, by the choice's name: "otherwise". */
  readonly ways: Readonly<Record<string, string>>;
  /** The state at which the run fails finally; completed effects are undone. Undefined: it succeeds. */
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
  waitsLong: true,
  changesAtOnce: 1,
  items: {},
  rounds: {},
  ways: {},
  failsAt: undefined,
};

/** In the typical case, lists have this many items and loops this many rounds, if that is allowed. */
export const TYPICAL_ITEMS = 5;
export const TYPICAL_ROUNDS = 2;

export function numberFor(name: string, { named, otherwise }: ByName): number {
  return named[name] ?? otherwise;
}
