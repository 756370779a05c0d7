import { ALL_WORKERS } from "../../../lib/contract/metrics.ts";
import type { ClaimOutcome, ClaimRequest } from "../ports/claims.ts";
import type { Metrics } from "../ports/telemetry.ts";
import { fenceOf } from "./claim.ts";
import type { Effect } from "./effect.ts";
import type { WorkPorts } from "./ports.ts";

/** Claims the effect. */
export async function claimEffect(effect: Effect, ports: WorkPorts): Promise<ClaimOutcome> {
  const outcome = await ports.claims.claim(requestOf(effect));
  countDied(outcome, ports.metrics);
  return outcome;
}

/** The request for the claim of an effect. */
export function requestOf({ message, spec, key, owner, lease, traceparent }: Effect): ClaimRequest {
  const { run, path, attempt, direction, undo, position } = message;
  return {
    key,
    owner,
    lease,
    fence: fenceOf(message),
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
    },
  };
}

/** Counts a delivery that met a claim whose lease had expired: the worker that held it died, with its message unfinished. */
export function countDied(outcome: ClaimOutcome, metrics: Metrics): void {
  const died = outcome.kind === "expired" || (outcome.kind === "claimed" && outcome.tookOver);
  if (died) metrics.count("WorkersDied", 1, ALL_WORKERS);
}
