import type { StepSpec } from "../contract/step.ts";
import type { StepEvents } from "../workflow/workflow.ts";
import type { Assumptions } from "./assumptions.ts";
import type { Extent } from "./attempt.ts";

/** The input of a task's cost. */
export interface CostTables {
  readonly given: Assumptions;
  readonly extent: Extent;
  /** The steps, by name. */
  readonly steps: ReadonlyMap<string, StepSpec>;
  /** Names of the events that the app itself publishes: counted where they are emitted. */
  readonly inside: ReadonlySet<string>;
  readonly stepEvents: StepEvents;
  /**
   * How a run without an execution begins: at once in the invocation that accepts it, or with a message.
   * Undefined if it has an execution.
   */
  readonly express: "at once" | "with a message" | undefined;
}
