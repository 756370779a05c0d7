import type { Envelope } from "../../../lib/contract/envelope.ts";
import { withoutStack } from "../../../lib/contract/failure.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";
import { mayEmit } from "./may-emit.ts";
import { eventsOfReaction } from "./reaction-events.ts";

/**
 * The events of a change of a claim. If the prior item is unknown, everything that still holds is published
 * again.
 */
export function eventsOfClaim(before: ClaimItem | undefined, after: ClaimItem): Envelope[] {
  if (after.handled) return eventsOfReaction(before, after, after.handled);
  const { run, workflow, epoch, step, path, attempt, givenUp } = after;
  const about = { run, workflow, epoch, step, path, attempt };
  const events = before?.state === after.state ? [] : eventsOfState(after, about);
  if ("late" in after && !(before && "late" in before))
    events.push(eventFor("step.late", after, after, about));
  if (after.asked && !before?.asked) events.push(asks(after, about, "in doubt"));
  if (givenUp && !before?.givenUp) {
    const message = `${givenUp.error}: ${givenUp.cause}`;
    events.push(
      eventFor("escalation.raised", after, after, { ...about, why: "undo failed", message }, "given up"),
    );
  }
  return events;
}

function eventsOfState(claim: ClaimItem, about: Record<string, unknown>): Envelope[] {
  const { state, direction, emitted = [], failure } = claim;
  if (state === "done") {
    const name = direction === "undo" ? "step.undone" : "step.completed";
    return [eventFor(name, claim, claim, about), ...emitted.filter(mayEmit)];
  }
  if (state !== "failed") return [];
  const fact = factOfFailure(claim);
  const data = { ...about, direction, failure: failure && withoutStack(failure) };
  const failed = eventFor("step.failed", claim, claim, data, fact);
  return failure?.policy === "ask" ? [failed, asks(claim, about, fact)] : [failed];
}

/** The claim changes after it: an execution adopts the failure, or an undo that has failed is given up. */
function factOfFailure({ attempt, endedAt }: ClaimItem): string {
  return `failed ${attempt} ${endedAt}`;
}

function asks(claim: ClaimItem, about: Record<string, unknown>, fact: string): Envelope {
  const { name: error, message } = claim.failure!;
  return eventFor("escalation.raised", claim, claim, { ...about, why: "ask", error, message }, fact);
}
