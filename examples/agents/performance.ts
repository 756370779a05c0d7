/** The record of an agent's work. */
export interface Performance {
  /** Tasks in which all its claims agreed with the final findings. */
  right: number;
  /** Tasks in which they did not. */
  wrong: number;
  /** Its running turns. */
  inProgress: number;
}

export const UNKNOWN: Performance = { right: 0, wrong: 0, inProgress: 0 };

/** The mean of a Beta distribution with a uniform prior: 0.5 for an unknown agent. */
export function trustIn({ right, wrong }: Performance): number {
  return (right + 1) / (right + wrong + 2);
}

/** The standard deviation of the same distribution: how uncertain the success rate is. */
export function doubtAbout(performance: Performance): number {
  const trust = trustIn(performance);
  return Math.sqrt((trust * (1 - trust)) / (performance.right + performance.wrong + 3));
}
