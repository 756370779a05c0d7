import type { Envelope } from "../../../lib/contract/envelope.ts";
import type { Delegation, Vote } from "../../../lib/contract/quorum.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";
import { eventFor } from "./event-for.ts";

/** The events of a change of an approval. */
export function eventsOfApproval(before: ApprovalItem | undefined, item: ApprovalItem): Envelope[] {
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
