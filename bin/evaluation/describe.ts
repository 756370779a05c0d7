import type { Comparison } from "../../lib/evaluation/comparison.ts";
import type {
  CaseOutcome,
  EvaluationReport,
  EvaluationSummary,
  Quality,
} from "../../lib/evaluation/report.ts";
import { dollars, elapsed, percent } from "../format.ts";

/** A part of a description: it is written for a terminal or as Markdown. */
export type Part =
  | { kind: "heading"; text: string }
  | { kind: "text"; text: string }
  | { kind: "table"; headings: string[]; rows: string[][] }
  | { kind: "list"; items: string[] };

const heading = (text: string): Part => ({ kind: "heading", text });
const text = (text: string): Part => ({ kind: "text", text });
const table = (headings: string[], rows: string[][]): Part => ({ kind: "table", headings, rows });

/** The columns of `qualityRow`. */
const QUALITY = ["SCORER", "QUALITY", "95 % INTERVAL", "CASES"];

/** The maximum number of cases that are listed. */
const MOST_LISTED = 20;

/** What an evaluation measured. */
export function describeReport(report: EvaluationReport, summary: EvaluationSummary): Part[] {
  const { evaluation, workflow, experiment, stack, cases, judge, versions } = report;
  const { qualities, byLabel, reused } = summary;
  const perCase = cases.length === 0 ? 0 : 1 / cases.length;
  const took = summary.p50 === undefined ? "" : `p50 ${elapsed(summary.p50)}, p95 ${elapsed(summary.p95!)}; `;
  const version = versions.length === 0 ? "" : `, version ${versions.join(", ")}`;
  return [
    heading(`${evaluation}: ${cases.length} cases of ${workflow} in ${stack}`),
    text(`Experiment ${experiment}${version}. ${reused} of the runs were started earlier.`),
    table(QUALITY, qualities.map(qualityRow)),
    ...(byLabel.length === 0
      ? []
      : [
          table(
            ["LABEL", ...QUALITY],
            byLabel.flatMap(({ label, qualities }) => qualities.map((one) => [label, ...qualityRow(one)])),
          ),
        ]),
    text(
      `${took}${Math.round(summary.tokens * perCase)} tokens and ${dollars(summary.usd * perCase)} per case, ${dollars(summary.usd)} in total.`,
    ),
    ...(judge ? [text(judgedBy(judge))] : []),
    ...listed("Failed", cases.filter(({ status }) => status !== "succeeded").map(problemOf)),
    ...listed("Below 1", cases.filter(({ status }) => status === "succeeded").flatMap(belowOne)),
  ];
}

/** How a report differs from a baseline. */
export function describeComparison({
  baseline,
  shared,
  left,
  qualities,
  cases,
  before,
  after,
}: Comparison): Part[] {
  const figure = (name: string, one: number, other: number, show: (value: number) => string) => [
    name,
    show(one),
    show(other),
    `${other === one ? "" : other > one ? "+" : "−"}${show(Math.abs(other - one))}`,
  ];
  const duration = (name: "p50" | "p95") =>
    before[name] === undefined || after[name] === undefined
      ? []
      : [figure(name, before[name], after[name], elapsed)];
  const count = (value: number) => String(Math.round(value));
  const each = Math.max(1, shared);
  return [
    heading(`Compared with ${baseline.experiment} in ${baseline.stack} of ${baseline.at}: ${shared} cases`),
    table(
      ["SCORER", "BASELINE", "NOW", "DIFFERENCE", "BETTER", "WORSE", "SAME", "P"],
      qualities.map(({ scorer, before: one, after: other, better, worse, same, p }) => [
        ...figure(scorer, one, other, percent),
        String(better),
        String(worse),
        String(same),
        p.toFixed(3),
      ]),
    ),
    table(
      ["PER CASE", "BASELINE", "NOW", "DIFFERENCE"],
      [
        figure("cost", before.usd / each, after.usd / each, dollars),
        figure("tokens", before.tokens / each, after.tokens / each, count),
        ...duration("p50"),
        ...duration("p95"),
        figure("failed", before.failed, after.failed, count),
      ],
    ),
    ...listed(
      "Changed",
      cases.map(
        ({ id, scorer, before: one, after: other, runs }) =>
          `${id}: ${scorer} ${short(one)} → ${short(other)} (${runs.before}, ${runs.after})`,
      ),
    ),
    ...(left.length === 0
      ? []
      : [text(`Not compared, since they differ or only one has them: ${some(left)}.`)]),
  ];
}

function judgedBy({ model, tokens, usd }: NonNullable<EvaluationReport["judge"]>): string {
  if (model === "embedded") return "Judged by the rules of the scorers, not by a language model.";
  return `Judged by ${model}: ${tokens} tokens, ${dollars(usd)}.`;
}

/** One line while an evaluation runs. */
export function describeProgress(outcome: CaseOutcome, done: number, all: number): string {
  const scores = Object.entries(outcome.scores).map(([name, { score }]) => `${name} ${short(score)}`);
  return `${done}/${all}  ${outcome.id}  ${outcome.problem ? `${outcome.status}: ${outcome.problem}` : scores.join(", ")}`;
}

function qualityRow({ scorer, mean, low, high, n }: Quality): string[] {
  return [scorer, percent(mean), `${percent(low)} – ${percent(high)}`, String(n)];
}

function problemOf({ id, run, status, problem }: CaseOutcome): string {
  return `${id}: ${status}. ${problem ?? ""} (${run})`;
}

function belowOne({ id, run, scores }: CaseOutcome): string[] {
  const low = Object.entries(scores).filter(([, { score }]) => score < 1);
  if (low.length === 0) return [];
  const said = low.map(([name, { score, why }]) => `${name} ${short(score)}${why ? `: ${why}` : ""}`);
  return [`${id}: ${said.join("; ")} (${run})`];
}

function listed(title: string, items: string[]): Part[] {
  if (items.length === 0) return [];
  const more = items.length - MOST_LISTED;
  const shown = more > 0 ? [...items.slice(0, MOST_LISTED), `and ${more} more; --json lists all`] : items;
  return [text(`${title} (${items.length}):`), { kind: "list", items: shown }];
}

function some(ids: string[]): string {
  return ids.length <= MOST_LISTED
    ? ids.join(", ")
    : `${ids.slice(0, MOST_LISTED).join(", ")} and ${ids.length - MOST_LISTED} more`;
}

const short = (score: number) => String(Math.round(score * 100) / 100);
