import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, onTestFinished, test } from "vitest";
import { namesOf } from "../../bin/scaffold/names.ts";
import { register } from "../../bin/scaffold/register.ts";
import { copyOfRepository, shell } from "./copy.ts";

describe("names", () => {
  test("are made of the workflow's, where nothing else is said", () => {
    expect(namesOf("refund-order")).toEqual({
      workflow: "refund-order",
      event: "refund-order.requested",
      step: "carry-out-refund-order",
    });
  });

  test.each([
    ["RefundOrder", {}, /lower-case/],
    ["refund/order", {}, /lower-case/],
    ["refund", {}, /"refund" is a single word.*refund-order/],
    ["x".repeat(60), {}, /up to 47/],
    ["refund-order", { on: "refunded" }, /event name "refunded"/],
    ["refund-order", { on: "run.failed" }, /reserved for Millrace/],
    ["refund-order", { step: "Pay back" }, /Step "Pay back"/],
    ["refund-order", { step: "refund-order" }, /Two identifiers in the code would be refundOrder/],
    ["define-step", {}, /Two identifiers in the code would be defineStep/],
  ])("%s %j is refused", (workflow, given, message) => {
    expect(() => namesOf(workflow, given)).toThrow(message);
  });
});

describe("the index of workflows", () => {
  const added = { workflow: "refund-order" };

  test("gets an import in its place, and an entry", () => {
    const index = `import type { ReactionSpec } from "../lib/index.ts";
import { orderFood } from "./order-food/workflow.ts";
import { shipOrder } from "./ship-order/workflow.ts";

/** What is deployed. */
export const workflows = [orderFood, shipOrder];

export const reactions: readonly ReactionSpec[] = [];
`;
    expect(register(index, added)).toBe(
      index
        .replace("import { shipOrder", 'import { refundOrder } from "./refund-order/workflow.ts";\n$&')
        .replace("[orderFood, shipOrder]", "[orderFood, shipOrder, refundOrder]"),
    );
  });

  test("may be empty", () => {
    expect(register("export const workflows = [];\n", added)).toBe(
      'import { refundOrder } from "./refund-order/workflow.ts";\nexport const workflows = [refundOrder];\n',
    );
  });

  test("is written over several lines where one would be too long", () => {
    const names = Array.from({ length: 12 }, (_, at) => `workflowNumber${at}`);
    const text = register(`export const workflows = [${names.join(", ")}];\n`, added);
    expect(text).toContain("export const workflows = [\n  workflowNumber0,\n");
    expect(text).toContain("  refundOrder,\n];\n");
  });

  test.each([
    ["its list is computed", "export const workflows = all.filter(isMine);\n"],
    ["it has no list", "export const reactions = [];\n"],
    ["it has two", "export const workflows = [];\nexport const workflows = [];\n"],
    ["it uses the name already", "const refundOrder = 1;\nexport const workflows = [];\n"],
    ["entries are more than names", "export const workflows = [...others];\n"],
  ])("is left alone where %s", (_, index) => {
    expect(register(index, added)).toBeUndefined();
  });
});

describe("the command", () => {
  const folder = copyOfRepository();
  afterAll(() => rmSync(folder, { recursive: true }));
  const newWorkflow = (args: string) => shell(`node bin/millrace.ts new ${args}`, folder);

  test("says which line to add where the index is written in a way of its own", async () => {
    const index = join(folder, "workflows/index.ts");
    const text = readFileSync(index, "utf8").replace(
      /^export const workflows = (\[.*\]);$/m,
      "const all = $1;\nexport const workflows = all.slice();",
    );
    writeFileSync(index, text);
    const { code, output } = await newWorkflow("refund-order --on order.returned --step pay-back");
    expect(code).toBe(0);
    expect(output).toContain('import { refundOrder } from "./refund-order/workflow.ts";');
    expect(output).toContain("Add it to workflows/index.ts");
    expect(readFileSync(index, "utf8")).toBe(text);
    expect(existsSync(join(folder, "workflows/refund-order/pay-back.lambda.ts"))).toBe(true);
    expect(output).not.toContain("cdk.json");
  });

  test("says that an app is missing where no cdk.json names one, before the local cloud is to be started", async () => {
    const empty = mkdtempSync(join(tmpdir(), "millrace-new-"));
    onTestFinished(() => rmSync(empty, { recursive: true }));
    writeFileSync(join(empty, "package.json"), '{ "type": "module" }');
    const { code, output } = await shell(`node ${join(folder, "bin/millrace.ts")} new refund-order`, empty);
    expect(code).toBe(0);
    expect(output).toMatch(
      /Then write a CDK app .*, as docs\/embedding\.md shows, and name it in cdk\.json.*\nThen send an event/,
    );
  });

  test("writes a file for coding agents whose pages exist, and leaves one that is there as it is", async () => {
    const file = join(folder, "AGENTS.md");
    const pages = [...readFileSync(file, "utf8").matchAll(/docs\/[\w-]+\.md/g)].map(([page]) => page);
    expect(pages.length).toBeGreaterThan(3);
    expect(pages.filter((page) => !existsSync(join(import.meta.dirname, "../..", page)))).toEqual([]);
    writeFileSync(file, "mine");
    const { output } = await newWorkflow("collect-order");
    expect(output).not.toContain("AGENTS.md");
    expect(readFileSync(file, "utf8")).toBe("mine");
  });

  test.each([
    ["a workflow that is there", "refund-order", /workflows\/refund-order already exists/],
    [
      "a step that is there",
      "repay-order --step pay-back",
      /workflows\/.*pay-back\.lambda\.ts already exists/,
    ],
    [
      "an event that is there",
      "film-again --on video.requested",
      /The event "video\.requested" already exists/,
    ],
    ["a bad name", "Refund", /The workflow name "Refund" must have/],
    ["no name", "", /missing required argument 'workflow'/],
  ])("refuses %s, and writes nothing", async (_, args, message) => {
    const { code, output } = await newWorkflow(args);
    expect(output).toMatch(message);
    expect(code).toBe(1);
    for (const name of ["repay-order", "film-again", "Refund"])
      expect(existsSync(join(folder, "workflows", name)), name).toBe(false);
  });
});
