import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { expect, test } from "vitest";
import { DurableQueue } from "../../lib/constructs/durable-queue.ts";
import { HandlerFunction } from "../../lib/constructs/handler-function.ts";

test("the function may send a message back to its own queue, to no other, and Lambda lets it", () => {
  const stack = new Stack(new App(), "Stack");
  const consumer = new HandlerFunction(stack, "Handler", {
    code: Code.fromInline("exports.handler = () => {};"),
    description: "Drains the queue",
  });
  new DurableQueue(stack, "Work", { consumer });
  const template = Template.fromStack(stack);
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
