import type { GroupedStep } from "./group.ts";

/**
 * How the runs of a workflow do without an execution: what intake sends in place of the state machine, and what the worker
 * makes of the results. Only where the definition is one group whose inputs and output place values and compute none.
 */
export interface ExpressPlan {
  /** The message's own step and path: those of the first step. */
  step: string;
  path: string;
  steps: GroupedStep[];
  /** The fields of the event's payload that are the group's values, by name, each read as JSONata reads it. */
  values: Record<string, string[]>;
  output: Placed;
  /** Seconds that a run may take. */
  deadline: number;
  /** Seconds after which a run without an outcome is handed over to an execution: no delivery of its message lives so long. */
  patience: number;
}

/** A value that is filled with values of the run and results of steps. */
export type Placed = Pick<GroupedStep, "input" | "fills">;

/** What the message of a run without an execution says in addition to its group. */
export interface ExpressMessage {
  output: Placed;
}

/** The message's attempt: below that of every message of an execution, so that those come later. */
export const EXPRESS_ATTEMPT = 0;

/** What a worker reports to the intake of its workflow, in place of answering a state. */
export type ExpressReport =
  /** Every step is done. */
  | { outcome: { run: string; epoch: number; output: unknown } }
  /** The run has to continue in an execution. */
  | { handOver: { run: string; epoch: number; why: string } };
