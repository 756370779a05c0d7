import { App, Duration, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { expect, test } from "vitest";
import { DurableQueue, type DurableQueueProps } from "../../lib/constructs/durable-queue.ts";
import { HandlerFunction } from "../../lib/constructs/handler-function.ts";

function templateOf(props: Omit<DurableQueueProps, "consumer">): Template {
  const stack = new Stack(new App(), "Stack");
  const consumer = new HandlerFunction(stack, "Handler", {
    code: Code.fromInline("exports.handler = () => {};"),
    description: "Drains the queue",
  });
  new DurableQueue(stack, "Work", { ...props, consumer });
  return Template.fromStack(stack);
}

test.each<[string, Omit<DurableQueueProps, "consumer">, unknown]>([
  ["1", {}, Match.absent()],
  ["10", { batchSize: 10 }, Match.absent()],
  ["11, which Lambda only accepts with a window", { batchSize: 11 }, 1],
  ["100 that may wait longer", { batchSize: 100, batchWindow: Duration.seconds(5) }, 5],
])("messages of a batch of %s wait no longer than they must", (_size, props, window) => {
  templateOf(props).hasResourceProperties("AWS::Lambda::EventSourceMapping", {
    BatchSize: props.batchSize ?? 1,
    MaximumBatchingWindowInSeconds: window,
  });
});

test("the function may send a message back to its own queue, to no other, and Lambda lets it", () => {
  const template = templateOf({});
  template.hasResourceProperties("AWS::Lambda::Function", { RecursiveLoop: "Allow" });
  const [queue] = Object.keys(
    template.findResources("AWS::SQS::Queue", { Properties: { RedrivePolicy: Match.anyValue() } }),
  );
  const sending = Object.values(template.findResources("AWS::IAM::Policy"))
    .flatMap(({ Properties }) => Properties.PolicyDocument.Statement)
    .filter(({ Action }) => [Action].flat().includes("sqs:SendMessage"));
  expect(sending).toEqual([
    { Effect: "Allow", Action: "sqs:SendMessage", Resource: { "Fn::GetAtt": [queue, "Arn"] } },
  ]);
});
