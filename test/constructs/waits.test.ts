import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { Millrace } from "../../lib/millrace.ts";
import { printReport, workflows } from "../end-to-end/waits/shop/workflows.ts";

const HANDLERS = "test/end-to-end/waits/shop";

function stackOf(handlers: string, definitions = workflows): Stack {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-waits-")) });
  const stack = new Stack(app, "Shop");
  new Millrace(stack, "Millrace", { workflows: definitions, handlers });
  return stack;
}

let template: Template;
beforeAll(() => {
  template = Template.fromStack(stackOf(HANDLERS));
});

test("one rule for each awaited event, no matter who sends it, and one for the ends of runs that were called", () => {
  for (const name of ["order.paid", "order.cancelled", "print.finished"]) {
    const rules = template.findResources("AWS::Events::Rule", {
      Properties: {
        Description: `${name} → runs that wait for it`,
        EventPattern: { "detail-type": [name] },
      },
    });
    expect(Object.keys(rules), name).toHaveLength(1);
  }
  template.hasResourceProperties("AWS::Events::Rule", {
    EventPattern: {
      source: ["millrace"],
      "detail-type": ["run.succeeded", "run.failed", "run.timed-out", "run.terminated"],
      detail: { parent: { run: [{ exists: true }] } },
    },
  });
});

test("the queue's function may answer states, read how they were left, pass payloads, and request terminations: nothing else outside the table", () => {
  const policies = Object.entries(template.findResources("AWS::IAM::Policy"));
  const [, policy] = policies.find(([id]) => id.startsWith("MillraceWaitsWaitRole"))!;
  const actions = policy.Properties.PolicyDocument.Statement.flatMap(({ Action }: any) => Action);
  const [tables, others] = [true, false].map((isTable) =>
    actions
      .filter((action: string) => !/^(logs|xray):/.test(action) && action.startsWith("dynamodb:") === isTable)
      .sort(),
  );
  expect([...new Set(tables)]).toEqual([
    "dynamodb:BatchGetItem",
    "dynamodb:DeleteItem",
    "dynamodb:GetItem",
    "dynamodb:PartiQLInsert",
    "dynamodb:PartiQLUpdate",
    "dynamodb:PutItem",
    "dynamodb:Query",
    "dynamodb:UpdateItem",
  ]);
  expect(others).toEqual([
    "s3:GetObject",
    "s3:PutObject",
    "s3:PutObjectTagging",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ReceiveMessage",
    // To control's queue, and back to its own.
    "sqs:SendMessage",
    "sqs:SendMessage",
    "states:GetExecutionHistory",
    "states:SendTaskFailure",
    "states:SendTaskSuccess",
  ]);
  const wildcards = policy.Properties.PolicyDocument.Statement.filter(
    ({ Resource }: any) => Resource === "*",
  );
  expect(
    wildcards.flatMap(({ Action }: any) => Action).every((action: string) => action.startsWith("xray:")),
  ).toBe(true);
  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "Delivers events to the runs that wait for them",
    Environment: { Variables: Match.objectLike({ MILLRACE_CONTROL_QUEUE: Match.anyValue() }) },
  });
});

test("where a workflow waits for events, their contracts' handler has to be there", () => {
  const empty = mkdtempSync(join(tmpdir(), "millrace-handlers-"));
  for (const name of ["print-report.intake", "start-print"])
    writeFileSync(join(empty, `${name}.lambda.ts`), "");
  expect(() => stackOf(empty, [printReport] as never)).toThrow(
    /The handler file waits\.lambda\.ts is missing below the folder ".*"\. Create it, or set "handlers".* docs\/waiting\.md/,
  );
});
