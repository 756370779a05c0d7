import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { ClaimItem, HandledEvent } from "../../../lib/contract/table.ts";
import { tell } from "./tell.ts";

/** What a change of a reaction's claim tells. */
export function eventsOfReaction(
  before: ClaimItem | undefined,
  after: ClaimItem,
  handled: HandledEvent,
): Envelope[] {
  const { state, run, step, attempt, failure, emitted = [] } = after;
  if (before?.state === state) return [];
  const { id, name, source } = handled;
  const about = { reaction: step, handling: run, event: { id, name, source }, attempt };
  if (state === "done") return [tell("reaction.completed", after, after, about), ...emitted];
  if (state !== "failed" || !failure) return [];
  // A failure after which nothing is tried any more is the final one.
  const final = failure.after === undefined;
  const failed = tell("reaction.failed", after, after, { ...about, failure, final });
  if (failure.reaction !== "ask") return [failed];
  const { message } = failure;
  return [failed, tell("escalation.raised", after, after, { ...about, why: "ask", message })];
}
