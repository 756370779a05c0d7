import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import { AGAIN, optimistically } from "../../../lib/contract/optimistic.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { unavailable } from "./admission.ts";
import { admitEffect } from "./admit-effect.ts";
import { attempt } from "./attempt.ts";
import { claimEffect } from "./claim-effect.ts";
import { conclude, concludeFailure, reportCompletion } from "./conclude.ts";
import type { StepFunction } from "./context.ts";
import { deferStep } from "./defer-step.ts";
import { resolveDoubt } from "./doubt.ts";
import { earlierEffect, resultOf } from "./earlier.ts";
import { type Effect, effectOf, type Invocation } from "./effect.ts";
import { failedBefore, located } from "./failed-before.ts";
import { fail, type WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";
import { portsFor } from "./repeatable.ts";
import { yieldTo } from "./yield-to.ts";

/**
 * Does one step's work at most once, however often its message is delivered.
 *
 *     claim ──▶ done in an earlier epoch? ──▶ may it begin? ──▶ the step's code ──▶ complete or fail ──▶ answer the token
 *       │                                       └ paused, breaker open: defer, or use the fallback. Run closing: drop
 *       └ done, failed, held, expired or sealed: answer or wait without running anything. In doubt: find out
 *
 * The claim of a repeatable step is not written before its code has ended: see `portsFor`.
 *
 * A failure of the handler is an answer: the state machine decides about retries. This function throws only
 * failures of the infrastructure, and then the queue delivers the message again.
 */
export async function work<Input, Output>(
  message: StepMessage,
  spec: StepSpec<string, any, any, Input, Output>,
  code: StepFunction<Input, Output>,
  invocation: Invocation,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  return await workOn(effectOf(message, spec, invocation), code, ports);
}

/** Does the work of an effect. */
export async function workOn(
  given: Effect,
  code: StepFunction<any, any>,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const effect = await located(given, ports);
  const failed = await failedBefore(effect, ports);
  if (failed) return await fail(effect.message, failed, ports);
  return await claimAndRun(effect, code, portsFor(effect, ports));
}

async function claimAndRun(
  effect: Effect,
  code: StepFunction<any, any>,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const claim = await claimEffect(effect, ports);
  if (claim.kind === "in doubt") return await resolveDoubt(claim, effect, code, ports);
  if (claim.kind !== "claimed") return await yieldTo(claim, effect, ports);
  const reused = await reuse(effect, ports);
  if (reused) return reused;

  const { admission, spec, soFar } = await admitEffect(effect, ports);
  switch (admission.kind) {
    case "defer":
      return await deferStep(effect, admission, ports);
    case "unavailable":
      // The claim chooses between the step and its fallback, so the choice is recorded before the answer is
      // sent.
      return await concludeFailure(unavailable(admission.breaker), NOT_CALLED, effect, ports);
    case "drop":
      await ports.claims.release(effect.key, effect.owner);
      return { kind: "dropped", why: admission.why };
    case "proceed":
      return await run({ ...effect, spec, soFar }, code, ports);
  }
}

/** The breaker refused the call. */
const NOT_CALLED = { downstream: "unknown", inDoubt: false } as const;

/** A retried run continues from what its earlier epochs have done. */
async function reuse(effect: Effect, ports: WorkPorts): Promise<WorkOutcome | undefined> {
  return await optimistically(async () => {
    const earlier = await earlierEffect(effect, ports);
    if (!earlier) return undefined;
    const reused = await ports.claims.reuse(effect.key, effect.owner, earlier);
    if (reused === "undo begun") return AGAIN;
    if (typeof reused === "object") return await yieldTo(reused.instead, effect, ports);
    return await reportCompletion(reused, resultOf(earlier), effect, ports);
  });
}

async function run(effect: Effect, code: StepFunction<any, any>, ports: WorkPorts): Promise<WorkOutcome> {
  return await conclude(await attempt(effect, code, ports), effect, ports);
}
