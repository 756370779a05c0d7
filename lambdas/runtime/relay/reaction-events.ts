import type { Envelope } from "../../../lib/contract/envelope.ts";
import { withoutStack } from "../../../lib/contract/failure.ts";
import type { ClaimItem, HandledEvent } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";
import { mayEmit } from "./may-emit.ts";

/** The events of a change of a reaction's claim. */
export function eventsOfReaction(
  before: ClaimItem | undefined,
  after: ClaimItem,
  handled: HandledEvent,
): Envelope[] {
  const { state, run, step, attempt, failure, emitted = [] } = after;
  if (before?.state === state) return [];
  const { id, name, source } = handled;
  const about = { reaction: step, handling: run, event: { id, name, source }, attempt };
  if (state === "done")
    return [eventFor("reaction.completed", after, after, about), ...emitted.filter(mayEmit)];
  if (state !== "failed" || !failure) return [];
  // A failure without a further attempt is final.
  const final = failure.after === undefined;
  const failed = eventFor("reaction.failed", after, after, {
    ...about,
    failure: withoutStack(failure),
    final,
  });
  if (failure.policy !== "ask") return [failed];
  const { message } = failure;
  return [failed, eventFor("escalation.raised", after, after, { ...about, why: "ask", message })];
}
