import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { pauseWhenBusy } from "../defer/backoff.ts";
import type { Attempt, Downstream, FailedAttempt } from "./attempt.ts";
import { lastFailure } from "./attempts.ts";
import { recordOutcome } from "./breaker/record.ts";
import { deferStep } from "./defer-step.ts";
import type { Effect } from "./effect.ts";
import { fail, succeed, type WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";
import { yieldTo } from "./yield-to.ts";

/**
 * Records how an attempt ended, reports it to the breaker, and answers. The order matters, since a crash
 * loses the later parts: the next delivery answers from the claim, while a report to the breaker is only a
 * statistic.
 */
export async function conclude(attempt: Attempt, effect: Effect, ports: WorkPorts): Promise<WorkOutcome> {
  if (attempt.kind === "succeeded") return await concludeSuccess(attempt, effect, ports);
  const { failure, downstream } = attempt;
  if (failure.policy === "wait") {
    const pause = failure.after ?? pauseWhenBusy(effect.message.deferred ?? 0, ports.random());
    const due = ports.now() + pause;
    await reportToBreaker(downstream, due, effect, ports);
    return await deferStep(effect, { reason: "retry after", due }, ports);
  }
  return await concludeFailure(failure, attempt, effect, ports);
}

async function concludeSuccess(
  { result: { result, emitted, undo }, downstream }: Extract<Attempt, { kind: "succeeded" }>,
  effect: Effect,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  const { key, owner } = effect;
  const completion = await ports.claims.complete(key, owner, result, emitted, undo);
  await reportToBreaker(downstream, ports.now(), effect, ports);
  return typeof completion === "object"
    ? await yieldTo(completion.instead, effect, ports)
    : await reportCompletion(completion, result, effect, ports);
}

/** Records a failure in the claim, reports it to the breaker, and answers. */
export async function concludeFailure(
  thrown: FailureRecord,
  { downstream, inDoubt }: Pick<FailedAttempt, "downstream" | "inDoubt">,
  effect: Effect,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  ports.metrics.count("StepsFailed");
  const failure = lastFailure(thrown, effect.message, effect.spec);
  const failed = await ports.claims.fail(effect.key, effect.owner, failure, inDoubt);
  await reportToBreaker(downstream, ports.now(), effect, ports);
  if (typeof failed === "object") return await yieldTo(failed.instead, effect, ports);
  return failed
    ? await fail(effect.message, failure, ports)
    : { kind: "dropped", why: "the claim was sealed or taken over" };
}

/** What follows from the answer to a completion. */
export async function reportCompletion(
  completion: "completed" | "late" | "lost",
  result: unknown,
  { message }: Effect,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  switch (completion) {
    case "completed":
      return await succeed(message, result, ports);
    case "late":
      ports.log.warn(`${message.path} finished after its run had ended; the result is stored as late.`);
      ports.metrics.count("StepsLate");
      return { kind: "dropped", why: "the run had ended" };
    case "lost":
      ports.log.warn(`${message.path} took longer than its lease, and another delivery took the claim.`);
      return { kind: "dropped", why: "another delivery took the claim" };
  }
}

/** Reports the outcome of an attempt to the breaker. */
export async function reportToBreaker(
  downstream: Downstream,
  until: number,
  { spec: { breaker }, owner }: Effect,
  ports: WorkPorts,
): Promise<void> {
  if (breaker) await recordOutcome(breaker, { kind: downstream, owner, until }, ports);
}
