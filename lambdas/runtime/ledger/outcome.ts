import { MILLRACE_SOURCE } from "../../../lib/contract/reserved.ts";
import type {
  ClaimItem,
  DeadLetterItem,
  DeferredItem,
  HandledEvent,
  QuarantineItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import { type DeliveryReceipt, deliveryOf } from "./receipt.ts";

/** What a change of the table says about the deliveries that caused it: several if a batch started a run. */
export function receiptsOf(before: TableItem | undefined, after: TableItem | undefined): DeliveryReceipt[] {
  if (after?.kind === "run") return ofRun(before as RunItem | undefined, after);
  const receipt = receiptOf(before, after);
  return receipt ? [receipt] : [];
}

function receiptOf(before: TableItem | undefined, after: TableItem | undefined): DeliveryReceipt | undefined {
  switch (after?.kind) {
    case "claim":
      return after.handled && ofReaction(before as ClaimItem | undefined, after, after.handled);
    case "deferred":
      return ofDeferred(after);
    case "quarantine":
      return ofQuarantine(before as QuarantineItem | undefined, after);
    case "dead-letter":
      return ofDeadLetter(before as DeadLetterItem | undefined, after);
    default:
      return undefined;
  }
}

/** It is done when its run begins, or ends without beginning: skipped, superseded or terminated. */
function ofRun(before: RunItem | undefined, after: RunItem): DeliveryReceipt[] {
  const { run, workflow, event, events = [event], status, acceptedAt, changedAt } = after;
  if (status === "accepted" || (before && before.status !== "accepted")) return [];
  // No event was published for a run that a command or another run started.
  const published = events.filter(({ source }) => source !== MILLRACE_SOURCE);
  return published.map((one) => ({
    ...deliveryOf(one, workflow),
    run,
    state: "done",
    at: acceptedAt,
    receivedAt: acceptedAt,
    concludedAt: changedAt,
  }));
}

function ofReaction(
  before: ClaimItem | undefined,
  after: ClaimItem,
  handled: HandledEvent,
): DeliveryReceipt | undefined {
  const { step, run, correlation, state, startedAt, endedAt, attempt, failure } = after;
  if (!endedAt || (state !== "done" && state !== "failed")) return undefined;
  if (before?.state === state && before.endedAt === endedAt) return undefined;
  const about = {
    ...deliveryOf({ ...handled, correlation }, step),
    run,
    at: endedAt,
    receivedAt: startedAt,
    attempts: attempt,
  };
  if (state === "done") return { ...about, state, concludedAt: endedAt };
  const why = failure && `${failure.name}: ${failure.message}`;
  // A failure without a further attempt is final.
  return failure?.after === undefined
    ? { ...about, state, concludedAt: endedAt, why }
    : { ...about, state: "received", why };
}

/** A reaction that is paused, or waits for its downstream. A step's message is not a delivery of an event. */
function ofDeferred({ event, step, run, reason, deferredAt }: DeferredItem): DeliveryReceipt | undefined {
  return (
    event && {
      ...deliveryOf(event, step),
      run,
      state: "received",
      at: deferredAt,
      receivedAt: deferredAt,
      why: reason,
    }
  );
}

function ofQuarantine(
  before: QuarantineItem | undefined,
  { event, subscriber, quarantinedAt, reason, findings, resolved }: QuarantineItem,
): DeliveryReceipt | undefined {
  if (!event || event.source === MILLRACE_SOURCE) return undefined;
  if (before && before.resolved?.at === resolved?.at) return undefined;
  const about = {
    ...deliveryOf(event, subscriber),
    state: "quarantined" as const,
    receivedAt: quarantinedAt,
  };
  if (!resolved) {
    const why = `${reason}: ${findings[0]?.message ?? ""}`;
    return { ...about, at: quarantinedAt, concludedAt: quarantinedAt, why };
  }
  const why = `${reason}; ${resolved.as} by ${resolved.by}: ${resolved.why}`;
  return { ...about, at: resolved.at, concludedAt: resolved.at, why, closed: true };
}

/** The subscriber's queue has given it up. After a redrive, the next outcome is recorded. */
function ofDeadLetter(
  before: DeadLetterItem | undefined,
  { event, subscriber, diedAt, receives, reason, resolved }: DeadLetterItem,
): DeliveryReceipt | undefined {
  if (!event || event.source === MILLRACE_SOURCE) return undefined;
  if (before && before.resolved?.at === resolved?.at) return undefined;
  const about = { ...deliveryOf(event, subscriber), state: "dead" as const, attempts: receives };
  if (!resolved) return { ...about, at: diedAt, concludedAt: diedAt, why: reason };
  const why = `${reason} It was ${resolved.as} by ${resolved.by}: ${resolved.why}`;
  return { ...about, at: resolved.at, concludedAt: resolved.at, why, closed: true };
}
