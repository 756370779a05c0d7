/** What happens to an approval at its timeout. Followed by the time: "in 4 h". */
export const ON_TIMEOUT = {
  escalate: "Without a decision, it is escalated",
  approve: "Without a decision, it is approved",
  reject: "Without a decision, it is rejected",
} as const;
