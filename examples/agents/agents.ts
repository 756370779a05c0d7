import { clauseReader, precedentReviewer, ruleReviewer, wordingReviewer } from "./contracts/agents.ts";
import type { AgentSpec } from "./declare.ts";
import { pointPlanner, riskChecker, rulePlanner } from "./onboarding/agents.ts";
import { kbSearch, ticketCases, ticketSkeptic, ticketWords, urgencyRater } from "./tickets/agents.ts";

/** Every agent. A new one needs a declaration, a handler next to it, and a line here. */
export const agents: readonly AgentSpec[] = [
  ticketWords,
  ticketCases,
  kbSearch,
  urgencyRater,
  ticketSkeptic,
  ruleReviewer,
  precedentReviewer,
  wordingReviewer,
  clauseReader,
  rulePlanner,
  pointPlanner,
  riskChecker,
];
