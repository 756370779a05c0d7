import type { Background } from "../background.ts";
import type { Execution } from "../invocations.ts";
import type { MappingSettings } from "./settings.ts";

/** What a poller works on. */
export interface Mapping {
  uuid: string;
  source: string;
  settings: MappingSettings;
  background: Background;
  /** Name or ARN of the function, with the qualifier of the mapping. */
  functionArn(): string;
  /** ARN of the function's role: the mapping reads its source as this role. */
  role(): string;
  /** Resolves when an invocation would find an environment; undefined where that is so now. */
  whenFree(): Promise<void> | undefined;
  /** Invokes the function. Throws where it could not be run (throttled, stopping, gone). */
  invoke(records: object[], trace?: string): Promise<Execution>;
  /** Keeps what came of the last batch, for LastProcessingResult. */
  report(result: string): void;
}

/** Brings what comes into a source to a function, from `start` on. */
export interface Poller {
  start(): void;
  /** Takes nothing new; what is under way may end. */
  stop(): void;
}

/** An answer carries no more than 6 MB, and so does a batch. */
export const LARGEST_BATCH = 6 * 1024 * 1024;
