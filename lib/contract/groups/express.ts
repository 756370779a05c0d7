import type { GroupedStep } from "./group.ts";

/**
 * How the runs of a workflow work without an execution: what intake sends in place of the state machine, and
 * what the worker makes of the results. Only if the definition is one group whose inputs and output place
 * values and compute none.
 */
export interface ExpressPlan {
  /** The message's own step and path: those of the first step. */
  step: string;
  path: string;
  steps: GroupedStep[];
  /**
   * The fields of the event's payload that are the group's values, by name, each read with JSONata's rules.
   */
  values: Record<string, string[]>;
  output: Placed;
  /** Seconds that a run may take. */
  deadline: number;
  /**
   * Seconds after which a run that has not ended is handed over to an execution: no delivery of its message
   * lives so long.
   */
  patience: number;
}

/** A value that is filled with values of the run and results of steps. */
export type Placed = Pick<GroupedStep, "input" | "fills">;

/** The additional fields of a group's message in a run without an execution. */
export interface ExpressMessage {
  output: Placed;
}

/** The message's attempt: below that of every message of an execution, so that those come later. */
export const EXPRESS_ATTEMPT = 0;

/** A run without an execution has to continue in one: what its worker asks of the intake of its workflow. */
export interface HandOver {
  run: string;
  epoch: number;
  why: string;
}
