import type { FailureRecord } from "../../../lib/contract/failure.ts";
import { ALL_WORKERS } from "../../../lib/contract/metrics.ts";
import type { ClaimOutcome, ClaimRefusal, ClaimRequest } from "../ports/claims.ts";
import type { Metrics } from "../ports/telemetry.ts";
import { fenceOf } from "./claim.ts";
import type { Effect } from "./effect.ts";
import { fail, succeed, type WorkOutcome } from "./outcome.ts";
import type { WorkPorts } from "./ports.ts";

/** Claims the effect. */
export async function take(effect: Effect, ports: WorkPorts): Promise<ClaimOutcome> {
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

/** The outcome of a message whose effect is done, failed, running elsewhere, or must not begin any more. */
export async function yieldTo(
  claim: ClaimRefusal,
  { message, key }: Effect,
  ports: WorkPorts,
): Promise<WorkOutcome> {
  switch (claim.kind) {
    case "done":
      ports.metrics.count("StepsDuplicate");
      return await succeed(message, claim.result, ports);
    case "failed":
      return await fail(message, claim.failure, ports);
    case "held":
      return { kind: "later", at: claim.lease, why: "another delivery holds the claim" };
    case "sealed":
      // A later epoch uses the effect, and there is nothing left to undo here.
      if (message.direction === "undo") return await succeed(message, null, ports);
      return { kind: "dropped", why: "the run is ending" };
    case "expired": {
      const failure = leaseExpiryFailure(message.path);
      const failed = await ports.claims.fail(key, claim.owner, failure, true);
      return failed === true
        ? await fail(message, failure, ports)
        : { kind: "later", at: ports.now(), why: "the claim has a new owner" };
    }
  }
}

/** Why an effect is not tried again whose step allows one attempt, and whose worker died. */
export function leaseExpiryFailure(path: string): FailureRecord {
  return {
    policy: "ask",
    name: "LostLease",
    message: `An earlier attempt of ${path} stopped, and it is unknown whether its effect happened. The step does not allow another attempt. Check the downstream, then decide.`,
  };
}
