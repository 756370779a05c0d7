import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "millrace-cost-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** An app of two workflows and a reaction. */
const definitions = join(folder, "definitions.ts");
const from = (path: string) => JSON.stringify(join(root, path));
writeFileSync(
  definitions,
  `import { fulfilOrder } from ${from("examples/orders/orchestrated/fulfil-order.ts")};
import { handleTask } from ${from("examples/agents/conduct.ts")};
import { refundCard } from ${from("examples/orders/choreographed/reactions.ts")};
export const workflows = [fulfilOrder, handleTask];
export const reactions = [refundCard];
`,
);

function cost(...args: string[]): { code: number; out: string; error: string } {
  return costOf(definitions, ...args);
}

function costOf(project: string, ...args: string[]) {
  try {
    const out = execFileSync(process.execPath, [join(root, "bin/millrace.ts"), "cost", ...args], {
      cwd: folder,
      encoding: "utf8",
      stdio: "pipe",
      env: { ...process.env, MILLRACE_DEFINITIONS: project },
    });
    return { code: 0, out, error: "" };
  } catch (failure) {
    const { status, stdout, stderr } = failure as { status: number; stdout: string; stderr: string };
    return { code: status, out: stdout, error: stderr };
  }
}

test("all workflows and reactions in a line each, with what is assumed and whose prices", () => {
  const { out } = cost();
  expect(out).toMatch(/^A MILLION RUNS OF +BEST +TYPICAL +WORST +TYPICAL, PLAIN$/m);
  expect(out).toMatch(/^fulfil-order +\$[\d.,]+ +\$[\d.,]+ +\$[\d.,]+ +\$[\d.,]+$/m);
  expect(out).toMatch(/^handle-task /m);
  expect(out).toMatch(/^refund-card /m);
  expect(out).toContain("an attempt of a step takes 500 ms");
  expect(out).toMatch(/^Prices of \d{4}-\d\d, us-east-1, in US dollars; without the free tier\.$/m);
}, 60_000);

test("one by units, with the open points of its definition", () => {
  const { out } = cost("handle-task", "--items", "consultations=3", "--millis", "route-task=900");
  expect(out).toMatch(/^A RUN OF handle-task/m);
  expect(out).toMatch(/^state transitions +\d+ · \$/m);
  expect(out).toMatch(/^WHERE IT GOES, TYPICAL +TIMES +A MILLION RUNS +SHARE$/m);
  expect(out).toMatch(/^route-task +2 +\$[\d.,]+ +[\d.]+ %$/m);
  expect(out).toMatch(/^run start and end +\$[\d.,]+ +[\d.]+ %$/m);
  expect(out).toContain('"round": 2 rounds (best 1, worst 3)');
  expect(out).toContain('"consultations": 3 items');
  expect(out).toContain('an attempt of a step takes 500 ms, "route-task" 900');
}, 60_000);

test("as JSON, for programs", () => {
  const { out } = cost("fulfil-order", "--json");
  const { costs, prices, assumptions } = JSON.parse(out);
  expect(costs).toMatchObject([{ name: "fulfil-order", typical: { units: { stateTransitions: 4 } } }]);
  expect([prices.region, assumptions.payloadBytes]).toEqual(["us-east-1", 200]);
}, 60_000);

test("an invalid option is an error in one sentence", () => {
  expect(cost("fulfil-orders")).toMatchObject({
    code: 1,
    error:
      'There is no workflow or reaction "fulfil-orders". Available: fulfil-order, handle-task, refund-card.\n',
  });
  expect(cost("handle-task", "--rounds", "rounds=2").error).toBe(
    'There is no loop "rounds". There are: "round".\n',
  );
  expect(cost("--items", "five").error).toContain('The format is "scenes=5".');
  expect(cost("--millis", "long").error).toContain("It must be 0 or more.");
  expect(cost("--runs", "10").error).toMatch(/^--runs needs a workflow/);
  expect(cost("fulfil-order", "--runs", "1000000").error).toMatch(
    /^The monthly cost needs the synthesized app, and cdk\.out has no stack "Millrace"\. Run "npx cdk synth --quiet" first/,
  );
  expect(costOf(join(folder, "nothing.ts")).error).toMatch(/^This project has no workflow\. Create one with/);
}, 120_000);

test("a mistake in a definition has the line of the definition", () => {
  writeFileSync(
    join(folder, "broken.ts"),
    `import { defineWorkflow } from ${from("lib/index.ts")};
import { fulfilOrder } from ${from("examples/orders/orchestrated/fulfil-order.ts")};
export const workflows = [
  defineWorkflow("idle", { on: fulfilOrder.on, run: () => undefined }),
];
`,
  );
  expect(costOf(join(folder, "broken.ts"))).toMatchObject({
    code: 1,
    error: 'broken.ts:4:3: Workflow "idle" has no step. Use at least one step in "run".\n',
  });
}, 60_000);
