import type { BreakerState, DeferReason } from "../../../lib/contract/table.ts";
import type { ClaimOutcome } from "../ports/claims.ts";
import { admitByBreaker } from "../work/admission.ts";
import { recordOutcome } from "../work/breaker/record.ts";
import { HEALTHY, mayCall } from "../work/breaker/transition.ts";
import { countDied, requestOf } from "../work/claim-effect.ts";
import type { Reacting } from "./effect.ts";
import type { ReactionStart, ReactPorts } from "./ports.ts";

/** Claims an attempt of the reaction run. */
export async function claim(
  { effect, handled, replayed }: Reacting,
  fence: number,
  { claims, metrics }: Pick<ReactPorts, "claims" | "metrics">,
): Promise<ClaimOutcome> {
  const request = requestOf(effect);
  const outcome = await claims.claim({ ...request, fence, about: { ...request.about, handled, replayed } });
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
