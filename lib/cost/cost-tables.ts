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
  /** Whether the run has no execution: then intake sends the message of its group. */
  readonly express: boolean;
}
