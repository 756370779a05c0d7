import { defineAgent } from "../declare.ts";

export const ruleReviewer = defineAgent("rule-reviewer", {
  capabilities: ["review-contract"],
  does: "Holds the figures of changed clauses against the rules of the house.",
  priceUsd: 0.001,
});

export const precedentReviewer = defineAgent("precedent-reviewer", {
  capabilities: ["review-contract"],
  does: "Judges a change as lawyers have judged those most like it.",
  priceUsd: 0.002,
});

export const wordingReviewer = defineAgent("wording-reviewer", {
  capabilities: ["review-contract"],
  does: "Looks for wordings that give rights away.",
  priceUsd: 0.002,
});

export const clauseReader = defineAgent("clause-reader", {
  capabilities: ["read-clause"],
  does: "Says what a clause is about, and which figures stand in it.",
  priceUsd: 0.001,
  concurrency: 20,
});
