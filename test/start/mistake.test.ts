import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";

/** What the CDK's own command prints of an app with a mistake: the place, what is wrong and what to do, without a stack. */

const ROOT = join(import.meta.dirname, "../..");
const CLI = join(ROOT, "node_modules/aws-cdk/bin/cdk");

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "millrace-mistake-"));
  writeFileSync(join(folder, "cdk.json"), JSON.stringify({ app: `"${process.execPath}" app.ts` }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
  writeFileSync(
    join(folder, "app.ts"),
    `import { App, Stack } from ${JSON.stringify(join(ROOT, "node_modules/aws-cdk-lib/index.js"))};
import { Millrace } from ${JSON.stringify(join(ROOT, "lib/cdk.ts"))};
import { workflows } from "./workflows.ts";

const stack = new Stack(new App(), "Shop");
new Millrace(stack, "Millrace", { workflows, handlers: "." });
`,
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs "cdk synth" on an app of these definitions. Answers the lines on standard error, without those of the CLI itself. */
function synth(definitions: string): { status: number | null; lines: string[] } {
  writeFileSync(
    join(folder, "workflows.ts"),
    `import * as z from ${JSON.stringify(join(ROOT, "node_modules/zod/index.js"))};
import { defineEvent, defineStep, defineWorkflow } from ${JSON.stringify(join(ROOT, "lib/index.ts"))};
const Placed = defineEvent("order.placed", { version: 1, schema: z.object({ id: z.string() }), identity: (order) => order.id });
${definitions}`,
  );
  const { status, stderr } = spawnSync(process.execPath, [CLI, "synth", "--quiet", "--no-notices"], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined, CDK_VALIDATION: "false" },
  });
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  return { status, lines: lines.filter((line) => !/Subprocess exited with error|^\[.*\] error/.test(line)) };
}

test("a mistake in a workflow is one line: place, what is wrong, what to do", () => {
  const { status, lines } = synth(`export const workflows = [
  defineWorkflow("ship", { on: Placed, run: (_w, order) => ({ shop: (order as any).shop }) }),
];`);
  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^workflows\.ts:5:\d+: .*shop.*\.$/);
});

test("a mistake in a step, which is found as the file is loaded, is one line too", () => {
  const { status, lines } = synth(`export const charge = defineStep("charge", {
  input: z.object({ id: z.string() }),
  output: z.object({ id: z.string() }),
  timeout: "2 hrs" as any,
});
export const workflows = [defineWorkflow("ship", { on: Placed, run: (w, order) => w.step(charge, { id: order.id }) })];`);
  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(/^workflows\.ts:4:\d+: .*"2 hrs".*"90 seconds"\.$/);
});

test("a mistake of a workflow as a whole has the line of its definition, not of the stack that uses it", () => {
  const { status, lines } = synth(`export const workflows = [
  defineWorkflow("ship", { on: Placed, run: (w) => undefined }),
];`);
  expect(status).toBe(1);
  expect(lines).toEqual(['workflows.ts:5:3: Workflow "ship" has no step. Use at least one step in "run".']);
});

test("each place is printed once, relative to the project", () => {
  const { status, lines } = synth(`export const workflows = [
  defineWorkflow("ship", { on: Placed, run: (w) => [
    w.sleep("1 hour", { as: "rest" }),
    w.sleep("1 day", { as: "rest" }),
  ] }),
];`);
  expect(status).toBe(1);
  expect(lines).toHaveLength(1);
  expect(lines[0]).toMatch(
    /^workflows\.ts:7:7: Two nodes have the same name: "rest" and "rest" at workflows\.ts:6:7\. Rename one/,
  );
  expect(lines[0]).not.toContain(folder);
});

test("any other error keeps its stack", () => {
  const { status, lines } = synth("export const workflows: any = [];\nthrow new Error('no catalogue');");
  expect(status).toBe(1);
  expect(lines.join("\n")).toContain("Error: no catalogue");
  expect(lines.some((line) => /^\s+at .*workflows\.ts:5/.test(line))).toBe(true);
});
