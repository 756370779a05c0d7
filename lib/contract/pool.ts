import { isBatch, LARGEST_BATCH } from "./batch.ts";
import { DefinitionError } from "./definition-error.ts";

/** Settings of the function that steps share. */
interface PoolOptions {
  /** Maximum number of concurrent invocations, over all its steps and runs; at least 2. @default 10 */
  concurrency?: number;
  /** Memory of the function, in MB. @default 512 */
  memory?: number;
  /**
   * Waiting attempts that one invocation runs concurrently: 1 to 100. For steps that mostly wait for other
   * services: the cost is the function's time, whatever the number of attempts in it. Above 10, a message waits
   * for others, a second at most, since Lambda requires it. @default 1
   */
  batch?: number;
  /**
   * Whether neighbouring steps share one message and run in one invocation, one after another or at the same
   * time; and, with a `batch` above 1, the items of a short list. Each step keeps its own claim, attempts,
   * timeout and undo. `apart: true` at the use of a step keeps that step in a message of its own. @default true
   */
  fuse?: boolean;
}

/** One function and one queue for several steps of a workflow. */
export interface PoolSpec extends Required<PoolOptions> {
  readonly name: string;
}

/**
 * Declares a pool. Throws a DefinitionError that names the invalid option; concurrency and memory are checked when
 * a step uses the pool.
 */
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
