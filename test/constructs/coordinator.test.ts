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

test("a workflow that sends to no one has a state machine that may send to no one", () => {
  const handlers = mkdtempSync(join(tmpdir(), "millrace-naps-"));
  writeFileSync(join(handlers, "take-nap.intake.lambda.ts"), "export const handler = async () => {};");
  const stack = new Stack(new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-nap-")) }), "Naps");
  const millrace = new Millrace(stack, "Millrace", { workflows: [takeNap], handlers, console: false });
  // Synthesis refuses a statement that names no resource.
  const template = Template.fromStack(Stack.of(millrace.workflows.get("take-nap")!));
  template.resourceCountIs("AWS::StepFunctions::StateMachine", 1);
  const policies = Object.entries(template.findResources("AWS::IAM::Policy"));
  const [[, own]] = policies.filter(([id]) => id.startsWith("CoordinatorRole")) as [[string, any]];
  const actions = own.Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action);
  expect(actions).not.toEqual([]);
  expect(actions.filter((action: string) => !/^(xray|logs):/.test(action))).toEqual([]);
});
