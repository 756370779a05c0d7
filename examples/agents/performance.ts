/** What is known of an agent from its work. */
export interface Performance {
  /** Tasks in which all that it claimed was what was found in the end. */
  right: number;
  /** Tasks in which it was not. */
  wrong: number;
  /** Turns that it is at now. */
  underWay: number;
}

export const UNKNOWN: Performance = { right: 0, wrong: 0, underWay: 0 };

/** The mean of a Beta distribution with a uniform prior: 0.5 for an unknown agent. */
export function trustIn({ right, wrong }: Performance): number {
  return (right + 1) / (right + wrong + 2);
}

/** The standard deviation of the same distribution: how little is known. */
export function doubtAbout(performance: Performance): number {
  const trust = trustIn(performance);
  return Math.sqrt((trust * (1 - trust)) / (performance.right + performance.wrong + 3));
}
