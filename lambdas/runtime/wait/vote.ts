import type { ApprovalDecision } from "../../../lib/contract/messages/approval-message.ts";
import { type Delegation, isPerson, type Quorum, type Vote } from "../../../lib/contract/quorum.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";

/** What a person does about a question, given its item: what changes, or why it is refused. */
export type Counted =
  | { kind: "counted"; set: Partial<ApprovalItem> }
  /** The same person has said the same before. */
  | { kind: "counted before" }
  | { kind: "refused"; why: string };

const FIRST_ANSWER: Quorum = { approvals: 1, rejections: 1 };

/** Counts a person's answer. `now` is an ISO time. The rule behind every implementation of `Approvals.decide`. */
export function vote(item: ApprovalItem, answer: ApprovalDecision, now: string): Counted {
  const { quorum = FIRST_ANSWER, votes = [], delegations = [] } = item;
  const { approved, decidedBy: by, note } = answer;
  const refused = refusal(item, by, now);
  if (refused !== undefined) return { kind: "refused", why: refused };
  const before = votes.find((one) => one.by === by);
  if (before?.approved === approved) return { kind: "counted before" };
  if (before)
    return {
      kind: "refused",
      why: `${by} has ${before.approved ? "approved" : "rejected"} before. A vote cannot be changed.`,
    };
  const delegated = delegations.find(({ to }) => isPerson(by, to))?.from;
  const seat = delegated ?? by;
  const taken = votes.find((one) => (one.instead ?? one.by) === seat);
  if (taken)
    return {
      kind: "refused",
      why: `${taken.by} has decided in the place of ${seat}. One person counts once.`,
    };
  const cast: Vote = { by, approved, note, at: now, ...(delegated !== undefined && { instead: delegated }) };
  const all = [...votes, cast];
  const reached = all.filter((one) => one.approved === approved).length;
  const needed = approved ? quorum.approvals : quorum.rejections;
  if (reached < needed) return { kind: "counted", set: { votes: all } };
  const decision = item.quorum ? decisionOf(all, approved) : answer;
  return {
    kind: "counted",
    set: { ...(item.quorum && { votes: all }), state: "decided", decision, decidedAt: now },
  };
}

/** Names another who may decide in the place of a person. */
export function delegate(
  item: ApprovalItem,
  { from, to, note }: Omit<Delegation, "at">,
  now: string,
): Counted {
  const refused = refusal(item, from, now);
  if (refused !== undefined) return { kind: "refused", why: refused };
  const { delegations = [] } = item;
  const before = delegations.find((one) => one.from === from);
  if (before?.to === to) return { kind: "counted before" };
  const why = delegationRefusal(item, from, to, before);
  if (why !== undefined) return { kind: "refused", why };
  return { kind: "counted", set: { delegations: [...delegations, { from, to, note, at: now }] } };
}

function delegationRefusal(
  { votes = [], delegations = [], notBy = [] }: ApprovalItem,
  from: string,
  to: string,
  before: Delegation | undefined,
): string | undefined {
  if (before) return `${from} has delegated the decision to ${before.to} before.`;
  if (to === from) return `${from} cannot delegate the decision to the same person.`;
  if (notBy.some((person) => isPerson(to, person))) return `${to} may not decide: the request is their own.`;
  if (votes.some(({ by }) => by === from)) return `${from} has decided before.`;
  if (votes.some(({ by }) => isPerson(by, to))) return `${to} has decided before.`;
  if (delegations.some((one) => isPerson(from, one.to) || one.from === to || one.to === to))
    return "A delegated decision cannot be delegated further, and a person can decide for one other at most.";
  return undefined;
}

/** Whether someone has named this person. */
export function isDelegate({ delegations = [] }: Pick<ApprovalItem, "delegations">, person: string): boolean {
  return delegations.some(({ to }) => isPerson(person, to));
}

function refusal(
  { state, until, notBy = [] }: ApprovalItem,
  person: string,
  now: string,
): string | undefined {
  if (state !== "pending" || (until !== undefined && until <= now))
    return "The question is closed: it was decided, it timed out, or its run ended.";
  return notBy.some((one) => isPerson(person, one))
    ? `${person} may not decide: the request is their own. Another person has to.`
    : undefined;
}

/** What the workflow reads: everyone who voted that way, and their notes. */
function decisionOf(votes: readonly Vote[], approved: boolean): ApprovalDecision {
  const own = votes.filter((one) => one.approved === approved);
  const notes = own.flatMap(({ by, note }) => (note === undefined ? [] : [`${by}: ${note}`]));
  return {
    approved,
    decidedBy: own.map(({ by }) => by).join(", "),
    ...(notes.length > 0 && { note: notes.join("; ") }),
  };
}
