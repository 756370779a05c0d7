import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type {
  ClaimItem,
  DeadLetterItem,
  HandledEvent,
  ParkedItem,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import { type DeliveryMark, deliveryOf } from "./mark.ts";

/** What a change of the table says of the delivery that led to it; undefined where it says nothing of one. */
export function markOf(
  before: TableItem | undefined,
  after: TableItem | undefined,
): DeliveryMark | undefined {
  switch (after?.kind) {
    case "run":
      return ofRun(before as RunItem | undefined, after);
    case "claim":
      return after.handled && ofReaction(before as ClaimItem | undefined, after, after.handled);
    case "parked":
      return ofParked(after);
    case "quarantine":
      return ofQuarantine(before as QuarantineItem | undefined, after);
    case "dead-letter":
      return ofDeadLetter(before as DeadLetterItem | undefined, after);
    default:
      return undefined;
  }
}

/** It is done once its run begins, or has ended without: skipped, superseded or terminated. */
function ofRun(before: RunItem | undefined, after: RunItem): DeliveryMark | undefined {
  const { run, workflow, event, status, acceptedAt, changedAt } = after;
  // Nobody has published an event for a run that an order or another run began.
  const asked = event.source === MILLRACE_SOURCE;
  if (asked || status === "accepted" || (before && before.status !== "accepted")) return undefined;
  return {
    ...deliveryOf(event, workflow),
    ...{ run, state: "done", at: acceptedAt, receivedAt: acceptedAt, settledAt: changedAt },
  };
}

function ofReaction(
  before: ClaimItem | undefined,
  after: ClaimItem,
  handled: HandledEvent,
): DeliveryMark | undefined {
  const { step, run, correlation, state, startedAt, endedAt, attempt, failure } = after;
  if (!endedAt || (state !== "done" && state !== "failed")) return undefined;
  if (before?.state === state && before.endedAt === endedAt) return undefined;
  const about = {
    ...deliveryOf({ ...handled, correlation }, step),
    ...{ run, at: endedAt, receivedAt: startedAt, attempts: attempt },
  };
  if (state === "done") return { ...about, state, settledAt: endedAt };
  const why = failure && `${failure.name}: ${failure.message}`;
  // A failure after which nothing is tried any more is the final one.
  return failure?.after === undefined
    ? { ...about, state, settledAt: endedAt, why }
    : { ...about, state: "received", why };
}

/** A reaction that is paused, or waits for its downstream. A step's message is no delivery of an event. */
function ofParked({ event, step, run, reason, parkedAt }: ParkedItem): DeliveryMark | undefined {
  return (
    event && {
      ...deliveryOf(event, step),
      ...{ run, state: "received", at: parkedAt, receivedAt: parkedAt, why: reason },
    }
  );
}

function ofQuarantine(
  before: QuarantineItem | undefined,
  { event, subscriber, quarantinedAt, reason, findings, settled }: QuarantineItem,
): DeliveryMark | undefined {
  if (!event || event.source === MILLRACE_SOURCE) return undefined;
  if (before && before.settled?.at === settled?.at) return undefined;
  const about = {
    ...deliveryOf(event, subscriber),
    ...{ state: "quarantined" as const, receivedAt: quarantinedAt },
  };
  if (!settled) {
    const why = `${reason}: ${findings[0]?.message ?? ""}`;
    return { ...about, at: quarantinedAt, settledAt: quarantinedAt, why };
  }
  const why = `${reason}; ${settled.as} by ${settled.by}: ${settled.why}`;
  return { ...about, at: settled.at, settledAt: settled.at, why, closed: true };
}

/** The subscriber's queue has given it up. Sent there again, it is marked by what becomes of it then. */
function ofDeadLetter(
  before: DeadLetterItem | undefined,
  { event, subscriber, diedAt, receives, reason, settled }: DeadLetterItem,
): DeliveryMark | undefined {
  if (!event || event.source === MILLRACE_SOURCE) return undefined;
  if (before && before.settled?.at === settled?.at) return undefined;
  const about = { ...deliveryOf(event, subscriber), state: "dead" as const, attempts: receives };
  if (!settled) return { ...about, at: diedAt, settledAt: diedAt, why: reason };
  const why = `${reason} It was ${settled.as} by ${settled.by}: ${settled.why}`;
  return { ...about, at: settled.at, settledAt: settled.at, why, closed: true };
}
