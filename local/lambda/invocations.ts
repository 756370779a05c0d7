import { isUtf8 } from "node:buffer";
import type { Kernel } from "../kernel/kernel.ts";
import { invalidRequestContent, rateExceeded, serviceFault, tooLarge } from "./errors.ts";
import type { Functions, Target } from "./functions.ts";
import { InvocationCounts } from "./measure.ts";
import type { Pool, PooledEnvironment } from "./pool.ts";
import type { FunctionFailure, Outcome } from "./runner.ts";
import type { Waiting } from "./start-times.ts";

export const LARGEST_PAYLOAD = 6 * 1024 * 1024;
export const LARGEST_ASYNC_PAYLOAD = 1024 * 1024;
const LARGEST_ANSWER = LARGEST_PAYLOAD + 100;
/** AWS's default for the concurrent executions of an account. */
const ACCOUNT_CONCURRENCY = 1000;
/** Time limit for loading the code, before the function's own timeout begins. */
const INIT_LIMIT = 10_000;
/** The time limit of code that a debugger may stop. */
const DEBUGGED_LIMIT = 60 * 60 * 1000;

export interface Request {
  /** JSON text. */
  event: string;
  requestId: string;
  /** The event's X-Ray header. */
  trace?: string | undefined;
  /** JSON text. */
  clientContext?: string | undefined;
  /** @default "message" */
  waiting?: Waiting;
}

/** The result of a finished invocation. */
export interface Execution {
  requestId: string;
  executedVersion: string;
  /** JSON text: the handler's answer, or the error's object. */
  payload: string;
  /** Whether the function failed. */
  failed: boolean;
  /** The end of its log, in base64. */
  logTail: string;
}

/**
 * Runs functions: admits or throttles, acquires an environment, and gives every outcome the shape that Lambda
 * gives it.
 */
export class Invocations {
  private readonly kernel: Kernel;
  private readonly functions: Functions;
  private readonly pool: Pool;
  readonly counts: InvocationCounts;
  private readonly running = new Map<string, number>();
  private total = 0;

  constructor(kernel: Kernel, functions: Functions, pool: Pool) {
    this.kernel = kernel;
    this.functions = functions;
    this.pool = pool;
    this.counts = new InvocationCounts(kernel);
  }

  /**
   * Throws TooManyRequestsException if the function has no concurrency left, ServiceException during a stop.
   */
  async run(target: Target, request: Request): Promise<Execution> {
    const { name } = target.version;
    this.admit(name);
    try {
      return await this.kernel.work.during(() => this.runIn(target, request));
    } finally {
      this.leave(name);
    }
  }

  /**
   * Resolves when an invocation would not wait for an environment; undefined if that is so now. A function at
   * its reserved concurrency throttles, and does not wait. `isBehind`: more messages wait than a batch can have.
   */
  whenFree({ version }: Target, isBehind: boolean): Promise<void> | undefined {
    return this.isReservedFull(version.name) ? undefined : this.pool.whenFree(version, isBehind);
  }

  private isReservedFull(name: string): boolean {
    const reserved = this.functions.reserved(name);
    return reserved !== null && (this.running.get(name) ?? 0) >= reserved;
  }

  private admit(name: string): void {
    const running = this.running.get(name) ?? 0;
    if (this.isReservedFull(name)) {
      this.counts.throttled(name);
      throw rateExceeded("ReservedFunctionConcurrentInvocationLimitExceeded");
    }
    const refusal = this.kernel.limits
      ? this.kernel.limits.refuseInvocation(name, running + 1, this.total + 1)
      : this.total >= ACCOUNT_CONCURRENCY && "ConcurrentInvocationLimitExceeded";
    if (refusal) {
      this.counts.throttled(name);
      throw rateExceeded(refusal);
    }
    this.running.set(name, running + 1);
    this.total++;
  }

  private leave(name: string): void {
    this.total--;
    const left = this.running.get(name)! - 1;
    if (left > 0) this.running.set(name, left);
    else this.running.delete(name);
  }

  private async runIn(target: Target, request: Request): Promise<Execution> {
    const { clock } = this.kernel;
    const { version } = target;
    const { settings } = version;
    const pooled = await this.pool.take(version, request.waiting ?? "message");
    const { environment, log } = pooled;
    let init: number | undefined;
    let failure: Outcome | "timeout" | undefined;
    if (pooled.cold) {
      const started = clock.now();
      failure = await this.within(this.limit(INIT_LIMIT), pooled, environment.ready);
      init = clock.now() - started;
      pooled.cold = false;
    }
    log.begin(request.requestId);
    const began = clock.now();
    const outcome =
      failure ??
      (await this.within(
        this.limit(settings.Timeout * 1000),
        pooled,
        environment.invoke(request.event, {
          requestId: request.requestId,
          timeout: this.limit(settings.Timeout * 1000),
          functionName: version.name,
          functionVersion: version.version,
          invokedFunctionArn: target.arn,
          logGroupName: log.group,
          logStreamName: log.stream,
          clientContext: request.clientContext,
          trace: request.trace ?? this.newTrace(),
        }),
      ))!;
    const reusable =
      outcome !== "timeout" && (outcome.kind === "answer" || (outcome.kind === "failure" && !failure));
    const error = errorOf(outcome, request.requestId, failure ? INIT_LIMIT / 1000 : settings.Timeout);
    if (error) log.failed(error, outcome === "timeout" || outcome.kind === "exit");
    const status = error ? (outcome === "timeout" ? "timeout" : "error") : "success";
    this.counts.ended(version.name, error !== undefined);
    const logTail = log.end(status, clock.now() - began, init);
    if (reusable) this.pool.give(pooled);
    else this.pool.discard(pooled);
    return {
      requestId: request.requestId,
      executedVersion: version.version,
      payload: error ? JSON.stringify(error) : (outcome as { payload: string }).payload,
      failed: error !== undefined,
      logTail,
    };
  }

  private limit(milliseconds: number): number {
    return this.kernel.debugged ? DEBUGGED_LIMIT : milliseconds;
  }

  /**
   * The result of `task`, or "timeout" and the end of the environment. A stop of the pool ends it as well.
   */
  private within<T>(
    milliseconds: number,
    pooled: PooledEnvironment,
    task: Promise<T>,
  ): Promise<T | "timeout"> {
    return new Promise((resolve, reject) => {
      const cancel = this.kernel.clock.at(this.kernel.clock.now() + milliseconds, () => {
        pooled.environment.stop();
        resolve("timeout");
      });
      pooled.interrupt = () => {
        cancel();
        reject(serviceFault("The local cloud is stopping."));
      };
      task.then((value) => {
        cancel();
        resolve(value);
      }, reject);
    });
  }

  /** An X-Ray header for an invocation without one. */
  newTrace(): string {
    const { clock, random } = this.kernel;
    const seconds = Math.floor(clock.now() / 1000).toString(16);
    return `Root=1-${seconds}-${random.bytes(12).toString("hex")};Parent=${random.bytes(8).toString("hex")};Sampled=0`;
  }
}

/** The object that Lambda returns for an outcome, undefined for a success. */
function errorOf(
  outcome: Outcome | "timeout",
  requestId: string,
  timeout: number,
): FunctionFailure | undefined {
  if (outcome === "timeout") {
    return {
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`,
    };
  }
  switch (outcome.kind) {
    case "answer": {
      const size = Buffer.byteLength(outcome.payload);
      if (size <= LARGEST_ANSWER) return undefined;
      return {
        errorType: "Function.ResponseSizeTooLarge",
        errorMessage: `Response payload size exceeded maximum allowed payload size (${LARGEST_ANSWER} bytes).`,
      };
    }
    case "exit":
      return {
        errorType: outcome.errorType,
        errorMessage: `RequestId: ${requestId} Error: ${outcome.reason}`,
      };
    default:
      return outcome.error;
  }
}

/** The event as JSON text. Throws Lambda's errors for an invalid payload. */
export function readPayload(payload: string | Uint8Array | null | undefined, limit: number): string {
  const isBytes = payload instanceof Uint8Array;
  if (payload != null && typeof payload !== "string" && !isBytes) {
    throw invalidRequestContent("Could not parse request body into json: the payload must be text or bytes.");
  }
  const text = payload == null ? "" : typeof payload === "string" ? payload : Buffer.from(payload).toString();
  const size = Buffer.byteLength(text);
  if (size > limit) {
    throw tooLarge(
      `${size} byte payload is too large for the ${limit === LARGEST_PAYLOAD ? "RequestResponse" : "Event"} invocation type (limit ${limit} bytes)`,
    );
  }
  if (text.trim() === "") return "{}";
  const unreadable = (why: string) =>
    invalidRequestContent(
      `Could not parse request body into json: Could not parse payload into json: ${why}`,
    );
  if (isBytes && !isUtf8(payload)) throw unreadable("it is not valid UTF-8.");
  try {
    JSON.parse(text);
  } catch (error) {
    throw unreadable((error as Error).message);
  }
  return text;
}
