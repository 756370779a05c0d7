import type { JsonSchema } from "./schema.ts";

/** What a deployment is made of, as far as it is known when it is synthesized. Lies beside the API's code. */
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
  /** Within which its events should be taken up. */
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
