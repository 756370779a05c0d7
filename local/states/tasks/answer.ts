import type { Failure } from "../failure.ts";

/** The outcome of a call of a task's resource. */
export type Answer =
  | { kind: "result"; value: unknown }
  /** The call was made, and its end will come by a token or with the end of the execution `child`. */
  | { kind: "submitted"; output: unknown; child?: string }
  | { kind: "failed"; failure: Failure };
