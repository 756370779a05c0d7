/** How the function is run that steps share. */
interface PoolOptions {
  /** How many tries may run at once, of all its steps and over all runs; at least 2. @default 10 */
  concurrency?: number;
  /** Memory of the function, in MB. @default 512 */
  memory?: number;
}

/** One function and one queue for several steps of a workflow. */
export interface PoolSpec extends Required<PoolOptions> {
  readonly name: string;
}

/** Declares a pool. What its figures may be is asked where a step names it. */
export function definePool(name: string, { concurrency = 10, memory = 512 }: PoolOptions = {}): PoolSpec {
  return { name, concurrency, memory };
}
