import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { triageApp } from "../../../examples/triage/app.ts";
import type { Cloud } from "../../../local/cloud.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { millrace, start } from "./harness.ts";

const FILE = "examples/triage/sort-tickets.eval.ts";
const folder = mkdtempSync(join(tmpdir(), "millrace-eval-"));

let cloud: Cloud;
beforeAll(async () => {
  cloud = await start(sharedAssembly("triage", triageApp), undefined);
}, 120_000);
afterAll(() => cloud.close());

const evaluation = (stack: string, ...args: string[]) =>
  millrace(cloud.endpoint, ["--stack", stack, "--json", "eval", FILE, ...args]);
const runsOf = async (stack: string): Promise<unknown[]> =>
  JSON.parse((await millrace(cloud.endpoint, ["--stack", stack, "--json", "runs", "--limit", "100"])).out);
const quality = (out: string) =>
  Object.fromEntries(JSON.parse(out).summary.qualities.map((one: any) => [one.scorer, one.mean]));

test("a workflow is evaluated; a repetition starts no run; the next version is compared with it", async () => {
  const baseline = join(folder, "baseline.json");
  const first = await evaluation("Triage", "--save", baseline, "--min-score", "category=0.5");
  expect(first.code, first.error).toBe(0);
  expect(quality(first.out)).toEqual({ category: 7 / 12, hours: 11 / 12, polite: 1 });
  expect(JSON.parse(first.out)).toMatchObject({
    evaluation: "sort-tickets",
    workflow: "triage-ticket",
    stack: "Triage",
    refusals: [],
    summary: { cases: 12, failed: 0, reused: 0 },
    cases: expect.arrayContaining([
      expect.objectContaining({ id: "discount", status: "succeeded", tokens: expect.any(Number) }),
    ]),
  });
  expect(JSON.parse(first.out).cases.every(({ tokens }: any) => tokens > 50)).toBe(true);
  expect(await runsOf("Triage")).toHaveLength(12);

  const [{ run, tokens }] = JSON.parse(first.out).cases;
  const detail = await millrace(cloud.endpoint, ["--stack", "Triage", "--json", "run", run]);
  expect(JSON.parse(detail.out).run.event.source).toBe("millrace.eval.sort-tickets");
  const traced = await millrace(cloud.endpoint, ["--stack", "Triage", "trace", run, "--content"]);
  expect(traced.out).toMatch(
    /^sort-ticket, attempt 1\n +\+.*model {2}sort-ticket {2}embedded {2}\d+ in, \d+ out/,
  );
  expect(traced.out).toContain(`Calls of models: 1, of tools: 0. Tokens: ${tokens}. Cost: $0.00.`);

  const again = await evaluation("Triage");
  expect(JSON.parse(again.out)).toMatchObject({
    experiment: JSON.parse(first.out).experiment,
    summary: { reused: 12 },
  });
  expect(quality(again.out)).toEqual(quality(first.out));
  expect(await runsOf("Triage")).toHaveLength(12);

  const report = join(folder, "report.md");
  const saved = join(folder, "next.json");
  const next = await evaluation(
    "TriageNext",
    "--compare",
    baseline,
    "--no-worse",
    "--report",
    report,
    "--save",
    saved,
  );
  expect(next.code, next.error).toBe(0);
  expect(JSON.parse(next.out)).toMatchObject({
    comparison: {
      shared: 12,
      qualities: [
        { scorer: "category", better: 5, worse: 0, same: 7 },
        { scorer: "hours" },
        { scorer: "polite" },
      ],
    },
  });
  // Another code is another experiment.
  expect(JSON.parse(next.out).experiment).not.toBe(JSON.parse(first.out).experiment);
  expect(readFileSync(report, "utf8")).toContain(
    "| category | 58.3 % | 100.0 % | +41.7 % | 5 | 0 | 7 | 0.063 |",
  );

  const back = await evaluation("Triage", "--against", "TriageNext", "--no-worse", "--min-score", "0.9");
  expect(back.code).toBe(1);
  expect(back.error).toContain("category is 0.583, below 0.9.\n");
  expect(back.error).toContain("category fell from 1.000 to 0.583, by more than 0.\n");
  expect(JSON.parse(back.out)).toMatchObject({
    summary: { reused: 12 },
    comparison: { baseline: { stack: "TriageNext" } },
  });
}, 120_000);

test("a run that fails is named by its case; a named experiment has runs of its own", async () => {
  const cases = join(folder, "cases.jsonl");
  const empty = {
    id: "empty",
    input: { ticketId: "t", subject: "Refund", text: "?!" },
    expected: { category: "billing", hours: 24 },
    labels: ["odd"],
  };
  const clear = {
    id: "clear",
    input: { ticketId: "t", subject: "Refund", text: "Please." },
    expected: { category: "billing", hours: 24 },
  };
  writeFileSync(cases, [empty, clear].map((one) => JSON.stringify(one)).join("\n"));
  const text = (...args: string[]) =>
    millrace(cloud.endpoint, ["--stack", "Triage", "eval", FILE, "--cases", cases, ...args]);
  const all = await text("--experiment", "named");
  expect(all.code, all.error).toBe(0);
  expect(all.out).toMatch(/category +50\.0 % /);
  expect(all.out).toMatch(
    /Failed \(1\):\n {2}empty: failed\. .*The ticket has no words\..* \(triage-ticket-\w+\)/,
  );
  expect((await text("--experiment", "named", "--only", "odd")).out).toContain(
    "1 cases of triage-ticket in Triage\nExperiment named",
  );
  expect((await text("--only", "new")).error).toBe('No case has the label "new". The set has odd.\n');
}, 120_000);

test.each([
  [["--no-worse"], "--no-worse needs a baseline."],
  [["--compare", "missing.json"], "The baseline missing.json does not exist. Check its path."],
  [["--compare", "package.json"], "The baseline package.json is not the report of an evaluation."],
  [["--min-score", "exact=2"], "It must be a number from 0 to 1."],
  [["--cases", "package.json"], "package.json:1: the line is not JSON"],
  [["--judge-model", "gpt"], 'The model "gpt" cannot be parsed.'],
])("%s is refused before anything is sent", async (args, message) => {
  const { code, error } = await evaluation("Triage", ...args);
  expect(error).toContain(message);
  expect(code).toBe(1);
});
