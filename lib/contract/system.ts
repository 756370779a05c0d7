import type { JsonSchema } from "./schema.ts";

/** The content of a deployment, as known at synth. Bundled with the API's code. */
export interface System {
  /** Name of the stack. */
  name: string;
  workflows: KnownWorkflow[];
  reactions: KnownReaction[];
  steps: KnownStep[];
  events: KnownEvent[];
}

export interface KnownWorkflow {
  name: string;
  /** Content version of what is deployed. */
  version: string;
  /** Names of the events that start a run, and of those that runs wait for. */
  on: string[];
  awaits: string[];
  /** How long a run may take. */
  deadline: string;
  /** The time within which its events should be received. */
  within: string;
  steps: string[];
  /** Names of the workflows whose runs it calls. */
  calls: string[];
}

export interface KnownReaction {
  name: string;
  on: string[];
  emits: string[];
  breaker?: string | undefined;
  /** Within which its events should be handled. */
  within: string;
}

export interface KnownStep {
  name: string;
  emits: string[];
  breaker?: string | undefined;
}

export interface KnownEvent {
  name: string;
  description?: string | undefined;
  /** Steps and reactions that send it, and workflows and reactions that take it. */
  publishers: string[];
  subscribers: string[];
  /** The newest first. */
  contracts: { version: number; schema: JsonSchema; example: unknown; compatibility: string }[];
}
