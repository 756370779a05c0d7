import type { ApprovalItem } from "../../../lib/contract/table.ts";
import { enteredAt } from "../work/claim.ts";

/**
 * What becomes of a question, given the item as it stands: it is put in its place, gets the answer that is there, or
 * leaves all as it is. The one rule behind every implementation of `Approvals.open`.
 */
export function asked(
  prior: ApprovalItem | undefined,
  question: ApprovalItem,
): "put" | "answered already" | "nothing new" {
  if (!prior) return "put";
  // The same message again, one that was overtaken, or one of a run that is ending.
  if (question.fence <= prior.fence || prior.state === "closed") return "nothing new";
  return prior.state === "decided" && isSame(prior, question) ? "answered already" : "put";
}

/** The next level, and another try of the send, ask the same. A state that is entered anew asks anew. */
function isSame(prior: ApprovalItem, question: ApprovalItem): boolean {
  return question.level > prior.level || enteredAt(question.fence) === enteredAt(prior.fence);
}
