import type { Comparison } from "./comparison.ts";
import type { EvaluationSummary } from "./report.ts";

/** What an evaluation has to reach. */
export interface Gate {
  /** The lowest mean of a scorer, or of all scorers. */
  lowest: readonly { scorer?: string | undefined; score: number }[];
  /** How much lower than the baseline's a mean may be; undefined does not compare. */
  margin?: number | undefined;
}

/** Rounding of a mean must not fail an equal one. */
const EPSILON = 1e-9;

/** Why an evaluation does not pass, a sentence each; none if it passes. */
export function refusals(
  { qualities, unfinished, cases }: EvaluationSummary,
  comparison: Comparison | undefined,
  { lowest, margin }: Gate,
): string[] {
  const unmet = lowest.flatMap(({ scorer, score }) => {
    const measured = qualities.filter((one) => scorer === undefined || one.scorer === scorer);
    if (measured.length === 0) return [`No case was scored by ${scorer ?? "any scorer"}.`];
    return measured
      .filter(({ mean }) => mean < score - EPSILON)
      .map((one) => `${one.scorer} is ${one.mean.toFixed(3)}, below ${score}.`);
  });
  const compared = margin === undefined ? undefined : comparison;
  const worse = (compared?.qualities ?? [])
    .filter(({ before, after }) => after < before - (margin ?? 0) - EPSILON)
    .map(
      ({ scorer, before, after }) =>
        `${scorer} fell from ${before.toFixed(3)} to ${after.toFixed(3)}, by more than ${margin}.`,
    );
  const missing = (compared?.missing ?? []).map(
    (name) => `The scorer "${name}" of the baseline has scored no case.`,
  );
  const uncompared =
    compared?.shared === 0
      ? ["The baseline has no case in common with the set, so nothing was compared."]
      : [];
  const open = unfinished > 0 ? [`${unfinished} of ${cases} runs have not ended.`] : [];
  return [...open, ...unmet, ...worse, ...missing, ...uncompared];
}
