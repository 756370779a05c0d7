import { expect, test } from "vitest";
import { describeComparison, describeReport } from "../../bin/evaluation/describe.ts";
import { asMarkdown, asText } from "../../bin/evaluation/write.ts";
import { compare } from "../../lib/evaluation/comparison.ts";
import { refusals } from "../../lib/evaluation/gate.ts";
import { type CaseOutcome, type EvaluationReport, summaryOf } from "../../lib/evaluation/report.ts";
import { meanOf, percentile, signTest } from "../../lib/evaluation/statistics.ts";

function outcome(id: string, score: number | undefined, more: Partial<CaseOutcome> = {}): CaseOutcome {
  return {
    id,
    digest: `of ${id}`,
    labels: [],
    run: `run-${id}`,
    status: "succeeded",
    reused: false,
    milliseconds: 100,
    usd: 0.01,
    tokens: 50,
    scores: score === undefined ? {} : { exact: { score } },
    ...more,
  };
}

function reportOf(cases: CaseOutcome[], experiment = "now"): EvaluationReport {
  return {
    evaluation: "notes",
    workflow: "keep-note",
    stack: "Notes",
    experiment,
    versions: ["v1"],
    at: "2026-01-01T00:00:00.000Z",
    cases,
  };
}

test("the interval of a mean is Wilson's", () => {
  const [eight, all, half] = [
    meanOf([1, 1, 1, 1, 1, 1, 1, 1, 0, 0])!,
    meanOf([1, 1, 1])!,
    meanOf([0.5, 0.5])!,
  ];
  // Wilson 1927; compare https://en.wikipedia.org/wiki/Binomial_proportion_confidence_interval
  expect([eight.low, eight.high].map((one) => one.toFixed(3))).toEqual(["0.490", "0.943"]);
  expect([all.mean, all.low.toFixed(3), all.high]).toEqual([1, "0.438", 1]);
  expect(half.mean).toBe(0.5);
  expect(meanOf([])).toBeUndefined();
});

test("the sign test counts cases that became better and worse, of sets of any size", () => {
  expect(signTest(0, 0)).toBe(1);
  expect(signTest(5, 0)).toBeCloseTo(0.0625, 10);
  expect(signTest(1, 9)).toBeCloseTo(0.021484, 6);
  expect(signTest(3, 3)).toBe(1);
  expect(signTest(2_100, 1_900)).toBeCloseTo(0.0016, 3);
});

test("percentiles are values of the set", () => {
  const values = Array.from({ length: 20 }, (_, at) => 20 - at);
  expect([percentile(values, 0.5), percentile(values, 0.95), percentile([], 0.5)]).toEqual([
    10,
    19,
    undefined,
  ]);
});

test("a summary has the quality by scorer and by label, failures, durations and cost", () => {
  const summary = summaryOf(
    reportOf([
      outcome("a", 1, { labels: ["short"], milliseconds: 100 }),
      outcome("b", 0, { labels: ["short"], status: "failed", milliseconds: 900, reused: true }),
      outcome("c", 0.5, { milliseconds: 200 }),
      outcome("d", undefined, { status: "unfinished", milliseconds: undefined }),
    ]),
  );
  expect(summary).toMatchObject({
    cases: 4,
    failed: 1,
    unfinished: 1,
    reused: 1,
    p50: 200,
    p95: 900,
    usd: 0.04,
    tokens: 200,
    qualities: [{ scorer: "exact", n: 3, mean: 0.5 }],
    byLabel: [{ label: "short", qualities: [{ n: 2, mean: 0.5 }] }],
  });
});

test("a comparison pairs equal cases, and leaves out those that differ", () => {
  const before = reportOf(
    [outcome("a", 0), outcome("b", 1), outcome("c", 1), outcome("gone", 1), outcome("edited", 0)],
    "before",
  );
  const after = reportOf([
    outcome("a", 1, { usd: 0.03, tokens: 80 }),
    outcome("b", 0.5),
    outcome("c", 1),
    outcome("new", 0),
    outcome("edited", 1, { digest: "another" }),
  ]);
  expect(compare(after, before)).toMatchObject({
    shared: 3,
    left: ["new", "edited", "gone"],
    qualities: [{ scorer: "exact", n: 3, better: 1, worse: 1, same: 1, before: 2 / 3, after: 2.5 / 3, p: 1 }],
    cases: [
      { id: "a", before: 0, after: 1, runs: { before: "run-a", after: "run-a" } },
      { id: "b", before: 1, after: 0.5 },
    ],
    before: { usd: 0.03, tokens: 150 },
    after: { usd: 0.05, tokens: 180 },
  });
});

test("a gate refuses low scores, worse ones, open runs, and a comparison of nothing", () => {
  const before = reportOf([outcome("a", 1), outcome("b", 1)], "before");
  const after = reportOf([outcome("a", 1), outcome("b", 0.8)]);
  const refused = (gate: Parameters<typeof refusals>[2], report = after, baseline = before) =>
    refusals(summaryOf(report), compare(report, baseline), gate);
  expect(refused({ lowest: [] })).toEqual([]);
  expect(refused({ lowest: [{ score: 0.9 }], margin: 0.1 })).toEqual([]);
  expect(refused({ lowest: [{ score: 0.91 }] })).toEqual(["exact is 0.900, below 0.91."]);
  expect(refused({ lowest: [{ scorer: "exakt", score: 0.1 }] })).toEqual(["No case was scored by exakt."]);
  expect(refused({ lowest: [], margin: 0.05 })).toEqual([
    "exact fell from 1.000 to 0.900, by more than 0.05.",
  ]);
  expect(refused({ lowest: [], margin: 0 }, reportOf([outcome("x", 1)]))).toEqual([
    "The baseline has no case in common with the set, so nothing was compared.",
  ]);
  const open = reportOf([outcome("a", undefined, { status: "unfinished" })]);
  expect(refused({ lowest: [] }, open)).toEqual(["1 of 1 runs have not ended."]);
});

test("a scorer that the baseline has and the report has not is a refusal, not a silent pass", () => {
  const before = reportOf([outcome("a", 1, { scores: { exact: { score: 1 }, polite: { score: 1 } } })]);
  const after = reportOf([outcome("a", 1)]);
  expect(refusals(summaryOf(after), compare(after, before), { lowest: [], margin: 0 })).toEqual([
    'The scorer "polite" of the baseline has scored no case.',
  ]);
});

test("the text names failures and low scores by case; Markdown interprets nothing of a text", () => {
  const failed = outcome("b", 0, { status: "failed", problem: "read failed: <b>no | text</b>" });
  const report = reportOf([outcome("a", 1), failed, outcome("c", 0)]);
  const parts = [
    ...describeReport(report, summaryOf(report)),
    ...describeComparison(compare(report, reportOf([outcome("c", 1)]))),
  ];
  const text = asText(parts);
  expect(text).toContain("notes: 3 cases of keep-note in Notes");
  expect(text).toMatch(/exact +33\.3 % +6\.1 % – 79\.2 % +3\n/);
  expect(text).toContain("Failed (1):\n  b: failed. read failed: <b>no | text</b> (run-b)");
  expect(text).toContain("Below 1 (1):\n  c: exact 0 (run-c)");
  expect(text).toContain("p50 100 ms, p95 100 ms; 50 tokens and $0.01 per case, $0.03 in total.");
  expect(text).toMatch(/exact +100\.0 % +0\.0 % +−100\.0 % +0 +1 +0 +1\.000/);
  expect(asMarkdown(parts)).toContain("- b: failed. read failed: \\<b\\>no \\| text\\</b\\> (run-b)");
});
