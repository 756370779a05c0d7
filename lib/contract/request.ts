/** Payload of "run.requested": a run is wanted of one workflow, by a person or by another run. */
export interface RunRequest {
  workflow: string;
  /** Id that the run is to have; the same id again is the same run. */
  run: string;
  /** The event that the workflow starts on, as if it had come. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
  /** The step of another run that called it. */
  parent?: { run: string; epoch: number; path: string } | undefined;
  /** Who wants it, and why. */
  by?: string | undefined;
  why?: string | undefined;
}

/** Payload of "run.requested" where the run has been accepted and was held back. */
export interface RunRelease {
  workflow: string;
  held: string;
}
