import type { ApprovalItem } from "../../../lib/contract/table.ts";
import { enteredAt } from "../work/claim.ts";

/**
 * What becomes of a question, given its item: it is put in the item's place, gets the answer that is there, waits for the
 * answer to what is asked already (`over`), or changes nothing. The one rule behind every implementation of `Approvals.open`.
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

/** The next level, and another try of the send, ask the same. A state that is entered again asks again. */
function isSame(prior: ApprovalItem, question: ApprovalItem): boolean {
  return question.level > prior.level || enteredAt(question.fence) === enteredAt(prior.fence);
}
