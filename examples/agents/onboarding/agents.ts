import { defineAgent } from "../declare.ts";

export const rulePlanner = defineAgent("rule-planner", {
  capabilities: ["plan-onboarding"],
  does: "Chooses the way into the product by rules, and has guides found for what a user wants to connect.",
  priceUsd: 0.002,
});

export const pointPlanner = defineAgent("point-planner", {
  capabilities: ["plan-onboarding"],
  does: "Chooses the way into the product by points for size, plan and wishes.",
  priceUsd: 0.001,
});

export const riskChecker = defineAgent("risk-checker", {
  capabilities: ["check-risk"],
  does: "Decides whether a new user needs a review.",
  priceUsd: 0.001,
});
