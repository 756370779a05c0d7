import type { LoggedQuestion } from "./log/logged-state.ts";
import type { ApprovalItem } from "./table.ts";

/** What the log and the API say of an approval; what the person sees is added by each. */
export function questionFields(item: ApprovalItem): Omit<LoggedQuestion, "kind" | "show"> {
  const { approval, state, level, why, askedAt, until, otherwise, decision, decidedAt } = item;
  const { quorum, notBy, votes, delegations } = item;
  return {
    approval,
    state,
    level,
    why,
    askedAt,
    until,
    otherwise,
    decision,
    decidedAt,
    quorum,
    notBy,
    votes,
    delegations,
  };
}
