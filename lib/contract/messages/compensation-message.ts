import type { RunReference } from "./message.ts";

/** Input of an execution that compensates a run. */
export interface CompensationInput {
  run: RunReference;
  /** The effects to undo, in this order. */
  undos: Undo[];
}

/** An effect of a run that is to be undone. */
export interface Undo {
  /** The epoch of the effect, which need not be the run's last. */
  epoch: number;
  path: string;
  /** Name of the step that undoes it. */
  step: string;
}

/** Output of an execution that compensates a run. */
export interface CompensationOutput {
  /** Effects that could not be undone in any attempt. */
  failed: (Pick<Undo, "epoch" | "path"> & { error: string; cause: string })[];
}
