import { isBatch, LARGEST_BATCH } from "./batch.ts";
import { DefinitionError } from "./definition-error.ts";

/** How the function is run that steps share. */
interface PoolOptions {
  /** How many invocations may run at once, over all its steps and runs; at least 2. @default 10 */
  concurrency?: number;
  /** Memory of the function, in MB. @default 512 */
  memory?: number;
  /**
   * Tries that one invocation takes on, side by side, where so many wait: 1 to 10. For steps that mostly wait for others: what
   * is paid for is the time of the function, however many wait in it. @default 1
   */
  batch?: number;
  /**
   * Whether neighbouring steps come in one message, one after another in one invocation. Each keeps its own claim, attempts,
   * timeout and undo. `apart: true` at the use of a step keeps that step in a message of its own. @default true
   */
  fuse?: boolean;
}

/** One function and one queue for several steps of a workflow. */
export interface PoolSpec extends Required<PoolOptions> {
  readonly name: string;
}

/** Declares a pool. Throws a DefinitionError where it cannot be as it is; its concurrency and memory are looked at where a step names it. */
export function definePool(
  name: string,
  { concurrency = 10, memory = 512, batch = 1, fuse = true }: PoolOptions = {},
): PoolSpec {
  if (!isBatch(batch))
    throw new DefinitionError(
      `Pool "${name}": batch is ${batch}; it must be a whole number from 1 to ${LARGEST_BATCH}.`,
    );
  return { name, concurrency, memory, batch, fuse };
}
