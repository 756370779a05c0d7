import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { beforeAll, expect, test } from "vitest";
import { Millrace } from "../../lib/millrace.ts";
import { catalogue, makeBook } from "../end-to-end/dead-letters/app/books.ts";

type Resources = Record<string, { Properties: any; DependsOn?: string[] }>;

let parent: Template;
let workflow: Template;
let reaction: Template;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-dead-letters-")) });
  const stack = new Stack(app, "Press");
  const handlers = "test/end-to-end/dead-letters/app";
  const millrace = new Millrace(stack, "Millrace", {
    workflows: [makeBook],
    reactions: [catalogue],
    handlers,
  });
  parent = Template.fromStack(stack);
  workflow = Template.fromStack(Stack.of(millrace.workflows.get("make-book")!));
  reaction = Template.fromStack(Stack.of(millrace.reactions.get("catalogue")!));
});

const resources = (template: Template, type: string) =>
  Object.entries(template.findResources(type) as Resources);
const deadLetters = (template: Template) =>
  resources(template, "AWS::SQS::Queue").filter(([, { Properties }]) => !Properties.RedrivePolicy);

test("each stack has one queue of dead letters, for all of its queues and rules", () => {
  for (const template of [parent, workflow, reaction]) {
    const [[id], ...others] = deadLetters(template) as [[string, object]];
    expect(others).toEqual([]);
    const arn = { "Fn::GetAtt": [id, "Arn"] };
    for (const [, { Properties }] of resources(template, "AWS::SQS::Queue"))
      if (Properties.RedrivePolicy) expect(Properties.RedrivePolicy.deadLetterTargetArn).toEqual(arn);
    const targets = resources(template, "AWS::Events::Rule")
      .flatMap(([, { Properties }]) => Properties.Targets)
      .filter(({ DeadLetterConfig }) => DeadLetterConfig);
    expect(targets.length).toBeGreaterThan(0);
    for (const { DeadLetterConfig } of targets) expect(DeadLetterConfig).toEqual({ Arn: arn });
  }
});

test("one statement lets the rules of the app's bus send to it, and those on AWS's own by their names", () => {
  for (const template of [parent, workflow, reaction]) {
    const [[queue]] = deadLetters(template) as [[string, object]];
    const allowed = resources(template, "AWS::SQS::QueuePolicy")
      .filter(([, { Properties }]) => Properties.Queues.some((entry: any) => entry.Ref === queue))
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Effect }) => Effect === "Allow");
    expect(allowed).toMatchObject([
      {
        Action: "sqs:SendMessage",
        Principal: { Service: "events.amazonaws.com" },
        Condition: {
          ArnLike: { "aws:SourceArn": expect.anything() },
          StringEquals: { "aws:SourceAccount": { Ref: "AWS::AccountId" } },
        },
      },
    ]);
    const onOtherBuses = resources(template, "AWS::Events::Rule")
      .filter(([, { Properties }]) => Properties.Targets.some((target: any) => target.DeadLetterConfig))
      .filter(([, { Properties }]) => Properties.EventBusName === undefined)
      .map(([id]) => ({ "Fn::GetAtt": [id, "Arn"] }));
    const given = [allowed[0].Condition.ArnLike["aws:SourceArn"]].flat();
    expect(given).toHaveLength(onOtherBuses.length + 1);
    expect(given).toEqual(expect.arrayContaining(onOtherBuses));
    expect(given.filter((arn) => /:rule\/.*\/\*/.test(JSON.stringify(arn)))).toHaveLength(1);
  }
});

test("one function reads them all, with grants next to the queues", () => {
  const [[collector]] = resources(parent, "AWS::Lambda::Function").filter(([, { Properties }]) =>
    /^Stores dead letters/.test(Properties.Description),
  ) as [[string, object]];
  for (const template of [parent, workflow, reaction]) {
    const [[queue]] = deadLetters(template) as [[string, object]];
    const arn = { "Fn::GetAtt": [queue, "Arn"] };
    template.hasResource("AWS::Lambda::EventSourceMapping", {
      Properties: {
        EventSourceArn: arn,
        FunctionName: template === parent ? { Ref: collector } : { Ref: Match.anyValue() },
        FunctionResponseTypes: ["ReportBatchItemFailures"],
      },
    });
    expect(deadLetters(template)[0]![1].Properties.QueueName).toMatch(/^Press_dead-letters_/);
  }
  const [[, policy]] = resources(parent, "AWS::IAM::Policy").filter(([id]) =>
    id.startsWith("MillraceDeadLetterCollector"),
  ) as [[string, { Properties: any }]];
  const draining = policy.Properties.PolicyDocument.Statement.filter(({ Action }: any) =>
    [Action].flat().includes("sqs:ReceiveMessage"),
  );
  expect(draining).toHaveLength(1);
  expect(JSON.stringify(draining[0].Resource)).toMatch(/:Press_dead-letters_\*"/);
});

test("its alarms: one for each subscriber, one for a slow collector; none that counts messages in a queue", () => {
  const died = (template: Template) =>
    resources(template, "AWS::CloudWatch::Alarm")
      .filter(([, { Properties }]) => Properties.MetricName === "DeadLetters")
      .map(([, { Properties }]) => Properties.Dimensions);
  expect(died(workflow)).toEqual([[{ Name: "subscriber", Value: "make-book" }]]);
  expect(died(reaction)).toEqual([[{ Name: "subscriber", Value: "catalogue" }]]);
  expect(
    died(parent)
      .flat()
      .map(({ Value }: { Value: string }) => Value),
  ).toEqual(expect.arrayContaining(["millrace.waits", "millrace.control", "millrace.endings"]));
  for (const template of [parent, workflow, reaction]) {
    const [[queue]] = deadLetters(template) as [[string, object]];
    template.hasResourceProperties("AWS::CloudWatch::Alarm", {
      MetricName: "ApproximateAgeOfOldestMessage",
      Dimensions: [{ Name: "QueueName", Value: { "Fn::GetAtt": [queue, "QueueName"] } }],
      Threshold: 300,
    });
    const depth = { MetricName: "ApproximateNumberOfMessagesVisible" };
    template.resourcePropertiesCountIs("AWS::CloudWatch::Alarm", depth, 0);
  }
});

test("control may send messages back to every queue, and answer states that wait for a discarded one", () => {
  const sendable = (template: Template) =>
    resources(template, "AWS::SQS::QueuePolicy")
      .flatMap(([, { Properties }]) => Properties.PolicyDocument.Statement)
      .filter(({ Action, Principal }) => Action.includes("sqs:SendMessage") && Principal.AWS !== undefined)
      .map(({ Resource }) => JSON.stringify(Resource));
  const drained = (template: Template) =>
    resources(template, "AWS::SQS::Queue")
      .filter(([id, { Properties }]) => Properties.RedrivePolicy && !/^MillraceControl/.test(id))
      .map(([id]) => JSON.stringify({ "Fn::GetAtt": [id, "Arn"] }));
  for (const template of [parent, workflow, reaction])
    expect(sendable(template).sort()).toEqual(drained(template).sort());
});
