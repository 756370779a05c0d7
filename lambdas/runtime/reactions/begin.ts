import type { DeferReason } from "../../../lib/contract/table.ts";
import type { ClaimOutcome } from "../ports/claims.ts";
import { askBreaker } from "../work/breaker/ask.ts";
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
  { effect }: Reacting,
  { breaker }: Pick<ReactionStart, "breaker">,
  ports: ReactPorts,
): Promise<{ reason: DeferReason; due: number | undefined } | undefined> {
  const admission = await askBreaker(effect, breaker, ports);
  return admission.kind === "defer" ? admission : undefined;
}
