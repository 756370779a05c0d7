import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { CompletionOutcome } from "../ports/claims.ts";
import type { Attempt, FailedAttempt } from "./attempt.ts";
import { lastFailure } from "./attempts.ts";
import { completeClaim, failClaim, nextCall } from "./conclude-claim.ts";
import { deferStep } from "./defer-step.ts";
import type { Effect } from "./effect.ts";
import { fail, succeed, type WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";
import { yieldTo } from "./yield-to.ts";

/** Records how an attempt of a step ended, and answers. */
export async function conclude(attempt: Attempt, effect: Effect, ports: WorkPorts): Promise<WorkOutcome> {
  if (attempt.kind === "failed") {
    const { failure } = attempt;
    if (failure.policy !== "wait") return await concludeFailure(failure, attempt, effect, ports);
    return await deferStep(
      effect,
      { reason: "retry after", due: await nextCall(attempt, effect, ports) },
      ports,
    );
  }
  const completed = await completeClaim(attempt, effect, ports);
  return typeof completed === "object"
    ? await yieldTo(completed.instead, effect, ports)
    : await reportCompletion(completed, attempt.completion.result, effect, ports);
}

/** Records a failure in the claim, and answers. */
export async function concludeFailure(
  thrown: FailureRecord,
  ended: Pick<FailedAttempt, "downstream" | "inDoubt">,
  effect: Effect,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  ports.metrics.count("StepsFailed");
  const failure = lastFailure(thrown, effect.message, effect.spec);
  const failed = await failClaim(failure, ended, effect, ports);
  if (typeof failed === "object") return await yieldTo(failed.instead, effect, ports);
  return failed
    ? await fail(effect.message, failure, ports)
    : { kind: "dropped", why: "the claim was sealed or taken over" };
}

/** What follows from the answer to a completion. */
export async function reportCompletion(
  completion: CompletionOutcome,
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
