import type { JsonSchema } from "./schema.ts";
import type { SettingsCatalogue } from "./settings/catalogue.ts";

/** The content of a deployment, as known at synth. Bundled with the API's code. */
export interface System {
  /** Name of the stack. */
  name: string;
  workflows: KnownWorkflow[];
  reactions: KnownReaction[];
  steps: KnownStep[];
  events: KnownEvent[];
  limits: KnownLimit[];
  settings: SettingsCatalogue;
}

export interface KnownWorkflow {
  name: string;
  /** Content version of the deployment. */
  version: string;
  /** Names of the events that start a run, and of those that runs wait for. */
  on: string[];
  awaits: string[];
  /** The maximum duration of a run. */
  deadline: string;
  /** The time within which its events should be received. */
  within: string;
  steps: string[];
  /** Names of the workflows that it calls. */
  calls: string[];
}

export interface KnownReaction {
  name: string;
  on: string[];
  emits: string[];
  breaker?: string | undefined;
  /** The time within which its events should be handled. */
  within: string;
}

/** A limit that workflows share. */
export interface KnownLimit {
  name: string;
  /** Whether each key has a lane of its own, since nothing limits all keys together. */
  byKey: boolean;
  /** Names of the workflows. */
  workflows: string[];
}

export interface KnownStep {
  name: string;
  emits: string[];
  breaker?: string | undefined;
}

export interface KnownEvent {
  name: string;
  description?: string | undefined;
  /** Its publishers (steps and reactions) and subscribers (workflows and reactions). */
  publishers: string[];
  subscribers: string[];
  /** The newest first. */
  contracts: { version: number; schema: JsonSchema; example: unknown; compatibility: string }[];
}
