import type { Envelope } from "../../../lib/contract/envelope.ts";
import { type FailureRecord, toFailure } from "../../../lib/contract/failure.ts";
import type { Completion } from "../ports/claims.ts";
import { contextOf, type StepFunction } from "./context.ts";
import type { Effect } from "./effect.ts";
import { inputOf } from "./input.ts";
import type { AttemptPorts } from "./ports.ts";
import { resultOfCode } from "./result.ts";
import { TIMEOUT, withTimeout } from "./timeout.ts";

/** How one attempt ended, and what it says about the downstream. */
export type Attempt = { kind: "succeeded"; completion: Completion; downstream: Downstream } | FailedAttempt;

export interface FailedAttempt {
  kind: "failed";
  failure: FailureRecord;
  downstream: Downstream;
  /**
   * Whether the effect may have happened all the same: the code was interrupted, reports it itself, or its
   * result cannot be stored.
   */
  inDoubt: boolean;
}

/** "unknown" if the attempt made no call, or if the call's outcome is unknown. */
export type Downstream = "answered" | "failed" | "busy" | "unknown";

/**
 * One attempt: input, the step's code, its result. Every error becomes a failure of the attempt; nothing is
 * thrown.
 */
export async function attempt(
  effect: Effect,
  code: StepFunction<any, any>,
  ports: AttemptPorts,
): Promise<Attempt> {
  let downstream: Downstream = "unknown";
  let inDoubt = false;
  try {
    const input = await inputOf(effect, ports);
    const emitted: Envelope[] = [];
    let output: unknown;
    try {
      output = await withTimeout(effect.spec, (signal) =>
        code(input, contextOf(effect, signal, emitted, ports)),
      );
      downstream = "answered";
      inDoubt = true;
    } catch (thrown) {
      const { policy, name } = toFailure(thrown);
      downstream = downstreamBy({ policy, name });
      inDoubt = policy === "ask" || name === TIMEOUT;
      throw thrown;
    }
    return { kind: "succeeded", completion: await resultOfCode(output, emitted, effect, ports), downstream };
  } catch (thrown) {
    const failure = { ...toFailure(thrown), ...(thrown instanceof Error && ports.throwSite(thrown)) };
    report(failure, thrown, effect, ports);
    return { kind: "failed", failure, downstream, inDoubt };
  }
}

/** Logs a failed attempt: the last one as an error. */
function report(failure: FailureRecord, thrown: unknown, effect: Effect, { log }: AttemptPorts): void {
  const { message, spec } = effect;
  const error = `${failure.name}: ${failure.message}`;
  const fields = { policy: failure.policy, stack: thrown instanceof Error ? thrown.stack : undefined };
  if (isLast(failure, message.attempt, spec)) {
    const attempts = message.attempt > 1 ? ` after ${message.attempt} attempts` : "";
    log.error(`${message.path} failed${attempts}: ${error}`, fields);
  } else log.warn(`${message.path} failed: ${error}`, fields);
}

function isLast({ policy }: FailureRecord, attempt: number, { retry }: Effect["spec"]): boolean {
  return policy === "give-up" || (policy === "retry" && attempt >= retry.attempts);
}

/**
 * A final refusal is an answer; only failures that are worth a retry, and calls that time out, count against
 * the downstream.
 */
function downstreamBy({ policy, name }: Pick<FailureRecord, "policy" | "name">): Downstream {
  if (policy === "retry" || name === TIMEOUT) return "failed";
  if (policy === "give-up") return "answered";
  return policy === "wait" ? "busy" : "unknown";
}
