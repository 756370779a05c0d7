import { type Envelope, readEnvelope } from "../../../lib/contract/envelope.ts";
import type {
  ApprovalItem,
  ClaimItem,
  ParkedItem,
  RunItem,
  TableItem,
  WaiterItem,
} from "../../../lib/contract/table.ts";
import { originOf } from "./run-events.ts";
import { type Origin, tell } from "./tell.ts";

/**
 * What a change tells that is too small for an event on the bus. Such changes carry no mark: `TELLING_CHANGES` says by
 * what the relay is woken for them.
 */
export function loggedOf(before: TableItem | undefined, after: TableItem | undefined): Envelope[] {
  switch (after?.kind) {
    case "run":
      return ofRun(before as RunItem | undefined, after);
    case "claim":
      return ofClaim(before as ClaimItem | undefined, after);
    case "approval":
      return ofApproval(before as ApprovalItem | undefined, after);
    case "parked":
      return ofParked(before as ParkedItem | undefined, after);
    case "waiter":
      return ofWaiter(before as WaiterItem | undefined, after);
    default:
      return [];
  }
}

function ofRun(before: RunItem | undefined, after: RunItem): Envelope[] {
  if (before?.revision === after.revision) return [];
  const { status, epoch, compensation } = after;
  const told: Envelope[] = [];
  const say = (name: Parameters<typeof tell>[0], fact: string) =>
    void told.push(tell(name, after, originOf(after), {}, fact));
  const entered = before?.status !== status || before.epoch !== epoch;
  if (entered && status === "accepted") say("run.accepted", `epoch ${epoch}`);
  if (entered && status === "closing") say("run.closing", `epoch ${epoch}`);
  const earlier = before?.compensation;
  const begun = before ? compensation?.round !== earlier?.round : status === "compensating";
  if (compensation && begun) say("run.compensating", `round ${compensation.round}`);
  if (compensation && earlier?.open && !compensation.open)
    say("run.compensated", `round ${compensation.round}`);
  return told;
}

function ofClaim(before: ClaimItem | undefined, after: ClaimItem): Envelope[] {
  if (before?.revision === after.revision) return [];
  const { step, direction, attempt, state } = after;
  const say = (name: Parameters<typeof tell>[0]) => [tell(name, after, after, { step, direction, attempt })];
  // Each claim that succeeds has a nonce of its own, also where it takes over from one that died.
  if (state === "running" && (before?.state !== state || before.owner !== after.owner))
    return say("step.started");
  // Once for a claim, however it changes after.
  if (state === "sealed" && before?.state !== state && !("late" in after))
    return [tell("step.sealed", after, after, { step, direction, attempt }, "sealed")];
  return state === undefined && before?.state !== undefined ? say("step.released") : [];
}

function ofApproval(before: ApprovalItem | undefined, after: ApprovalItem): Envelope[] {
  if (after.state !== "closed" || before?.state === "closed") return [];
  const { approval, level } = after;
  return [tell("approval.closed", after, after, { approval, level })];
}

/** A message that is parked anew is another item in the place of the first, of the same revision. */
function ofParked(before: ParkedItem | undefined, after: ParkedItem): Envelope[] {
  if (before?.owner === after.owner && before.parkedAt === after.parkedAt) return [];
  // A question or a call has not begun, which says nothing that the pause does not say.
  if (!isEffect(after)) return [];
  const { step, reason, dueAt, owner, parkedAt } = after;
  return [tell("step.parked", after, causeOf(after), { step, reason, dueAt }, `${parkedAt} ${owner}`)];
}

/** Of a step or a reaction. */
function isEffect({ message }: ParkedItem): boolean {
  return !("approval" in message || "payload" in message);
}

function causeOf({ run, message }: ParkedItem): Origin {
  if ("run" in message) {
    const { correlation, hops, traceparent, event: cause } = message.run;
    return { run, correlation, hops, traceparent, cause };
  }
  const { id: cause, correlation, hops, traceparent } = readEnvelope(message);
  return { run, correlation, hops, traceparent, cause };
}

/** A wait for what ends the run is no place where the run stands. */
function ofWaiter(before: WaiterItem | undefined, after: WaiterItem): Envelope[] {
  const { state, purpose, event, key, taken, fence } = after;
  if (before?.revision === after.revision || purpose === "cancel-on") return [];
  if (state === "waiting" && (before?.state !== state || before.fence !== fence))
    return [tell("wait.begun", after, after, { purpose, event, key })];
  if (state !== "delivered" || before?.state === state) return [];
  return [tell("wait.met", after, after, { purpose, event, key, taken })];
}
