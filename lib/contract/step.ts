import type { PoolSpec } from "./pool.ts";
import type { Carriable, InputOf, OutputOf, Schema } from "./schema.ts";
import { type WorkOptions, type WorkSpec, workSpec } from "./work.ts";

export type { RetryPolicy } from "./work.ts";

/** The options of a step. */
interface StepOptions<I extends Schema, O extends Schema> extends WorkOptions {
  /** The input that a workflow passes; the handler receives it parsed. */
  input: I & Carriable<InputOf<I>, "input">;
  /** The result that the handler returns; a workflow receives it parsed. */
  output: O & Carriable<OutputOf<O>, "output">;
  /**
   * Steps of one workflow with the same pool share one function and one queue, with its concurrency and memory.
   * @default its own function and queue
   */
  pool?: PoolSpec;
}

declare const TAKES: unique symbol;

/**
 * A step: what goes in, what comes out, and how it is run. Synth reads this, never the handler.
 * `In` is what a workflow gives, `Parsed` what the handler gets, `Returned` what the handler answers and `Out` what
 * the workflow reads.
 */
export interface StepSpec<Name extends string = string, In = any, Out = any, Parsed = any, Returned = any>
  extends WorkSpec<Name>,
    Takes<In> {
  readonly input: Schema<In, Parsed>;
  readonly output: Schema<Returned, Out>;
  readonly pool?: PoolSpec;
}

/** Something to which an `Item` may be given. Exists for the compiler only. */
export interface Takes<Item> {
  readonly [TAKES]?: (item: Item) => void;
}

/** Declares a step. Throws a TypeError that names the invalid option. */
export function defineStep<const Name extends string, I extends Schema, O extends Schema>(
  name: Name,
  options: StepOptions<I, O>,
): StepSpec<Name, InputOf<I>, OutputOf<O>, OutputOf<I>, InputOf<O>> {
  const { pool, input, output } = options;
  if (!pool) return { ...workSpec("Step", name, options), input, output };
  const own = OF_THE_POOL.filter((option) => options[option] !== undefined);
  if (own.length > 0) {
    throw new TypeError(
      `Step "${name}": ${own.join(" and ")} cannot be set for one step of a pool. Set it at definePool("${pool.name}").`,
    );
  }
  const { concurrency, memory } = pool;
  return { ...workSpec("Step", name, { ...options, concurrency, memory }), input, output, pool };
}

const OF_THE_POOL = ["concurrency", "memory"] as const;
