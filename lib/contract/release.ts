import type { DeployedQueue } from "./items/subscriber.ts";

/** Types of the custom resources that register a deployment. Each value once. */
export const RESOURCE = {
  /** A version of a workflow, with the code of its steps. Properties: `Release`. */
  release: "Custom::MillraceRelease",
  /** The list of workflows. Properties: `Roster`. */
  roster: "Custom::MillraceWorkflows",
  /** The queues of a stack, with the rules that send to them. Properties: `DeployedQueues`. */
  queues: "Custom::MillraceQueues",
} as const;

export interface Release {
  workflow: string;
  /** Content version of the definition. */
  version: string;
  /** ARN of the function version that serves a step, by the step's name. */
  steps: Record<string, string>;
  /** Its graph for the console, as JSON text: see `WorkflowGraph`. Absent in older deployments. */
  graph?: string | undefined;
  /** How its runs work without an execution, as JSON text: see `ExpressPlan`. Absent if they need one. */
  express?: string | undefined;
  /**
   * The state machine that its runs do without, as JSON text: `replay` runs it, since there is no execution
   * that has it. Absent if they need one.
   */
  machine?: string | undefined;
  /** What its runs may need of later deployments, in addition to its steps. Absent in older deployments. */
  needs?: ReleaseNeeds | undefined;
}

export interface ReleaseNeeds {
  /** Its steps that undo others. */
  undoSteps: string[];
  /** Its breakers, each with the function that may use it: `"bank" of charge`. */
  breakers: string[];
  /** Names of the events that its runs wait for, or that cancel them. */
  events: string[];
  /** Names of the workflows that its runs call. */
  calls: string[];
}

export interface Roster {
  workflows: string[];
  /** Names of the events that runs of the app wait for, or that cancel them. Absent in older deployments. */
  awaited?: string[];
}

export interface DeployedQueues {
  queues: DeployedQueue[];
}
