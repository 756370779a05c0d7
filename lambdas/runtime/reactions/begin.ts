import type { BreakerState, DeferReason } from "../../../lib/contract/table.ts";
import type { ClaimOutcome } from "../ports/claims.ts";
import { admitByBreaker } from "../work/admission.ts";
import { recordOutcome } from "../work/breaker/record.ts";
import { HEALTHY, mayCall } from "../work/breaker/transition.ts";
import { countDied } from "../work/take.ts";
import type { Reacting } from "./effect.ts";
import type { ReactionStart, ReactPorts } from "./ports.ts";

/** Claims an attempt of the reaction run. */
export async function claim(
  { effect: { key, owner, lease, message, spec, traceparent }, handled, replayed }: Reacting,
  fence: number,
  { claims, metrics }: Pick<ReactPorts, "claims" | "metrics">,
): Promise<ClaimOutcome> {
  const { run, path, attempt, direction } = message;
  const outcome = await claims.claim({
    key,
    owner,
    lease,
    fence,
    takeover: spec.onLeaseExpiry !== "ask",
    about: {
      run: run.id,
      epoch: run.epoch,
      workflow: run.workflow,
      step: spec.name,
      path,
      direction,
      attempt,
      handled,
      replayed,
      correlation: run.correlation,
      cause: run.event,
      hops: run.hops,
      traceparent,
    },
  });
  countDied(outcome, metrics);
  return outcome;
}

/** Why the breaker stops the reaction from starting; undefined if it may start. */
export async function heldByBreaker(
  { effect: { message, spec, owner, lease } }: Reacting,
  { breaker: known }: Pick<ReactionStart, "breaker">,
  ports: ReactPorts,
): Promise<{ reason: DeferReason; due: number | undefined } | undefined> {
  const { breaker } = spec;
  if (!breaker) return undefined;
  let state: BreakerState = known ?? HEALTHY;
  if (!mayCall(state, owner)) state = await recordOutcome(breaker, { kind: "asked", owner, lease }, ports);
  const admission = admitByBreaker(message, spec, state, { owner, now: ports.now(), random: ports.random() });
  if (admission.kind !== "defer") return undefined;
  ports.metrics.count("BreakerRefusals", 1, { breaker: breaker.name });
  return admission;
}
