import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { Delegation, Vote } from "../../../lib/contract/quorum.ts";
import type {
  ApprovalItem,
  ClaimItem,
  CommandItem,
  DeadLetterItem,
  DeliveryItem,
  LimitLaneItem,
  QuarantineItem,
  ReplayItem,
  RunItem,
  TableItem,
} from "../../../lib/contract/table.ts";
import { eventsOfBreaker } from "./breaker-events.ts";
import { eventsOfClaim } from "./claim-events.ts";
import { eventsOfDeadLetter } from "./dead-letter-events.ts";
import { eventsOfDelivery } from "./delivery-events.ts";
import { eventFor } from "./event-for.ts";
import { eventsOfLane } from "./limit-events.ts";
import { eventsOfRace } from "./race-events.ts";
import { eventsOfReplay } from "./replay-events.ts";
import { eventsOfRun } from "./run-events.ts";
import { eventsOfAwaited, eventsOfWaiter } from "./wait-events.ts";

/**
 * The events of a change of the table. Only state is written; everything on the bus is derived from it, with
 * derived ids. So state and event cannot disagree, and publishing twice adds nothing.
 */
export function eventsOf(before: TableItem | undefined, after: TableItem | undefined): Envelope[] {
  if (!after || before?.revision === after.revision) return [];
  switch (after.kind) {
    case "run":
      return eventsOfRun(before as RunItem | undefined, after);
    case "claim":
      return eventsOfClaim(before as ClaimItem | undefined, after);
    case "approval":
      return ofApproval(before as ApprovalItem | undefined, after);
    case "quarantine":
      return ofQuarantine(after);
    case "command":
      return ofCommand(after);
    case "waiter":
      return eventsOfWaiter(after);
    case "breaker":
      return eventsOfBreaker(after);
    case "awaited-event":
      return eventsOfAwaited(after);
    case "dead-letter":
      return eventsOfDeadLetter(before as DeadLetterItem | undefined, after);
    case "delivery":
      return eventsOfDelivery(before as DeliveryItem | undefined, after);
    case "limit-lane":
      return eventsOfLane(before as LimitLaneItem | undefined, after);
    case "race":
      return eventsOfRace(after);
    case "replay":
      return eventsOfReplay(before as ReplayItem | undefined, after);
    default:
      return [];
  }
}

function ofApproval(before: ApprovalItem | undefined, item: ApprovalItem): Envelope[] {
  const { run, workflow, epoch, approval, path, level, why, show, decision } = item;
  const about = { run, workflow, epoch, approval, path, level };
  if (item.state === "decided") return [eventFor("approval.decided", item, item, { ...about, decision })];
  if (item.state === "closed") return [];
  const [part, fact] = newestPart(before, item) ?? [];
  if (part)
    return [
      eventFor(
        "by" in part ? "approval.voted" : "approval.delegated",
        item,
        item,
        { ...about, ...part },
        fact,
      ),
    ];
  const reason = level === 1 ? why : "timeout";
  return reason === undefined
    ? [eventFor("approval.requested", item, item, { ...about, show })]
    : [eventFor("escalation.raised", item, item, { ...about, why: reason, show })];
}

/**
 * The vote or the delegation that a change of a pending approval wrote, and the fact that identifies it. Undefined if the change
 * opened the approval. If the prior item is not known, it is the newest.
 */
function newestPart(
  before: ApprovalItem | undefined,
  { votes = [], delegations = [], askedAt, fence }: ApprovalItem,
): [Vote | Delegation, string] | undefined {
  if (before && before.fence !== fence) return undefined;
  const cast = votes.slice(before?.votes?.length ?? 0);
  const named = delegations.slice(before?.delegations?.length ?? 0);
  const parts: [Vote | Delegation, string][] = [
    ...named.map((one): [Delegation, string] => [one, `delegation ${one.from}`]),
    ...cast.map((vote): [Vote, string] => [vote, `vote ${vote.by}`]),
  ];
  const newest = parts.toSorted(([one], [other]) => (one.at < other.at ? -1 : 1)).at(-1);
  return newest && (before || newest[0].at > askedAt) ? newest : undefined;
}

function ofCommand(item: CommandItem): Envelope[] {
  const { request } = item;
  if (!request) return [];
  const origin = { run: request.run, correlation: request.run, cause: request.run, hops: 0 };
  return [eventFor("run.requested", item, origin, { ...request })];
}

function ofQuarantine(item: QuarantineItem): Envelope[] {
  const origin = { run: undefined, correlation: item.id, cause: item.id, hops: 0 };
  const { id, subscriber, reason, findings, name, source } = item;
  const about = { quarantine: id, subscriber, reason, findings, event: name, source };
  if (item.resolved) {
    const { as, by, why } = item.resolved;
    const events = eventFor(`event.${as}`, item, origin, { ...about, by, why });
    return item.released ? [events, item.released] : [events];
  }
  const quarantined = eventFor("event.quarantined", item, origin, about);
  return reason === "contradiction"
    ? [quarantined, eventFor("escalation.raised", item, origin, { ...about, why: reason })]
    : [quarantined];
}
