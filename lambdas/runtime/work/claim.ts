import type { Entry } from "../../../lib/contract/message.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { ClaimOutcome, ClaimRequest } from "../ports.ts";

/**
 * Whether a claim may be taken, given the item as it stands. The one rule behind every implementation of
 * `Claims.claim`: DynamoDB states it as a condition, and answers the prior item where the condition failed.
 */
export function mayClaim(prior: ClaimItem | undefined, request: ClaimRequest, now: number): boolean {
  if (!prior?.state) return true;
  if (prior.state === "failed") return prior.fence < request.fence;
  if (prior.state === "running") {
    // Our own nonce: the write had been made, its answer was lost, and the SDK tried again.
    return prior.owner === request.owner || (prior.lease <= now && request.takeover);
  }
  return false;
}

/** What the prior item means for who was refused. */
export function refusedBy(prior: ClaimItem, now: number): Exclude<ClaimOutcome, { kind: "claimed" }> {
  switch (prior.state) {
    case "done":
      return { kind: "done", result: prior.result };
    case "failed":
      return { kind: "failed", failure: prior.failure! };
    case "sealed":
      return isInDoubt(prior)
        ? { kind: "in doubt", owner: prior.owner, lease: prior.lease }
        : { kind: "sealed" };
    case "running":
      return prior.lease <= now
        ? { kind: "expired", owner: prior.owner }
        : { kind: "held", lease: prior.lease };
  }
}

/** Sealed while a worker was at it, which has not said since how the effect ended. */
export function isInDoubt(claim: ClaimItem): boolean {
  const { state, direction, owner, failure } = claim;
  const said = failure !== undefined || "late" in claim;
  return state === "sealed" && direction === "do" && owner !== undefined && !said;
}

/** Orders the entries of a state and the tries of each: a later one is greater. */
export function fenceOf({ entered, attempt }: Entry): number {
  return Date.parse(entered) * TRIES + attempt;
}

/** Epoch milliseconds at which the state was entered. */
export function enteredAt(fence: number): number {
  return Math.floor(fence / TRIES);
}

/** More tries than a step may have. */
const TRIES = 1_001;
