/** A kind of task: its capabilities, the initial number of agents for each, and the required confidence. */
export interface TaskKind {
  readonly name: string;
  /** The initial number of agents, by capability. */
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
