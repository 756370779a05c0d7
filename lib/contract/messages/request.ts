/** Payload of "run.requested": a person or another run requests a run of one workflow. */
export interface RunRequest {
  workflow: string;
  /** The id of the run; the same id again is the same run. */
  run: string;
  /** The event that the workflow starts on, as if it had been published. */
  event: string;
  version: number;
  payload: Record<string, unknown>;
  /** The step of another run that called it. */
  parent?: { run: string; epoch: number; path: string } | undefined;
  /** The person who requests it, and why. */
  by?: string | undefined;
  why?: string | undefined;
}

/** Payload of "run.requested" for a run that has been accepted and was held back. */
export interface RunRelease {
  workflow: string;
  held: string;
}
