import type { Scored } from "./scorer.ts";
import { type Mean, meanOf, percentile } from "./statistics.ts";

/** What became of a case. */
export interface CaseOutcome {
  id: string;
  /** Digest of input and expected value: only equal cases are compared. */
  digest: string;
  labels: readonly string[];
  run: string;
  /** "unfinished": the run had not ended when the evaluation stopped waiting. */
  status: "succeeded" | "failed" | "unfinished";
  /** Why it failed, or what it waits for. */
  problem?: string | undefined;
  /** Whether the run was started by an earlier call. */
  reused: boolean;
  /** From the acceptance of the event to the end of the run. */
  milliseconds?: number | undefined;
  /** Of the run and the runs that it called. */
  usd: number;
  tokens: number;
  /** By scorer. */
  scores: Readonly<Record<string, Scored>>;
}

/** The quality that a scorer measured. */
export interface Quality extends Mean {
  scorer: string;
}

/** The outcome of an evaluation, as it is stored and compared. */
export interface EvaluationReport {
  evaluation: string;
  workflow: string;
  stack: string;
  /** Cases of one experiment have one run each, however often it is evaluated. */
  experiment: string;
  /** Content versions of the workflow that the runs used. */
  versions: readonly string[];
  /** ISO time. */
  at: string;
  cases: readonly CaseOutcome[];
  /** What the judging model cost, if one was asked. */
  judge?: { model: string; usd: number; tokens: number } | undefined;
}

/** The figures of a report. */
export interface EvaluationSummary {
  qualities: Quality[];
  /** For sets with labels. */
  byLabel: { label: string; qualities: Quality[] }[];
  cases: number;
  failed: number;
  unfinished: number;
  reused: number;
  /** Undefined if no run has ended. */
  p50: number | undefined;
  p95: number | undefined;
  usd: number;
  tokens: number;
}

export function summaryOf({ cases }: Pick<EvaluationReport, "cases">): EvaluationSummary {
  const labels = [...new Set(cases.flatMap((one) => one.labels))].sort();
  const durations = cases.flatMap(({ milliseconds = [] }) => milliseconds);
  const count = (status: CaseOutcome["status"]) => cases.filter((one) => one.status === status).length;
  return {
    qualities: qualitiesOf(cases),
    byLabel: labels.map((label) => ({
      label,
      qualities: qualitiesOf(cases.filter((one) => one.labels.includes(label))),
    })),
    cases: cases.length,
    failed: count("failed"),
    unfinished: count("unfinished"),
    reused: cases.filter(({ reused }) => reused).length,
    p50: percentile(durations, 0.5),
    p95: percentile(durations, 0.95),
    usd: sum(cases.map(({ usd }) => usd)),
    tokens: sum(cases.map(({ tokens }) => tokens)),
  };
}

/** By scorer, in the order in which the cases name them. */
function qualitiesOf(cases: readonly CaseOutcome[]): Quality[] {
  return scorersOf(cases).flatMap((scorer) => {
    const mean = meanOf(cases.flatMap(({ scores }) => scores[scorer]?.score ?? []));
    return mean ? [{ scorer, ...mean }] : [];
  });
}

/** The scorers that have measured a case. */
export function scorersOf(cases: readonly CaseOutcome[]): string[] {
  return [...new Set(cases.flatMap(({ scores }) => Object.keys(scores)))];
}

/** Dollars to a millionth. */
export function sum(values: readonly number[]): number {
  return Math.round(values.reduce((total, one) => total + one, 0) * 1e6) / 1e6;
}
