import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import type { ClaimRequest, Completion, RecordedEnd } from "../ports/claims.ts";
import { resultOf } from "./earlier.ts";

/**
 * The fields that a change of a claim sets and removes; one that is undefined stays as it is. The key, the
 * revision, the time of the change and the time to live are those of the item that contains the claim.
 */
export interface ClaimFields {
  set: Partial<ClaimItem>;
  remove?: (keyof ClaimItem)[];
}

/** Taken by a worker. `tookOver`: from one that died, so that the effect is in doubt. `time`, here and below, is ISO. */
export function claimed(
  { owner, lease, fence, about }: ClaimRequest,
  time: string,
  { tookOver = false } = {},
): ClaimFields {
  const doubt = tookOver ? time : undefined;
  return {
    set: { kind: "claim", ...about, state: "running", owner, lease, fence, startedAt: time, doubt },
    remove: ["failure", "endedAt"],
  };
}

export function completed({ result, emitted, undo }: Completion, time: string): ClaimFields {
  const published = emitted.length > 0 ? emitted : undefined;
  return {
    set: { state: "done", result, emitted: published, undo, endedAt: time },
    remove: ["doubt"],
  };
}

/** Completed after it was sealed. */
export function completedLate({ result, undo }: Omit<Completion, "emitted">, time: string): ClaimFields {
  return { set: { late: result, undo, endedAt: time } };
}

/** Completed with an effect of an earlier epoch, whose undo is this claim's from now on. */
export function reused(effect: ClaimItem, time: string): ClaimFields {
  const { undo, epoch: reusedFrom } = effect;
  return { set: { state: "done", result: resultOf(effect), undo, reusedFrom, endedAt: time } };
}

/** The end of an attempt that began at `startedAt` (ISO) without a claim. */
export function recorded(
  { owner, lease, fence, about }: ClaimRequest,
  startedAt: string,
  end: RecordedEnd,
  time: string,
): ClaimFields {
  return {
    set: { kind: "claim", ...about, ...end, owner, lease, fence, startedAt, endedAt: time },
    remove: end.state === "done" ? ["failure", "doubt"] : ["doubt"],
  };
}

/** Failed. `inDoubt`: the attempt may have completed the effect all the same. */
export function failed(failure: FailureRecord, inDoubt: boolean, time: string): ClaimFields {
  return { set: { state: "failed", failure, doubt: inDoubt ? time : undefined, endedAt: time } };
}

/** Failed after it was sealed in doubt: it is in doubt no longer, or a person is asked. */
export function failedLate(failure: FailureRecord, time: string): ClaimFields {
  const asked = failure.policy === "ask" || undefined;
  return { set: { failure, asked, endedAt: time }, remove: ["doubt"] };
}

/** Failed in another entry of its state. */
export function adopted(fence: number): ClaimFields {
  return { set: { fence } };
}

/** Held by another worker, which finds out the outcome. It stays sealed. */
export function takenOver({ owner, lease }: Pick<ClaimRequest, "owner" | "lease">): ClaimFields {
  return { set: { owner, lease } };
}

/** Free again for the same attempt. */
export function released(): ClaimFields {
  return { set: {}, remove: ["state", "owner", "lease"] };
}

/** Released after it was sealed, which it stays. */
export function releasedLate(): ClaimFields {
  return { set: {}, remove: ["owner", "lease"] };
}

export function sealed(): ClaimFields {
  return { set: { state: "sealed" } };
}

/** A claim with a change of its fields. */
export function withFields(prior: Partial<ClaimItem>, { set, remove = [] }: ClaimFields): ClaimItem {
  const claim: Record<string, unknown> = { ...prior };
  for (const name of remove) delete claim[name];
  const changes: Record<string, unknown> = set;
  for (const name in changes) if (changes[name] !== undefined) claim[name] = changes[name];
  return claim as unknown as ClaimItem;
}
