import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  DeleteEventSourceMappingCommand,
  GetFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  LambdaClient,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  PublishVersionCommand,
  ResourceNotFoundException,
  UpdateFunctionConfigurationCommand,
} from "@aws-sdk/client-lambda";
import { GetQueueAttributesCommand, SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { ACTOR, eventually, functionOf, served } from "../cloud/served.ts";

const { client, cloud } = await served({
  Role: ACTOR,
  Greet: functionOf(
    `exports.handler = async ({ name, fail }, context) => {
      console.log("greeting", name);
      if (fail) throw new TypeError("no such person");
      return { hello: name, colour: process.env.COLOUR, version: context.functionVersion };
    };`,
    { FunctionName: "greet", Environment: { Variables: { COLOUR: "red" } } },
  ),
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "people" } },
});
const lambda = new LambdaClient(client);
const sqs = new SQSClient(client);
const FunctionName = "greet";

const invoke = async (event: object, more: object = {}) => {
  const command = new InvokeCommand({ FunctionName, Payload: JSON.stringify(event), ...more });
  const answer = await lambda.send(command);
  // Only a call that waited for the function has one.
  const Payload = answer.Payload && JSON.parse(answer.Payload.transformToString());
  return { ...answer, Payload };
};

test("a function answers, with the end of its log where asked", async () => {
  const answer = await invoke({ name: "Ada" }, { LogType: "Tail" });
  expect(answer).toMatchObject({
    StatusCode: 200,
    ExecutedVersion: "$LATEST",
    Payload: { hello: "Ada", colour: "red", version: "$LATEST" },
  });
  expect(answer.FunctionError).toBeUndefined();
  expect(Buffer.from(answer.LogResult!, "base64").toString()).toContain("greeting Ada");
});

test("an error is the function's, not the call's", async () => {
  expect(await invoke({ fail: true })).toMatchObject({
    StatusCode: 200,
    FunctionError: "Unhandled",
    Payload: { errorType: "TypeError", errorMessage: "no such person" },
  });
  expect(await invoke({ name: "later" }, { InvocationType: "Event" })).toMatchObject({ StatusCode: 202 });
  expect(await invoke({}, { InvocationType: "DryRun" })).toMatchObject({ StatusCode: 204 });
  const absent = new InvokeCommand({ FunctionName: "unknown" });
  await expect(lambda.send(absent)).rejects.toThrow(ResourceNotFoundException);
});

test("functions are described, changed, published and given an alias", async () => {
  const { Functions } = await lambda.send(new ListFunctionsCommand({}));
  expect(Functions!.map(({ FunctionName }) => FunctionName)).toEqual(["greet"]);
  const Environment = { Variables: { COLOUR: "blue" } };
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 9, Environment }));
  const { Configuration } = await lambda.send(new GetFunctionCommand({ FunctionName }));
  expect(Configuration).toMatchObject({ Timeout: 9, Runtime: "nodejs24.x", State: "Active", Environment });
  const { Version } = await lambda.send(new PublishVersionCommand({ FunctionName }));
  expect(Version).toBe("1");
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: "live", FunctionVersion: "1" }));
  const live = await invoke({ name: "Ada" }, { Qualifier: "live" });
  expect(live.Payload).toEqual({ hello: "Ada", colour: "blue", version: "1" });
});

test("a permission becomes a statement of the policy", async () => {
  await lambda.send(
    new AddPermissionCommand({
      FunctionName,
      StatementId: "rule",
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
      SourceArn: "arn:aws:events:us-east-1:000000000000:rule/r",
    }),
  );
  const { Policy } = await lambda.send(new GetPolicyCommand({ FunctionName }));
  expect(JSON.parse(Policy!).Statement).toMatchObject([
    { Sid: "rule", Principal: { Service: "events.amazonaws.com" } },
  ]);
});

test("a mapping brings a queue's messages to the function", async () => {
  const EventSourceArn = "arn:aws:sqs:us-east-1:000000000000:people";
  const QueueUrl = `${cloud.endpoint}/000000000000/people`;
  const created = await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn, BatchSize: 1 }),
  );
  expect(created).toMatchObject({ BatchSize: 1, LastModified: expect.any(Date) });
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  expect(EventSourceMappings).toMatchObject([{ UUID: created.UUID, EventSourceArn }]);
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "{}" }));
  await eventually(async () => {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }),
    );
    const left =
      Number(Attributes!.ApproximateNumberOfMessages) +
      Number(Attributes!.ApproximateNumberOfMessagesNotVisible);
    return left === 0 ? true : undefined;
  });
  const { UUID } = created;
  expect((await lambda.send(new DeleteEventSourceMappingCommand({ UUID }))).UUID).toBe(UUID);
});

test("a setting that is out of range is refused by its name", async () => {
  const change = new UpdateFunctionConfigurationCommand({ FunctionName, Timeout: 901 });
  await expect(lambda.send(change)).rejects.toMatchObject({
    name: "InvalidParameterValueException",
    message: expect.stringContaining("Timeout"),
  });
  const { Timeout } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  expect(Timeout).not.toBe(901);
});
