/** Of a normal distribution, for 95 percent. */
const Z = 1.96;

/** A mean of scores from 0 to 1, with its 95 % confidence interval. */
export interface Mean {
  n: number;
  mean: number;
  low: number;
  high: number;
}

/**
 * Wilson's interval of the mean. Scores between 0 and 1 vary less than right and wrong ones of the same mean,
 * for which the interval is made: for them it is wider than necessary. Undefined without scores.
 */
export function meanOf(scores: readonly number[]): Mean | undefined {
  const n = scores.length;
  if (n === 0) return undefined;
  const mean = scores.reduce((sum, one) => sum + one, 0) / n;
  const scale = 1 + (Z * Z) / n;
  const centre = mean + (Z * Z) / (2 * n);
  const margin = Z * Math.sqrt((mean * (1 - mean)) / n + (Z * Z) / (4 * n * n));
  return {
    n,
    mean,
    low: Math.max(0, (centre - margin) / scale),
    high: Math.min(1, (centre + margin) / scale),
  };
}

/** The value below which this share of the values lies, by the nearest rank; undefined without values. */
export function percentile(values: readonly number[], share: number): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

/**
 * How probable a difference as large as this is if none is better: the two-sided sign test of the cases that
 * became better and worse.
 */
export function signTest(better: number, worse: number): number {
  const n = better + worse;
  let tail = 0;
  // As logarithms: the number of ways exceeds a number's range in large sets.
  let ways = 0;
  for (let k = 0; k <= Math.min(better, worse); k++) {
    tail += Math.exp(ways - n * Math.LN2);
    ways += Math.log((n - k) / (k + 1));
  }
  return Math.min(1, 2 * tail);
}
