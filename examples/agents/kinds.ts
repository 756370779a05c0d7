/** A kind of task: which capabilities it takes, how many agents are heard for each at first, and how sure one must be. */
export interface TaskKind {
  readonly name: string;
  /** How many agents are heard at first, by capability. */
  readonly needs: Readonly<Record<string, number>>;
  /** A finding below this confidence is in doubt. */
  readonly confidence: number;
}

export const taskKinds: readonly TaskKind[] = [
  {
    name: "support-ticket",
    needs: { "classify-ticket": 2, "rate-urgency": 1, "answer-ticket": 1 },
    confidence: 0.45,
  },
  { name: "contract-change", needs: { "review-contract": 2 }, confidence: 0.5 },
  { name: "user-onboarding", needs: { "plan-onboarding": 2, "check-risk": 1 }, confidence: 0.5 },
  { name: "integration-guide", needs: { "find-guide": 1 }, confidence: 0.3 },
];

/** A kind by its name. An unknown kind needs no capability, so a person decides. */
export function kindOf(name: string): TaskKind {
  return taskKinds.find((kind) => kind.name === name) ?? { name, needs: {}, confidence: 1 };
}
