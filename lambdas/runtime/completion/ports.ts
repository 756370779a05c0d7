import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { ClaimItem, RunEnd } from "../../../lib/contract/table.ts";
import type { About } from "../log-fields.ts";
import type { Artifacts, Claims, Executions, Log, Metrics, Now, Runs } from "../ports.ts";
import type { OpenTask } from "./progress.ts";

/** The state machines of all workflows, and those that compensate, each by its name without the stack's. */
export interface Machines {
  /** Starts an execution by name; one that exists is taken for started. */
  start(
    machine: string,
    name: string,
    input: string,
    traceparent?: string | undefined,
  ): ReturnType<Executions["start"]>;
  /** The status of an execution. */
  look(machine: string, name: string): Promise<"absent" | "running" | EndedExecution>;
  /** The messages of steps whose answers an execution waits for. None where there is no such execution. */
  openTasks(machine: string, name: string): Promise<OpenTask[]>;
  /** Ends an execution. Does nothing where there is none that runs. */
  stop(machine: string, name: string, failure: Failure): Promise<void>;
}

export interface EndedExecution {
  end: RunEnd;
  input: unknown;
}

export type Failure = NonNullable<RunEnd["failure"]>;

/** What a run has done to the world, and what of that is undone. */
export interface Effects {
  /** The claims of all epochs of a run, read consistently. */
  of(run: string): Promise<ClaimItem[]>;
  /** Notes that an effect's undo is given up, so that a person looks at it. Does nothing where it is done after all, or a later epoch uses the effect. */
  giveUp(effect: ClaimItem, undo: ItemKey, failure: Failure): Promise<void>;
}

export interface EndPorts {
  runs: Pick<Runs, "read" | "change">;
  claims: Pick<Claims, "seal">;
  machines: Machines;
  effects: Effects;
  /** The part of the artifact bucket that belongs to a run. */
  artifactsOf: (workflow: string, run: string) => Pick<Artifacts, "put">;
  about?: About;
  now: Now;
  log: Log;
  metrics: Metrics;
}
