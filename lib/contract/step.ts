import { batchOf, isBatch, LARGEST_BATCH } from "./batch.ts";
import { DefinitionError } from "./definition-error.ts";
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
  /**
   * Waiting attempts that one invocation runs concurrently, 1 to 100. With 1, an attempt has a process of its
   * own. Above 10, an attempt waits for others, a second at most, since Lambda requires it. @default 5 for a
   * light step: a timeout up to 30 seconds, and none of `concurrency`, `memory`, `artifacts`, `shared` and
   * `onLeaseExpiry: "ask"`; 1 for others
   */
  batch?: number;
  /**
   * Whether the code may run several times without harm: a computation, or a question to a model. Then only
   * the end of an attempt is written, and two deliveries of a message may run it at the same time. Where such
   * steps follow one another in one message, results of up to a second are written together: if the function
   * dies before, those steps run again. @default false
   */
  repeatable?: boolean;
}

declare const TAKES: unique symbol;

/**
 * A step: its input, its output, and how it runs. Synth reads this, never the handler. `In` is what a
 * workflow passes, `Parsed` what the handler receives, `Returned` what the handler returns and `Out` what the
 * workflow reads.
 */
export interface StepSpec<Name extends string = string, In = any, Out = any, Parsed = any, Returned = any>
  extends WorkSpec<Name>,
    Takes<In> {
  readonly input: Schema<In, Parsed>;
  readonly output: Schema<Returned, Out>;
  readonly pool?: PoolSpec;
  /** Attempts that one invocation of its own function runs concurrently. */
  readonly batch?: number;
  /** Only the end of an attempt is written; see `StepOptions`. */
  readonly repeatable?: true;
}

/** A value that accepts an `Item`. Exists for the compiler only. */
export interface Takes<Item> {
  readonly [TAKES]?: (item: Item) => void;
}

/** Declares a step. Throws a DefinitionError that names the invalid option. */
export function defineStep<const Name extends string, I extends Schema, O extends Schema>(
  name: Name,
  options: StepOptions<I, O>,
): StepSpec<Name, InputOf<I>, OutputOf<O>, OutputOf<I>, InputOf<O>> {
  const { pool, input, output } = options;
  const io = { input, output, ...(isRepeatable(name, options) && { repeatable: true as const }) };
  if (!pool) {
    const batch = options.batch ?? batchOf(name, options);
    const refuse = (rule: string) => {
      throw new DefinitionError(`Step "${name}": batch is ${batch}; ${rule}.`);
    };
    if (!isBatch(batch)) refuse(`it must be a whole number from 1 to ${LARGEST_BATCH}`);
    const concurrency = options.concurrency ?? INVOCATIONS * batch;
    const spec = workSpec("Step", name, { ...options, concurrency });
    if (concurrency < LEAST_INVOCATIONS * batch)
      refuse(`it must be at most half of the concurrency, which is ${concurrency}`);
    return { ...spec, ...io, batch };
  }
  const own = OF_THE_POOL.filter((option) => options[option] !== undefined);
  if (own.length > 0) {
    throw new DefinitionError(
      `Step "${name}": ${own.join(" and ")} cannot be set for one step of a pool. Set it at definePool("${pool.name}").`,
    );
  }
  const { concurrency, memory } = pool;
  return { ...workSpec("Step", name, { ...options, concurrency, memory }), ...io, pool };
}

/** Throws a DefinitionError if another option says that the step is not repeatable. */
function isRepeatable(
  name: string,
  { repeatable, onLeaseExpiry, emits = [] }: StepOptions<any, any>,
): boolean {
  if (!repeatable) return false;
  if (onLeaseExpiry === "ask")
    throw new DefinitionError(
      `Step "${name}": repeatable is true, and onLeaseExpiry is "ask", which says that it must not run twice. Remove one of them.`,
    );
  if (emits.length > 0)
    throw new DefinitionError(
      `Step "${name}": repeatable is true, and it emits ${emits.map((event) => event.name).join(", ")}. An event is an effect. Remove one of them.`,
    );
  return true;
}

const OF_THE_POOL = ["concurrency", "memory", "batch"] as const;
/** The default number of concurrent invocations of a function. */
const INVOCATIONS = 10;
/** The minimum concurrency of an SQS event source mapping. */
export const LEAST_INVOCATIONS = 2;

/**
 * Maximum number of concurrent invocations of a step's function. A pool's concurrency is that of its
 * invocations, a step's that of its attempts.
 */
export function invocationsOf({ pool, concurrency, batch = 1 }: StepSpec): number {
  return pool ? concurrency : Math.floor(concurrency / batch);
}
