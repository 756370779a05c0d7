import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { expect, test } from "vitest";
import { z } from "zod";
import { defineEvent } from "../../lib/contract/event.ts";
import { Millrace } from "../../lib/millrace.ts";
import { defineWorkflow } from "../../lib/workflow/define.ts";

const Tired = defineEvent("cat.tired", { version: 1, schema: z.object({ cat: z.string() }) });
const takeNap = defineWorkflow("take-nap", {
  on: Tired,
  run: (w) => {
    w.sleep("20 minutes");
  },
});

test("a state machine may ask and wait although its definition does not: runs of an earlier one may have to", () => {
  const handlers = mkdtempSync(join(tmpdir(), "millrace-naps-"));
  writeFileSync(join(handlers, "take-nap.intake.lambda.ts"), "export const handler = async () => {};");
  const stack = new Stack(new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-nap-")) }), "Naps");
  const millrace = new Millrace(stack, "Millrace", { workflows: [takeNap], handlers, console: false });
  const template = Template.fromStack(Stack.of(millrace.workflows.get("take-nap")!));
  template.resourceCountIs("AWS::StepFunctions::StateMachine", 1);
  const policies = Object.entries(template.findResources("AWS::IAM::Policy"));
  const [[, own]] = policies.filter(([id]) => id.startsWith("CoordinatorRole")) as [[string, any]];
  const statements = own.Properties.PolicyDocument.Statement;
  const allowed = statements.filter(
    ({ Action }: any) => ![Action].flat().some((one) => /^(xray|logs):/.test(one)),
  );
  expect(allowed.map(({ Action }: any) => Action)).toEqual([
    "sqs:SendMessage",
    "s3:GetObject",
    "states:StartExecution",
    ["states:DescribeExecution", "states:StopExecution"],
  ]);
  const text = JSON.stringify(allowed[0].Resource);
  expect(text).toMatch(/Approvals.*Waits/);
});
