import { reviewByPrecedent, reviewByWording } from "./contracts/compare.ts";
import { readClauses } from "./contracts/read.ts";
import { reviewByRules } from "./contracts/review.ts";
import { planSimply, planWithGuides } from "./onboarding/plan.ts";
import { checkRisk } from "./onboarding/risk.ts";
import { checkArticle } from "./tickets/check.ts";
import { sortTicketByCases } from "./tickets/recall.ts";
import { searchKnowledgeBase } from "./tickets/search.ts";
import { sortTicketByWords } from "./tickets/sort.ts";
import { rateTicket } from "./tickets/urgency.ts";
import type { TakeTurn } from "./turn.ts";

/**
 * The agents' functions by name, for rehearsals. Deployed, each is a function of its own, independent of the
 * others.
 */
export const turns: Readonly<Record<string, TakeTurn>> = {
  "ticket-words": sortTicketByWords,
  "ticket-cases": sortTicketByCases,
  "kb-search": searchKnowledgeBase,
  "urgency-rater": rateTicket,
  "ticket-skeptic": checkArticle,
  "rule-reviewer": reviewByRules,
  "precedent-reviewer": reviewByPrecedent,
  "wording-reviewer": reviewByWording,
  "clause-reader": readClauses,
  "rule-planner": planWithGuides,
  "point-planner": planSimply,
  "risk-checker": checkRisk,
};
