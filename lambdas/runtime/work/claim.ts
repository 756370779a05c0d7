import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { ClaimOutcome, ClaimRefusal, ClaimRequest, RecordedEnd } from "../ports/claims.ts";

/**
 * Whether a claim may be taken, given the current item. Every implementation of `Claims.claim` follows this
 * rule: DynamoDB evaluates it as a condition, and returns the prior item if the condition fails.
 */
export function mayClaim(prior: ClaimItem | undefined, request: ClaimRequest, now: number): boolean {
  if (!prior?.state) return true;
  if (prior.state === "failed") return prior.fence < request.fence;
  if (prior.state === "running") {
    // Our own nonce: the write had succeeded, its answer was lost, and the SDK retried.
    return prior.owner === request.owner || takesOver(prior, request, now);
  }
  return false;
}

/**
 * Whether a claim is taken from a worker that has died: its effect is in doubt until a later attempt
 * completes it.
 */
export function takesOver(prior: ClaimItem, { owner, takeover }: ClaimRequest, now: number): boolean {
  return takeover && prior.state === "running" && prior.owner !== owner && prior.lease <= now;
}

/**
 * Whether the end of an attempt without a claim may be written. The first result stays, whichever attempt it
 * is from; a failure only replaces that of an earlier attempt.
 */
export function mayRecord(
  prior: ClaimItem | undefined,
  { owner, fence }: Pick<ClaimRequest, "owner" | "fence">,
  end: Pick<RecordedEnd, "state">,
  now: number,
): boolean {
  if (!prior?.state) return true;
  // Our own nonce: the write had succeeded, and its answer was lost.
  if (prior.state === end.state && prior.owner === owner) return true;
  if (prior.state === "failed") return end.state === "done" || prior.fence < fence;
  // From a version of the step that was not repeatable.
  return prior.state === "running" && prior.lease <= now;
}

/** What the existing item means if the end of an attempt may not be written. */
export function recordRefusedBy(prior: ClaimItem, now: number): ClaimRefusal {
  const known = refusedBy(prior, now);
  return known.kind === "in doubt" ? { kind: "sealed" } : known;
}

/** What the prior item means for the caller whose claim was refused. */
export function refusedBy(prior: ClaimItem, now: number): Exclude<ClaimOutcome, { kind: "claimed" }> {
  switch (prior.state) {
    case "done":
      return { kind: "done", result: prior.result };
    case "failed":
      return { kind: "failed", failure: prior.failure! };
    case "sealed":
      return isInDoubt(prior)
        ? { kind: "in doubt", owner: prior.owner, lease: prior.lease ?? 0 }
        : { kind: "sealed" };
    case "running":
      return prior.lease <= now
        ? { kind: "expired", owner: prior.owner }
        : { kind: "held", lease: prior.lease };
  }
}

/**
 * Sealed while a worker was running that has not reported the outcome since, or after an attempt that may
 * have succeeded. A failure with the policy `ask` means that a person knows about it.
 */
export function isInDoubt(claim: ClaimItem): boolean {
  const { state, direction, owner, failure, doubt } = claim;
  if (state !== "sealed" || direction !== "do" || "late" in claim) return false;
  return doubt === undefined ? owner !== undefined && failure === undefined : failure?.policy !== "ask";
}

/** Whether the end of its run seals a claim: it is not done, and its effect may have begun. */
export function isSealable({ direction, state, doubt }: ClaimItem): boolean {
  return direction === "do" && (state === undefined ? doubt !== undefined : SEALABLE.has(state));
}

const SEALABLE: ReadonlySet<ClaimItem["state"]> = new Set(["running", "failed"]);

/** Whether an execution sent a message of a run that began without one. */
export function isTakenOver({ run, express, direction }: StepMessage): boolean {
  return run.express === true && express === undefined && direction === "do";
}
