import { type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type {
  ApprovalItem,
  ClaimItem,
  DeferredItem,
  RunItem,
  WaiterItem,
} from "../../../lib/contract/table.ts";
import { eventFor, type Origin } from "./event-for.ts";
import { originOf } from "./run-events.ts";

// The events of changes that are only in the log. Such changes carry no mark: `PUBLISHED_CHANGES` says for which
// of them the relay is invoked.

export function loggedOfRun(before: RunItem | undefined, after: RunItem): Envelope[] {
  if (before?.revision === after.revision) return [];
  const { status, epoch, compensation } = after;
  const events: Envelope[] = [];
  const eventNamed = (name: Parameters<typeof eventFor>[0], fact: string, data = {}) =>
    void events.push(eventFor(name, after, originOf(after), data, fact));
  const entered = before?.status !== status || before.epoch !== epoch;
  // A run without an execution may be started as soon as it is accepted.
  const accepted = status === "accepted" || (status === "running" && after.revision === 1);
  if (entered && accepted) eventNamed("run.accepted", `epoch ${epoch}`, batchOf(after));
  if (entered && status === "closing") eventNamed("run.closing", `epoch ${epoch}`);
  const earlier = before?.compensation;
  const begun = before ? compensation?.round !== earlier?.round : status === "compensating";
  if (compensation && begun) eventNamed("run.compensating", `round ${compensation.round}`);
  if (compensation && earlier?.open && !compensation.open)
    eventNamed("run.compensated", `round ${compensation.round}`);
  return events;
}

/** The events of a batch. */
function batchOf({ events }: RunItem): Record<string, unknown> {
  return events ? { events: events.map(({ id }) => id) } : {};
}

export function loggedOfClaim(before: ClaimItem | undefined, after: ClaimItem): Envelope[] {
  if (before?.revision === after.revision) return [];
  const { step, direction, attempt, state } = after;
  const eventNamed = (name: Parameters<typeof eventFor>[0]) => [
    eventFor(name, after, after, { step, direction, attempt }),
  ];
  // Each successful claim has a nonce of its own, also after taking over from a worker that died.
  if (state === "running" && (before?.state !== state || before.owner !== after.owner))
    return eventNamed("step.started");
  // Once per claim, however it changes later.
  if (state === "sealed" && before?.state !== state && !("late" in after))
    return [eventFor("step.sealed", after, after, { step, direction, attempt }, "sealed")];
  return state === undefined && before?.state !== undefined ? eventNamed("step.released") : [];
}

export function loggedOfApproval(before: ApprovalItem | undefined, after: ApprovalItem): Envelope[] {
  if (after.state !== "closed" || before?.state === "closed") return [];
  const { approval, level } = after;
  return [eventFor("approval.closed", after, after, { approval, level })];
}

/** A message that is deferred again is another item that replaces the first, with the same revision. */
export function loggedOfDeferred(before: DeferredItem | undefined, after: DeferredItem): Envelope[] {
  if (before?.owner === after.owner && before.deferredAt === after.deferredAt) return [];
  // An approval or a call has not begun, which the pause already implies.
  if (!isEffect(after)) return [];
  const { step, reason, dueAt, owner, deferredAt } = after;
  return [
    eventFor("step.deferred", after, causeOf(after), { step, reason, dueAt }, `${deferredAt} ${owner}`),
  ];
}

/** Of a step or a reaction. */
function isEffect({ message }: DeferredItem): boolean {
  return !("approval" in message || "payload" in message);
}

function causeOf({ run, message }: DeferredItem): Origin {
  if ("run" in message) {
    const { correlation, hops, traceparent, event: cause } = message.run;
    return { run, correlation, hops, traceparent, cause };
  }
  const { id: cause, correlation, hops, traceparent } = readEnvelope(message);
  return { run, correlation, hops, traceparent, cause };
}

/** A wait for an event that cancels the run is not a state of the run. */
export function loggedOfWaiter(before: WaiterItem | undefined, after: WaiterItem): Envelope[] {
  const { state, purpose, event, key, taken, fence } = after;
  if (before?.revision === after.revision || purpose === "cancel-on") return [];
  if (state === "waiting" && (before?.state !== state || before.fence !== fence))
    return [eventFor("wait.started", after, after, { purpose, event, key })];
  if (state !== "delivered" || before?.state === state) return [];
  return [eventFor("wait.matched", after, after, { purpose, event, key, taken })];
}
