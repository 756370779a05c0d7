import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { pauseWhenBusy } from "../defer/backoff.ts";
import type { Attempt, Downstream, FailedAttempt } from "./attempt.ts";
import type { BreakerPorts } from "./breaker/ports.ts";
import { recordOutcome } from "./breaker/record.ts";
import { type Effect, isOfRun } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/**
 * How the claim of an effect ends, of a step or of a reaction. The claim is written before the breaker gets its
 * report, since a crash loses the later part: the next delivery answers from the claim, while a report is only a
 * statistic.
 */
type ConcludePorts = BreakerPorts & Pick<WorkPorts, "claims" | "random">;

/** Completes the claim with the result of an attempt. */
export async function completeClaim(
  { completion, downstream }: Extract<Attempt, { kind: "succeeded" }>,
  effect: Effect,
  ports: ConcludePorts,
): ReturnType<ConcludePorts["claims"]["complete"]> {
  const completed = await ports.claims.complete(effect.key, effect.owner, completion);
  await reportToBreaker(downstream, ports.now(), effect, ports);
  return completed;
}

/** Records a failure in the claim: in doubt only for a run, which has to find out the outcome. */
export async function failClaim(
  failure: FailureRecord,
  { downstream, inDoubt }: Pick<FailedAttempt, "downstream" | "inDoubt">,
  effect: Effect,
  ports: ConcludePorts,
): ReturnType<ConcludePorts["claims"]["fail"]> {
  const failed = await ports.claims.fail(effect.key, effect.owner, failure, inDoubt && isOfRun(effect));
  await reportToBreaker(downstream, ports.now(), effect, ports);
  return failed;
}

/** When a downstream may be called again that asked to wait: epoch milliseconds. The claim is released later. */
export async function nextCall(
  { failure, downstream }: FailedAttempt,
  effect: Effect,
  ports: ConcludePorts,
): Promise<number> {
  const pause = failure.after ?? pauseWhenBusy(effect.message.deferred ?? 0, ports.random());
  const due = ports.now() + pause;
  await reportToBreaker(downstream, due, effect, ports);
  return due;
}

/** Reports the outcome of an attempt to the breaker. */
export async function reportToBreaker(
  downstream: Downstream,
  until: number,
  { spec: { breaker }, owner, message: { path } }: Effect,
  ports: BreakerPorts,
): Promise<void> {
  if (breaker) await recordOutcome(breaker, { kind: downstream, owner, until }, ports, `${owner} ${path}`);
}
