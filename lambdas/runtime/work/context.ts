import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { EventContract } from "../../../lib/contract/event.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { Artifacts, SharedFiles } from "../ports/files.ts";
import type { Log } from "../ports/telemetry.ts";
import type { Effect } from "./effect.ts";
import { emission } from "./emission.ts";
import type { AttemptPorts } from "./ports.ts";
import type { SoFar } from "./so-far.ts";
import { type Spend, spender } from "./spend.ts";

/** What a handler receives in addition to its input. */
export interface StepContext {
  run: RunReference;
  /** What was known about the run when this attempt began. */
  soFar: SoFar;
  /** 1 for the first attempt. */
  attempt: number;
  /**
   * The same for every attempt of this effect and unique to it: pass it to external APIs as idempotency key.
   */
  idempotencyKey: string;
  /**
   * W3C trace context of this attempt: send it with HTTP calls as the header `traceparent`, or give it to
   * OpenTelemetry as the parent, so that their spans belong to the run's trace. Undefined only in runs that
   * began before traces existed.
   */
  traceparent: string | undefined;
  /** Aborted when the step's time is over. Pass it to `fetch` and SDK calls. */
  signal: AbortSignal;
  log: Log;
  /** Files of the run; keys are under the run's own prefix. */
  artifacts: Artifacts;
  /**
   * Files of the folder that is declared as `shared`: the same for the runs of all workflows that name it.
   */
  shared: SharedFiles;
  /** Publishes an event together with this step's completion: both happen or neither. */
  emit<Sent>(contract: EventContract<string, any, Sent>, data: NoInfer<Sent>): Promise<void>;
  /**
   * Makes a call that costs money or tokens within the run's budget: `spend({ usd: 0.02, tokens: 3_000 },
   * async () => ({ value, actual: { usd, tokens } }))`. Where the estimate exceeds what is left, the call is
   * not made and the failure that is thrown asks a person.
   */
  spend: Spend;
}

export type StepFunction<Input, Output> = (input: Input, context: StepContext) => Promise<Output> | Output;

/** The context of one attempt. Emitted events are collected in `emitted`. */
export function contextOf(
  effect: Effect,
  signal: AbortSignal,
  emitted: Envelope[],
  ports: AttemptPorts,
): StepContext {
  const { message, idempotencyKey, traceparent } = effect;
  let emissions = 0;
  return {
    run: message.run,
    // A reaction belongs to no run, so its context does not have this.
    soFar: effect.soFar ?? { acceptedAt: message.entered, spent: { usd: 0, tokens: 0 } },
    attempt: message.attempt,
    idempotencyKey,
    traceparent,
    signal,
    log: ports.log,
    artifacts: ports.artifacts,
    shared: ports.shared,
    async emit(contract, data) {
      emitted.push(await emission(contract, data, emissions++, effect, ports.now()));
    },
    spend: spender(effect, ports),
  };
}
