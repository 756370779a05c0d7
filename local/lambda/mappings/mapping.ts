import type { Background } from "../background.ts";
import type { Execution } from "../invocations.ts";
import type { MappingSettings } from "./settings.ts";

/** The dependencies of a poller. */
export interface Mapping {
  uuid: string;
  /** How messages and background work name it: "lambda: mapping <uuid>". */
  name: string;
  source: string;
  settings: MappingSettings;
  background: Background;
  /** Name or ARN of the function, with the qualifier of the mapping. */
  functionArn(): string;
  /** ARN of the function's role: the mapping reads its source as this role. */
  role(): string;
  /**
   * Resolves when an invocation would find an environment; undefined if that is so now. `isBehind`: the last batch was
   * full, so that more messages probably wait than one batch can have.
   */
  whenFree(isBehind: boolean): Promise<void> | undefined;
  /** Invokes the function. Throws if it could not be run (throttled, stopping, deleted). */
  invoke(records: object[], trace?: string): Promise<Execution>;
  /** Stores the result of the last batch, for LastProcessingResult. */
  report(result: string): void;
}

/** Invokes a function with the records of a source, from `start` on. */
export interface Poller {
  start(): void;
  /** Starts no new batch; running ones may end. */
  stop(): void;
}

/** A response carries at most 6 MB, and so does a batch. */
export const LARGEST_BATCH = 6 * 1024 * 1024;
