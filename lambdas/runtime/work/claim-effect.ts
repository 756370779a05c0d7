import { ALL_WORKERS } from "../../../lib/contract/metrics.ts";
import type { ClaimOutcome, ClaimRequest } from "../ports/claims.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/** Claims an effect. Counts a claim whose lease had expired: the worker that held it died. */
export async function claimEffect(
  effect: Effect,
  { claims, metrics }: Pick<WorkPorts, "claims" | "metrics">,
): Promise<ClaimOutcome> {
  const outcome = await claims.claim(requestOf(effect));
  const died = outcome.kind === "expired" || (outcome.kind === "claimed" && outcome.tookOver);
  if (died) metrics.count("WorkersDied", 1, ALL_WORKERS);
  return outcome;
}

/** The request for the claim of an effect. */
export function requestOf({
  message,
  spec,
  key,
  owner,
  lease,
  fence,
  handling,
  traceparent,
}: Effect): ClaimRequest {
  const { run, path, attempt, direction, undo, position } = message;
  return {
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
      undoneBy: undo,
      position,
      correlation: run.correlation,
      cause: run.event,
      hops: run.hops,
      traceparent,
      ...handling,
    },
  };
}
