import { App, Duration, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { Bucket } from "aws-cdk-lib/aws-s3";
import { Topic } from "aws-cdk-lib/aws-sns";
import { expect, test } from "vitest";
import {
  ArtifactBucket,
  DurableQueue,
  EventBus,
  HandlerFunction,
  notify,
  StateTable,
} from "../../lib/cdk.ts";

/** A stack without `Millrace`, with a function of its own. */
function mail() {
  const stack = new Stack(new App(), "Mail");
  const handler = new HandlerFunction(stack, "Mailer", {
    code: Code.fromInline("export const handler = () => {};"),
    description: "Writes to customers",
    memorySize: 256,
  });
  return { stack, handler, template: () => Template.fromStack(stack) };
}

/** The actions that its function may take on some resource of the stack. */
const may = (template: Template, action: string) =>
  template.hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: action })]) },
  });

test("a queue, a function and a bus need no Millrace", () => {
  const { stack, handler, template } = mail();
  const { bus } = new EventBus(stack, "Bus", { archiveRetention: Duration.days(30) });
  const queue = new DurableQueue(stack, "Queue", { consumer: handler, maxConcurrency: 5 });
  queue.subscribe("shipped", { eventBus: bus, eventPattern: { detailType: ["order.shipped"] } });
  template().hasResourceProperties("AWS::Lambda::Function", { MemorySize: 256 });
  template().resourceCountIs("AWS::SQS::Queue", 2);
  template().resourceCountIs("AWS::CloudWatch::Alarm", 2);
  template().hasResourceProperties("AWS::Events::Rule", {
    EventPattern: { "detail-type": ["order.shipped"] },
  });
});

test("a topic is notified of the alarms of constructs outside of Millrace", () => {
  const { stack, handler, template } = mail();
  new DurableQueue(stack, "Queue", { consumer: handler });
  notify(stack, new Topic(stack, "OnCall"));
  const topic = [{ Ref: Match.stringLikeRegexp("^OnCall") }];
  template().allResourcesProperties("AWS::CloudWatch::Alarm", { AlarmActions: topic, OKActions: topic });
});

test("the table and the bucket need no Millrace", () => {
  const { stack, handler, template } = mail();
  const table = new StateTable(stack, "State", { retentionDays: 30 });
  const files = new ArtifactBucket(stack, "Files", { retentionDays: 30 });
  table.connect(handler, { may: ["DeleteItem"], of: ["mail/*"] });
  files.connect(handler, "read", "mail/");
  may(template(), "dynamodb:DeleteItem");
  may(template(), "s3:GetObject");
});

test("CDK's grants accept a function of Millrace, and the bus accepts any function", () => {
  const { stack, handler, template } = mail();
  new Bucket(stack, "Letters").grantDelete(handler);
  new EventBus(stack, "Bus", { archiveRetention: Duration.days(30) }).grantPublish(handler);
  may(template(), "s3:DeleteObject*");
  may(template(), "events:PutEvents");
  expect(handler.grantPrincipal).toBe(handler.function.grantPrincipal);
});
