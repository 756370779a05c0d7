import type { Clock } from "../kernel/clock.ts";
import type { Random } from "../kernel/random.ts";
import type {
  Environment,
  FunctionCode,
  InvocationContext,
  Outcome,
  Output,
  Runner,
} from "../lambda/runner.ts";
import type { Gate } from "./gate.ts";
import { environmentOf, type Handler, HandlerError, type HandlerFactory, handlerOf } from "./handlers.ts";
import { answerOf, exitOf, failureOf, runtimeFailure } from "./outcome.ts";
import type { Outgoing } from "./sandbox/http.ts";
import { createSandbox, type Sandbox } from "./sandbox/sandbox.ts";
import type { Switchboard } from "./switchboard.ts";

export interface SimulationRunnerOptions {
  clock: Clock;
  gate: Gate;
  switchboard: Switchboard;
  /** Randomness of the environment of this number. */
  random(place: number): Random;
  /** How far the clock of an environment is off at most, milliseconds. */
  skew: number;
  /** The stand-in for a function's code, by the function's physical name. */
  handlers: ReadonlyMap<string, HandlerFactory>;
}

type Failed = Exclude<Outcome, { kind: "answer" }>;

/** Runs code in this process, each environment in a sandbox of its own. */
export function simulationRunner(options: SimulationRunnerOptions): Runner {
  let places = 0;
  return { start: (code, write) => new SimulatedEnvironment(options, code, write, ++places) };
}

class SimulatedEnvironment implements Environment {
  readonly ready: Environment["ready"];
  private readonly options: SimulationRunnerOptions;
  private readonly code: FunctionCode;
  private readonly place: number;
  private readonly sandbox: Sandbox;
  private handler: Handler | undefined;
  /** What ended the process of this environment. */
  private readonly ended = Promise.withResolvers<Failed>();
  /** Nothing leaves a stopped environment: what runs there is left without an outcome. */
  private stopped = false;

  constructor(
    options: SimulationRunnerOptions,
    code: FunctionCode,
    write: (output: Output) => void,
    place: number,
  ) {
    this.options = options;
    this.code = code;
    this.place = place;
    const random = options.random(place);
    this.sandbox = createSandbox({
      code,
      clock:
        options.skew > 0 ? skewed(options.clock, (2 * random.fraction() - 1) * options.skew) : options.clock,
      random,
      ask: (request) => this.ask(request),
      write: (output) => this.stopped || write(output),
      exit: (status) => this.end(exitOf(status)),
    });
    this.ready = this.leave(this.load());
  }

  invoke(event: string, context: InvocationContext): Promise<Outcome> {
    this.sandbox.process.env._X_AMZN_TRACE_ID = context.trace;
    return this.leave(this.run(JSON.parse(event), context));
  }

  stop(): void {
    this.stopped = true;
    this.sandbox.stop();
  }

  private async load(): Promise<Failed | undefined> {
    const factory = this.options.handlers.get(this.code.name);
    try {
      this.handler = factory
        ? await factory(environmentOf(this.code, this.sandbox))
        : await handlerOf(this.code, this.sandbox);
      return undefined;
    } catch (error) {
      return error instanceof HandlerError ? runtimeFailure(error.type, error.message) : failureOf(error);
    }
  }

  private async run(event: unknown, invocation: InvocationContext): Promise<Outcome> {
    const { clock } = this.options;
    const began = clock.now();
    const { requestId, timeout, trace: _, clientContext, ...rest } = invocation;
    const context = {
      ...rest,
      awsRequestId: requestId,
      memoryLimitInMB: String(this.code.memory),
      clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, timeout - (clock.now() - began)),
    };
    try {
      return answerOf(await this.call(event, context));
    } catch (error) {
      return failureOf(error);
    }
  }

  private call(event: unknown, context: object): unknown {
    const handler = this.handler!;
    if (!this.code.callbacks) return handler(event, context);
    return new Promise((resolve, reject) => {
      const callback = (error: unknown, value: unknown) => (error ? reject(error) : resolve(value));
      const answer = handler(event, context, callback);
      if (answer instanceof Promise) answer.then(resolve, reject);
    });
  }

  /** A call of an operation. Never settles where the process ends over it. */
  private async ask(request: Outgoing): ReturnType<Switchboard["answer"]> {
    await this.options.gate.pass(this.place);
    if (this.stopped) return await new Promise(() => {});
    return await this.options.switchboard.answer(request, this.code.name, () => this.end(exitOf(1)));
  }

  private end(outcome: Failed): void {
    this.stop();
    this.ended.resolve(outcome);
  }

  /** What leaves the environment passes the gate, unless the process has ended first. */
  private async leave<T>(task: Promise<T>): Promise<T | Failed> {
    const outcome = await Promise.race([task, this.ended.promise]);
    await this.options.gate.pass(this.place);
    return outcome;
  }
}

/** A clock with a constant offset in milliseconds. */
function skewed(clock: Clock, by: number): Clock {
  const off = Math.round(by);
  return { now: () => clock.now() + off, at: (time, wake) => clock.at(time - off, wake) };
}
