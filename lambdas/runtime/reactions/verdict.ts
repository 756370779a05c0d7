import type { FailureRecord } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";

/** What follows for a delivery from what became of its event before. */
export type Verdict =
  /** To be tried, as the `attempt`th of this round. */
  | { kind: "try"; attempt: number; fence: number }
  | { kind: "duplicate" }
  /** An event of the same identity, but with another payload, came before. */
  | { kind: "contradiction"; earlier: string }
  /** Given up: whoever delivered it does not know yet. */
  | { kind: "given up"; failure: FailureRecord }
  /** The next try is due at `at` (epoch milliseconds). */
  | { kind: "later"; at: number };

/**
 * Judges a delivery. The fence counts all tries of an event; a round of them ends with success, or with a failure that
 * says nothing of a next try. What is sent to the queue after that, out of the dead-letter queue, begins another round;
 * what was sent before has only not heard of it.
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
      // Under way, or given back untouched: the same try, if it may be taken at all.
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
