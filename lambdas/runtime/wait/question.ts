import { enteredAt } from "../../../lib/contract/fence.ts";
import type { ApprovalItem } from "../../../lib/contract/table.ts";

/**
 * What happens to an approval request, given its item: it replaces the item, gets the existing decision,
 * waits for the decision of the existing approval (`over`), or changes nothing. Every implementation of
 * `Approvals.open` follows this rule.
 */
export function asked(
  prior: ApprovalItem | undefined,
  question: ApprovalItem,
  over = false,
): "put" | "answered already" | "taken over" | "nothing new" {
  if (!prior) return "put";
  // The same message again, one that was overtaken, or one of a run that is ending.
  if (question.fence <= prior.fence || prior.state === "closed") return "nothing new";
  if (prior.state === "decided" && (over || isSame(prior, question))) return "answered already";
  return over && prior.state === "pending" ? "taken over" : "put";
}

/** What an approval keeps at the next level or when it is sent again: votes and delegations. */
export function carried(
  prior: ApprovalItem | undefined,
  question: ApprovalItem,
): Pick<ApprovalItem, "votes" | "delegations"> {
  if (!prior || !isSame(prior, question)) return {};
  const { votes, delegations } = prior;
  return { votes, delegations };
}

/**
 * The next level, and a repeated send, are the same approval. A state that is entered again opens a new one.
 */
function isSame(prior: ApprovalItem, question: ApprovalItem): boolean {
  return question.level > prior.level || enteredAt(question.fence) === enteredAt(prior.fence);
}
