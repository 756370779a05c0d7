import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

/** What a delivery has to do, given the earlier outcome of its event. */
export type Verdict =
  /** To be attempted, as number `attempt` of this round. */
  | { kind: "try"; attempt: number; fence: number }
  | { kind: "duplicate" }
  /** An earlier event had the same identity, but another payload. */
  | { kind: "contradiction"; earlier: string }
  /** Given up: the delivery has not been answered yet. */
  | { kind: "given up"; failure: FailureRecord }
  /** The next attempt is due at `at` (epoch milliseconds). */
  | { kind: "later"; at: number };

/**
 * Decides about a delivery. The fence counts all attempts of an event; a round of them ends with success, or
 * with a final failure. A message that was sent after that (redriven) begins another round; one that was sent
 * before is answered with the final failure.
 */
export function judge(
  claim: ClaimItem | undefined,
  { payload, sent }: { payload: string; sent: number },
  now: number,
): Verdict {
  if (!claim) return { kind: "try", attempt: 1, fence: 1 };
  const { state, attempt, fence, handled } = claim;
  if (handled && handled.payload !== payload) return { kind: "contradiction", earlier: handled.id };
  switch (state) {
    case "done":
    case "sealed":
      return { kind: "duplicate" };
    case "failed":
      return judgeFailed(claim, sent, now);
    default:
      // Running, or released unchanged: the same attempt, if it may be claimed.
      return { kind: "try", attempt, fence };
  }
}

function judgeFailed({ attempt, fence, failure, endedAt }: ClaimItem, sent: number, now: number): Verdict {
  const ended = Date.parse(endedAt!);
  const { after } = failure!;
  if (after === undefined) {
    return sent > ended
      ? { kind: "try", attempt: 1, fence: fence + 1 }
      : { kind: "given up", failure: failure! };
  }
  const due = ended + after;
  return due > now ? { kind: "later", at: due } : { kind: "try", attempt: attempt + 1, fence: fence + 1 };
}
