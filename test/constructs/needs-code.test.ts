import { existsSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { Triggers } from "../../examples/triggers/stack.ts";
import { Millrace } from "../../lib/millrace.ts";
import { approveExpense } from "../end-to-end/approvals/expense/workflow.ts";

const HANDLERS = join(import.meta.dirname, "../end-to-end/approvals/expense");

/** An app of the CDK's command, which names the stacks to bundle. */
function appOf(...stacks: string[]) {
  const outdir = mkdtempSync(join(tmpdir(), "millrace-code-"));
  return new App({ outdir, postCliContext: { "aws:cdk:bundling-stacks": stacks } });
}

function synthesize(...stacks: string[]) {
  const app = appOf(...stacks);
  const stack = new Stack(app, "Expenses");
  new Millrace(stack, "Millrace", { workflows: [approveExpense], handlers: HANDLERS });
  const template = Template.fromStack(stack);
  const functions = Object.entries(template.findResources("AWS::Lambda::Function"));
  const codes = functions.map(([, { Properties }]) => Object.keys(Properties.Code).join());
  return { app, functions: functions.map(([id]) => id), codes: [...new Set(codes)] };
}

test("a command of the CDK that bundles no stack, as cdk list and cdk destroy, bundles no handler", () => {
  const [listed, deployed] = [synthesize(), synthesize("Expenses")];
  expect(existsSync(join(listed.app.outdir, "bundles"))).toBe(false);
  expect(listed.codes).toEqual(["ZipFile"]);
  expect(deployed.codes).toEqual(["S3Bucket,S3Key"]);
  expect(listed.functions).toEqual(deployed.functions);
});

test("nor the handlers of triggers", () => {
  const app = appOf();
  new Triggers(app, "Triggers");
  app.synth();
  expect(existsSync(join(app.outdir, "bundles"))).toBe(false);
});
