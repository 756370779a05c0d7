import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type {
  ClaimOutcome,
  ClaimRefusal,
  ClaimRequest,
  Completion,
  CompletionOutcome,
  RecordedEnd,
  RecordedResult,
} from "../ports/claims.ts";
import {
  isInDoubt,
  isSealable,
  mayClaim,
  mayRecord,
  recordRefusedBy,
  refusedBy,
  takesOver,
} from "./claim.ts";
import * as fields from "./claim-fields.ts";

/**
 * The rules of `Claims` as functions of a claim: what it becomes, if it changes, and the answer. An
 * implementation writes the new state only if the claim has not changed since it was read, and it sets the
 * revision and the time of the change.
 */
export interface Turn<Answer> {
  becomes?: ClaimItem;
  answer: Answer;
}

/** The moment of a change: epoch milliseconds, and the same as an ISO time. */
export interface Moment {
  now: number;
  time: string;
}

export function momentAt(now: number): Moment {
  return { now, time: new Date(now).toISOString() };
}

type Prior = ClaimItem | undefined;

/** The claim after a worker has taken it. */
export function taken(
  prior: Prior,
  request: ClaimRequest,
  { time }: Moment,
  how?: { tookOver: boolean },
): ClaimItem {
  return fields.withFields({ ...prior, ...keyOf(request) }, fields.claimed(request, time, how));
}

export function claim(prior: Prior, request: ClaimRequest, at: Moment): Turn<ClaimOutcome> {
  // The response to its own write was lost.
  if (prior?.state === "running" && prior.owner === request.owner) return { answer: { kind: "claimed" } };
  if (!mayClaim(prior, request, at.now)) return { answer: refusedBy(prior!, at.now) };
  const tookOver = prior !== undefined && takesOver(prior, request, at.now);
  return {
    becomes: taken(prior, request, at, { tookOver }),
    answer: { kind: "claimed", ...(tookOver && { tookOver }) },
  };
}

export function complete(
  prior: Prior,
  owner: string,
  completion: Completion,
  { time }: Moment,
): Turn<CompletionOutcome> {
  if (prior?.owner !== owner) return { answer: "lost" };
  switch (prior.state) {
    case "running":
      return { becomes: fields.withFields(prior, fields.completed(completion, time)), answer: "completed" };
    case "done":
      // The response to its own write was lost.
      return { answer: "completed" };
    case "sealed":
      return "late" in prior
        ? { answer: "late" }
        : { becomes: fields.withFields(prior, fields.completedLate(completion, time)), answer: "late" };
    default:
      return { answer: "lost" };
  }
}

/** `undoBegun`: the undo of the earlier effect has begun. */
export function reuse(
  prior: Prior,
  owner: string,
  effect: ClaimItem,
  undoBegun: boolean,
  { time }: Moment,
): Turn<"completed" | "undo begun" | "lost"> {
  if (prior?.owner !== owner) return { answer: "lost" };
  if (prior.state === "done") return { answer: "completed" };
  if (prior.state !== "running") return { answer: "lost" };
  if (undoBegun) return { answer: "undo begun" };
  return { becomes: fields.withFields(prior, fields.reused(effect, time)), answer: "completed" };
}

export function adopt(prior: Prior, from: number, to: number): Turn<boolean> {
  const isFrom = prior?.state === "failed" && prior.fence === from;
  if (isFrom) return { becomes: fields.withFields(prior, fields.adopted(to)), answer: true };
  return { answer: prior?.fence === to };
}

export function record(
  prior: Prior,
  request: ClaimRequest,
  startedAt: string,
  end: RecordedEnd,
  at: Moment,
): Turn<ClaimRefusal | undefined> {
  // The response to its own write was lost.
  if (prior?.state === end.state && prior.owner === request.owner) return { answer: undefined };
  if (!mayRecord(prior, request, end, at.now)) return { answer: recordRefusedBy(prior!, at.now) };
  const recorded = fields.recorded(request, startedAt, end, at.time);
  return { becomes: fields.withFields({ ...prior, ...keyOf(request) }, recorded), answer: undefined };
}

/** The claim of a step of which nothing was known before its result. */
export function recordedResult({ request, startedAt, endedAt, end }: RecordedResult): ClaimItem {
  const recorded = fields.withFields(keyOf(request), fields.recorded(request, startedAt, end, endedAt));
  return { ...recorded, revision: 1, changedAt: endedAt };
}

export function takeOver(
  prior: Prior,
  from: string | undefined,
  by: Pick<ClaimRequest, "owner" | "lease">,
): Turn<boolean> {
  if (prior && prior.owner === from && isInDoubt(prior))
    return { becomes: fields.withFields(prior, fields.takenOver(by)), answer: true };
  return { answer: prior?.owner === by.owner };
}

export function fail(
  prior: Prior,
  owner: string | undefined,
  failure: FailureRecord,
  inDoubt: boolean,
  { time }: Moment,
): Turn<boolean> {
  if (!prior || prior.owner !== owner) return { answer: false };
  if (isInDoubt(prior))
    return { becomes: fields.withFields(prior, fields.failedLate(failure, time)), answer: false };
  if (prior.state !== "running") return { answer: prior.state === "failed" };
  return { becomes: fields.withFields(prior, fields.failed(failure, inDoubt, time)), answer: true };
}

export function release(prior: Prior, owner: string): Turn<void> {
  if (prior?.owner !== owner || (prior.state !== "running" && !isInDoubt(prior)))
    return { answer: undefined };
  const released = prior.state === "sealed" ? fields.releasedLate() : fields.released();
  return { becomes: fields.withFields(prior, released), answer: undefined };
}

export function seal(prior: Prior): Turn<void> {
  if (!prior || !isSealable(prior)) return { answer: undefined };
  return { becomes: fields.withFields(prior, fields.sealed()), answer: undefined };
}

function keyOf({ key: { pk, sk } }: ClaimRequest) {
  return { pk, sk };
}
