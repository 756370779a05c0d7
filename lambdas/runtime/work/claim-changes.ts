import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { ClaimOutcome, ClaimRefusal, ClaimRequest, Completion, RecordedEnd } from "../ports/claims.ts";
import {
  isInDoubt,
  isSealable,
  mayClaim,
  mayRecord,
  recordRefusedBy,
  refusedBy,
  takesOver,
} from "./claim.ts";
import { resultOf } from "./earlier.ts";

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

type Prior = ClaimItem | undefined;

/** The claim after a worker has taken it. */
export function taken(
  prior: Prior,
  { key, owner, lease, fence, about }: ClaimRequest,
  at: Moment,
): ClaimItem {
  const { failure: _, endedAt: __, ...kept } = prior ?? ({} as ClaimItem);
  return {
    ...kept,
    pk: key.pk,
    sk: key.sk,
    kind: "claim",
    ...about,
    state: "running",
    owner,
    lease,
    fence,
    startedAt: at.time,
  };
}

export function claim(prior: Prior, request: ClaimRequest, at: Moment): Turn<ClaimOutcome> {
  // The response to its own write was lost.
  if (prior?.state === "running" && prior.owner === request.owner) return { answer: { kind: "claimed" } };
  if (!mayClaim(prior, request, at.now)) return { answer: refusedBy(prior!, at.now) };
  const tookOver = prior !== undefined && takesOver(prior, request, at.now);
  return {
    becomes: { ...taken(prior, request, at), ...(tookOver && { doubt: at.time }) },
    answer: { kind: "claimed", ...(tookOver && { tookOver }) },
  };
}

export function complete(
  prior: Prior,
  owner: string,
  { result, emitted, undo }: Completion,
  { time }: Moment,
): Turn<"completed" | "late" | "lost"> {
  if (prior?.owner !== owner) return { answer: "lost" };
  switch (prior.state) {
    case "running": {
      const { doubt: _, ...certain } = prior;
      const said = { result, emitted: emitted.length > 0 ? emitted : undefined, undo };
      return { becomes: { ...certain, state: "done", ...said, endedAt: time }, answer: "completed" };
    }
    case "done":
      // The response to its own write was lost.
      return { answer: "completed" };
    case "sealed":
      return "late" in prior
        ? { answer: "late" }
        : { becomes: { ...prior, late: result, undo, endedAt: time }, answer: "late" };
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
  const { undo, epoch: reusedFrom } = effect;
  return {
    becomes: { ...prior, state: "done", result: resultOf(effect), undo, reusedFrom, endedAt: time },
    answer: "completed",
  };
}

export function adopt(prior: Prior, from: number, to: number): Turn<boolean> {
  const isFrom = prior?.state === "failed" && prior.fence === from;
  if (isFrom) return { becomes: { ...prior, fence: to }, answer: true };
  return { answer: prior?.fence === to };
}

export function record(
  prior: Prior,
  { key, owner, lease, fence, about }: ClaimRequest,
  startedAt: string,
  end: RecordedEnd,
  at: Moment,
): Turn<ClaimRefusal | undefined> {
  // The response to its own write was lost.
  if (prior?.state === end.state && prior.owner === owner) return { answer: undefined };
  if (!mayRecord(prior, { owner, fence }, end, at.now)) return { answer: recordRefusedBy(prior!, at.now) };
  const { failure: _, doubt: __, ...kept } = prior ?? ({} as ClaimItem);
  const item = { ...kept, pk: key.pk, sk: key.sk, kind: "claim" as const, ...about, ...end };
  return { becomes: { ...item, owner, lease, fence, startedAt, endedAt: at.time }, answer: undefined };
}

export function takeOver(
  prior: Prior,
  from: string | undefined,
  { owner, lease }: Pick<ClaimRequest, "owner" | "lease">,
): Turn<boolean> {
  if (prior && prior.owner === from && isInDoubt(prior))
    return { becomes: { ...prior, owner, lease }, answer: true };
  return { answer: prior?.owner === owner };
}

export function fail(
  prior: Prior,
  owner: string | undefined,
  failure: FailureRecord,
  inDoubt: boolean,
  { time }: Moment,
): Turn<boolean> {
  if (!prior || prior.owner !== owner) return { answer: false };
  if (isInDoubt(prior)) {
    const { doubt: _, ...certain } = prior;
    const asked = failure.policy === "ask" || undefined;
    return { becomes: { ...certain, failure, asked, endedAt: time }, answer: false };
  }
  if (prior.state !== "running") return { answer: prior.state === "failed" };
  const doubt = inDoubt ? { doubt: time } : {};
  return { becomes: { ...prior, state: "failed", failure, ...doubt, endedAt: time }, answer: true };
}

export function release(prior: Prior, owner: string): Turn<void> {
  if (prior?.owner !== owner || (prior.state !== "running" && !isInDoubt(prior)))
    return { answer: undefined };
  const { state, owner: _, lease: __, ...rest } = prior;
  return { becomes: (state === "sealed" ? { ...rest, state } : rest) as ClaimItem, answer: undefined };
}

export function seal(prior: Prior): Turn<void> {
  const becomes = prior && isSealable(prior) ? { becomes: { ...prior, state: "sealed" as const } } : {};
  return { ...becomes, answer: undefined };
}
