import { type CaseOutcome, type EvaluationReport, scorersOf, summaryOf } from "./report.ts";
import { signTest } from "./statistics.ts";

/** How a scorer's results differ from the baseline's, over the cases that both have. */
export interface QualityChange {
  scorer: string;
  n: number;
  before: number;
  after: number;
  better: number;
  worse: number;
  same: number;
  /** How probable a difference as large is by chance, by the sign test. */
  p: number;
}

/** A case with another score. */
export interface CaseChange {
  id: string;
  scorer: string;
  before: number;
  after: number;
  /** The runs of both. */
  runs: { before: string; after: string };
}

/** The cost and the durations of the cases that both reports have. */
interface Totals {
  usd: number;
  tokens: number;
  failed: number;
  p50: number | undefined;
  p95: number | undefined;
}

/** The difference between two reports. */
export interface Comparison {
  baseline: Pick<EvaluationReport, "experiment" | "stack" | "at" | "versions">;
  /** The number of compared cases. */
  shared: number;
  /** Ids of cases that only one of them has, or whose input or expected value differs. */
  left: string[];
  qualities: QualityChange[];
  /** Scorers of the baseline that have scored no compared case. */
  missing: string[];
  cases: CaseChange[];
  before: Totals;
  after: Totals;
}

/** Compares a report with a baseline, case by case. */
export function compare(report: EvaluationReport, baseline: EvaluationReport): Comparison {
  const known = new Map(baseline.cases.map((one) => [one.id, one]));
  const pairs = report.cases.flatMap((after) => {
    const before = known.get(after.id);
    return before?.digest === after.digest ? [{ before, after }] : [];
  });
  const shared = new Set(pairs.map(({ after }) => after.id));
  const all = [...report.cases, ...baseline.cases].map(({ id }) => id);
  const qualities = scorersOf(report.cases).flatMap((scorer) => changeOf(scorer, pairs));
  const { experiment, stack, at, versions } = baseline;
  return {
    baseline: { experiment, stack, at, versions },
    shared: pairs.length,
    left: [...new Set(all)].filter((id) => !shared.has(id)),
    qualities,
    missing: scorersOf(pairs.map(({ before }) => before)).filter(
      (name) => !qualities.some(({ scorer }) => scorer === name),
    ),
    cases: pairs.flatMap((pair) => qualities.flatMap(({ scorer }) => caseChange(scorer, pair))),
    before: totalsOf(pairs.map(({ before }) => before)),
    after: totalsOf(pairs.map(({ after }) => after)),
  };
}

interface Pair {
  before: CaseOutcome;
  after: CaseOutcome;
}

function changeOf(scorer: string, pairs: readonly Pair[]): QualityChange[] {
  const scores = pairs.flatMap(({ before, after }) => {
    const [one, other] = [before.scores[scorer], after.scores[scorer]];
    return one && other ? [{ before: one.score, after: other.score }] : [];
  });
  const n = scores.length;
  if (n === 0) return [];
  const better = scores.filter(({ before, after }) => after > before).length;
  const worse = scores.filter(({ before, after }) => after < before).length;
  const mean = (side: keyof Pair) => scores.reduce((total, one) => total + one[side], 0) / n;
  const counts = { n, better, worse, same: n - better - worse };
  return [{ scorer, ...counts, before: mean("before"), after: mean("after"), p: signTest(better, worse) }];
}

function caseChange(scorer: string, { before, after }: Pair): CaseChange[] {
  const [one, other] = [before.scores[scorer]?.score, after.scores[scorer]?.score];
  if (one === undefined || other === undefined || one === other) return [];
  return [
    { id: after.id, scorer, before: one, after: other, runs: { before: before.run, after: after.run } },
  ];
}

function totalsOf(cases: readonly CaseOutcome[]): Totals {
  const { failed, unfinished, p50, p95, usd, tokens } = summaryOf({ cases });
  return { usd, tokens, failed: failed + unfinished, p50, p95 };
}
