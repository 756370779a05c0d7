import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import type { ClaimItem, RaceChildItem, RaceItem, RunEnd } from "../../../lib/contract/table.ts";
import type { Claims } from "../ports/claims.ts";
import type { Now } from "../ports/clock.ts";
import type { Executions } from "../ports/executions.ts";
import type { Artifacts } from "../ports/files.ts";
import type { Runs } from "../ports/runs.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import type { About } from "../telemetry/log-fields.ts";
import type { OpenTask } from "./progress.ts";

/**
 * Milliseconds after which an execution that has begun or ended is described as such. Step Functions' descriptions
 * are eventually consistent, and it states no bound.
 */
export const DESCRIBED_WITHIN = 60_000;

/** The state machines of all workflows and of their compensations, by name without the stack's prefix. */
export interface Machines {
  /** Starts an execution by name. If it exists, that counts as started. */
  start(
    machine: string,
    name: string,
    input: string,
    traceparent?: string | undefined,
  ): ReturnType<Executions["start"]>;
  /** The status of an execution. */
  look(machine: string, name: string): Promise<"absent" | "running" | EndedExecution>;
  /** The messages of steps whose answers an execution waits for. None if the execution does not exist. */
  openTasks(machine: string, name: string): Promise<OpenTask[]>;
  /** Stops an execution. Does nothing if it is not running. */
  stop(machine: string, name: string, failure: Failure): Promise<void>;
}

export interface EndedExecution {
  end: RunEnd;
  input: unknown;
}

export type Failure = NonNullable<RunEnd["failure"]>;

/** The effects of a run, and which of them are undone. */
export interface Effects {
  /** The claims of all epochs of a run, read consistently. */
  of(run: string): Promise<ClaimItem[]>;
  /**
   * Records that the undo of an effect was given up, so that the operator sees it. Does nothing if it is
   * done, or if a later epoch uses the effect.
   */
  giveUp(effect: ClaimItem, undo: ItemKey, failure: Failure): Promise<void>;
}

/** The decided races of a run, in all epochs. */
export interface DecidedRaces {
  decided(run: string): Promise<RaceItem[]>;
  /** The runs that ways of its races have called. */
  children(run: string): Promise<RaceChildItem[]>;
}

export interface EndPorts {
  runs: Pick<Runs, "read" | "change">;
  claims: Pick<Claims, "seal">;
  machines: Machines;
  effects: Effects;
  races: DecidedRaces;
  /** The run's prefix in the artifact bucket. */
  artifactsOf: (workflow: string, run: string) => Pick<Artifacts, "put">;
  about?: About;
  now: Now;
  log: Log;
  metrics: Metrics;
}
