import type { BreakerSpec } from "./breaker.ts";
import { DefinitionError } from "./definition-error.ts";
import { type Duration, milliseconds } from "./duration.ts";
import type { EventContract } from "./event.ts";
import type { SharedFolder } from "./shared-files.ts";
import type { ToolSpec } from "./tool.ts";
import { isWhole } from "./whole-number.ts";

/** How often and when a failed attempt is retried. */
export interface RetryPolicy {
  /** Attempts in total, the first included. */
  attempts: number;
  /** The largest number to which the setting may raise `attempts` without a deployment. @default `attempts` */
  most?: number;
  /** Pause before the second attempt; each further one is longer by `rate`. */
  backoff: Duration;
  /** @default 2 */
  rate?: number;
  /** The longest pause. @default no limit */
  maxDelay?: Duration;
}

/** The runtime options of a step or a reaction. */
export interface WorkOptions<Emits extends readonly EventContract[] = readonly EventContract[]> {
  /** The timeout of an attempt, from its start. At most 14 minutes: a function lives for 15. */
  timeout: Duration;
  /** @default 3 attempts, first 2 seconds apart */
  retry?: RetryPolicy;
  /**
   * Maximum number of concurrent attempts, over all runs; at least 2. @default 10, for each of a step's
   * `batch`
   */
  concurrency?: number;
  /** Memory of the function, in MB. @default 512 */
  memory?: number;
  /**
   * What happens if a worker died during an attempt: retry, or ask a person because the effect may have
   * happened and must not happen twice. @default "retry"
   */
  onLeaseExpiry?: "retry" | "ask";
  /** The downstream that it calls: while that is unavailable, nothing is tried. @default none */
  breaker?: BreakerSpec;
  /** Events that the handler may emit. @default none */
  emits?: Emits;
  /** Access to the artifact bucket. @default none */
  artifacts?: "read" | "write" | "read and write";
  /** A folder of the artifact bucket that runs of all workflows share. @default none */
  shared?: SharedFolder;
  /** The language model that it calls, by the name that the deployment gives it: "default". @default none */
  model?: string;
  /** The image model that it calls, by the name that the deployment gives it: "default". @default none */
  images?: string;
  /** The tools that its models may call. @default none */
  tools?: readonly ToolSpec[];
}

/** The same with all defaults. */
export interface WorkSpec<Name extends string = string> {
  readonly name: Name;
  readonly timeout: Duration;
  readonly retry: RetryPolicy;
  readonly concurrency: number;
  readonly memory: number;
  readonly onLeaseExpiry: "retry" | "ask";
  readonly breaker: BreakerSpec | undefined;
  readonly emits: readonly EventContract[];
  readonly artifacts: "read" | "write" | "read and write" | undefined;
  readonly shared: SharedFolder | undefined;
  readonly model: string | undefined;
  readonly images: string | undefined;
  readonly tools: readonly ToolSpec[];
}

const NAME = /^[a-z][a-z0-9-]{0,47}$/;
const LONGEST_TIMEOUT: Duration = "14 minutes";

/** Fills in the defaults. Throws a DefinitionError that names each invalid option. */
export function workSpec<Name extends string>(
  kind: "Step" | "Reaction",
  name: Name,
  options: WorkOptions,
): WorkSpec<Name> {
  const retry = options.retry ?? { attempts: 3, backoff: "2 seconds" };
  const concurrency = options.concurrency ?? 10;
  const memory = options.memory ?? 512;
  const what = `${kind.toLowerCase()} "${name}"`;
  const rules: [boolean, string][] = [
    [NAME.test(name), "A name has up to 48 lower-case letters, digits and dashes, and begins with a letter"],
    [
      milliseconds(options.timeout, `The timeout of ${what}`) <= milliseconds(LONGEST_TIMEOUT),
      `timeout is ${options.timeout}; at most ${LONGEST_TIMEOUT}`,
    ],
    [isWhole(retry.attempts, 1, 1_000), `retry.attempts is ${retry.attempts}; a whole number from 1 to 1000`],
    [
      isWhole(mostAttempts(retry), retry.attempts, 1_000),
      `retry.most is ${retry.most}; a whole number from retry.attempts to 1000`,
    ],
    [(retry.rate ?? 2) >= 1, `retry.rate is ${retry.rate}; at least 1`],
    [
      milliseconds(retry.backoff, `The retry.backoff of ${what}`) <=
        milliseconds(retry.maxDelay ?? retry.backoff, `The retry.maxDelay of ${what}`),
      `retry.maxDelay is ${retry.maxDelay}; at least the backoff`,
    ],
    [
      isWhole(concurrency, 2, 1_000),
      `concurrency is ${concurrency}; a whole number from 2 to 1000, as SQS allows`,
    ],
    [isWhole(memory, 128, 10_240), `memory is ${memory}; whole megabytes from 128 to 10240`],
    [
      options.shared === undefined || NAME.test(options.shared.folder),
      `shared.folder is "${options.shared?.folder}"; the rules for step names apply`,
    ],
  ];
  const broken = rules.filter(([holds]) => !holds).map(([, rule]) => rule);
  if (broken.length > 0) throw new DefinitionError(`${kind} "${name}": ${broken.join(". ")}.`);
  return {
    name,
    timeout: options.timeout,
    retry,
    concurrency,
    memory,
    onLeaseExpiry: options.onLeaseExpiry ?? "retry",
    breaker: options.breaker,
    emits: options.emits ?? [],
    artifacts: options.artifacts,
    shared: options.shared,
    model: options.model,
    images: options.images,
    tools: options.tools ?? [],
  };
}

/** The largest number of attempts that a policy allows, whatever the setting is. */
export function mostAttempts({ attempts, most = attempts }: RetryPolicy): number {
  return most;
}
