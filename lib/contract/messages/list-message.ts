import type { Waiting } from "./message.ts";

/** What a state machine requests for a list that is longer than its own state allows. */
export type ListMessage = SplitList | KeepPart | FailPart | JoinParts | FailList;

/** Stores a list in parts, each of which has an execution of its own. Answers a `SplitAnswer`. */
export interface SplitList extends Waiting {
  kind: "split list";
  /** Or a reference to it. */
  list: unknown;
  /** Name of the list's `each`, for messages. */
  each: string;
  /** The maximum length of the list. */
  most: number;
  /** Maximum number of items of a part. */
  size: number;
  /** What must stay in an item, as in `StepMessage`. */
  reads: string[];
}

/** Where the parts are stored, as a JSON list of `ListPart`. */
export interface SplitAnswer {
  count: number;
  bucket: string;
  key: string;
}

export interface ListPart {
  /** Index of its first item in the whole list. */
  first: number;
  items: unknown[];
}

/** Stores the results of a part. Answers a `KeptPart`. */
export interface KeepPart extends Waiting {
  kind: "keep part";
  /** Of items of which some may fail, `{ result }` or `{ failed: true, error }`. */
  results: unknown[];
  tolerant: boolean;
}

/** The results of a part, as JSON text in the bucket. */
export interface KeptPart {
  sha256: string;
  bytes: number;
  items: number;
  /** How many items failed, and the error of the first. */
  failed: number;
  error?: string | undefined;
}

/** Stores why an item failed, for the list as a whole, and fails its part. */
export interface FailPart extends Waiting {
  kind: "fail part";
  error: string;
  cause: string;
}

/** Answers a reference to the results of all parts as one list, or fails if too many items failed. */
export interface JoinParts extends Waiting {
  kind: "join parts";
  each: string;
  parts: KeptPart[];
  /** How many items may fail: a number, or a share of the list as in "25%". */
  tolerance?: number | string | undefined;
}

/** Fails with the error of the item that failed first, or with the given one if that is unknown. */
export interface FailList extends Waiting {
  kind: "fail list";
  error: string;
  cause: string;
}
