// The other files of this folder describe what the runtime does, one concept each. test/cost/ compares them
// with counted calls: a change of what is written for a step, a wait or a run is one line here. The sizes are
// those of items with names of usual length.

/** An operation of a run, as AWS bills it: messages, function time, reads and writes. */
export interface Operation {
  /** Messages: each is sent, received and deleted. */
  readonly messages?: { readonly standard?: number; readonly fair?: number };
  /** Changes of a message's visibility. */
  readonly hides?: { readonly standard?: number; readonly fair?: number };
  readonly functions?: readonly FunctionRun[];
  /** Read units of the table. */
  readonly reads?: number;
  readonly changes?: readonly Change[];
  /** Events that are published on the bus, except by the relay. */
  readonly events?: readonly Size[];
  readonly puts?: number;
  readonly gets?: number;
}

export interface FunctionRun {
  /** In MB. */
  readonly memory: number;
  /** Milliseconds of its code, in addition to the overhead of each function. */
  readonly millis: number;
  readonly logBytes: number;
  /** It continues an invocation that is counted elsewhere. */
  readonly continues?: true;
}

/** A size that does not depend on the workflow, and the part that does. */
export interface Size {
  readonly bytes: number;
  readonly carries?: readonly Carried[];
}

type Carried = "payload" | "result";

/** A write of an item, and what the relay does about it. */
export interface Change {
  /** The item after the change. */
  readonly item: Size;
  /** Index entries that are written with it. */
  readonly indexes?: number;
  /** It is a part of an item that is written with another change. */
  readonly shares?: true;
  /** Written in a transaction, at twice the price. Its index entries cost the same. */
  readonly transaction?: true;
  /** The item is not changed again until it expires; or this part of it is new, and is not changed again. */
  readonly kept?: true | Size;
  /** Undefined if the relay is not invoked. */
  readonly relayed?: Relayed;
}

export interface Relayed {
  /** Entries that are added to the log, in one item. */
  readonly entries: readonly Size[];
  /** The link from a run or reaction run to its outside event: an item of its own. */
  readonly correlated?: true;
  /**
   * Other changes of the run come immediately before it: if the relay receives them together, all their
   * entries are in one item.
   */
  readonly follows?: true;
  /** The relay is invoked for a later change, and writes the entries with those of that one. */
  readonly later?: true;
  /** Events on the bus. */
  readonly events?: readonly Size[];
  /** It is counted in a metric. */
  readonly measured?: true;
  /** The mark of an unpublished event is removed. */
  readonly marked?: true;
}

/** The relay in general, and for changes that are counted in metrics: the ends of steps and runs. */
export const RELAY = { publishing: own(349), measuring: own(590) };

/** A function of Millrace's. All have the same memory. */
export function own(logBytes: number): FunctionRun {
  return { memory: 512, millis: 0, logBytes };
}
