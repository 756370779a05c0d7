import { defineAgent } from "../declare.ts";
import { searchArticles } from "./search-articles.ts";

export const ticketWords = defineAgent("ticket-words", {
  capabilities: ["classify-ticket"],
  does: "Sorts a ticket by what its words stand for.",
  priceUsd: 0.001,
});

export const ticketCases = defineAgent("ticket-cases", {
  capabilities: ["classify-ticket"],
  does: "Sorts a ticket as people have sorted those most like it.",
  priceUsd: 0.001,
});

export const kbSearch = defineAgent("kb-search", {
  capabilities: ["answer-ticket", "classify-ticket", "find-guide"],
  does: "Answers from the help centre, and has its answer checked by another agent.",
  priceUsd: 0.002,
  concurrency: 20,
  tools: [searchArticles],
});

export const urgencyRater = defineAgent("urgency-rater", {
  capabilities: ["rate-urgency"],
  does: "Says how urgent a ticket is, by what stands still and what its author says.",
  priceUsd: 0.001,
});

export const ticketSkeptic = defineAgent("ticket-skeptic", {
  capabilities: ["check-answer"],
  does: "Doubts that an article answers a ticket.",
  priceUsd: 0.001,
});
