import { expect, test } from "vitest";
import { cloud, QUEUE, START } from "./harness.ts";

const PATTERN = '{"source":["shop"]}';
const arn = (resource: string) => `arn:aws:events:us-east-1:000000000000:${resource}`;

test("buses: the default one always exists, others are created and deleted", async () => {
  const { events } = cloud();
  expect(await events("CreateEventBus", { Name: "b", Description: "second" })).toEqual({
    EventBusArn: arn("event-bus/b"),
    Description: "second",
  });
  const described = {
    Name: "b",
    Arn: arn("event-bus/b"),
    CreationTime: START / 1000,
    LastModifiedTime: START / 1000,
  };
  expect(await events("DescribeEventBus", { Name: arn("event-bus/b") })).toEqual({
    ...described,
    Description: "second",
  });
  expect((await events("DescribeEventBus")).Name).toBe("default");
  const { EventBuses } = await events("ListEventBuses");
  expect(EventBuses.map(({ Name }: any) => Name)).toEqual(["b", "default"]);
  await expect(events("CreateEventBus", { Name: "b" })).rejects.toMatchObject({
    code: "ResourceAlreadyExistsException",
    message: "Event bus b already exists.",
  });
  await expect(events("DeleteEventBus", { Name: "default" })).rejects.toThrow(
    "Cannot delete event bus default.",
  );
  await events("PutRule", { Name: "r", EventBusName: "b", EventPattern: PATTERN });
  await expect(events("DeleteEventBus", { Name: "b" })).rejects.toThrow("since it has rules");
  await events("DeleteRule", { Name: "r", EventBusName: "b" });
  await events("DeleteEventBus", { Name: "b" });
  await expect(events("DescribeEventBus", { Name: "b" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
    message: "Event bus b does not exist.",
  });
  // What is gone may be deleted again.
  expect(await events("DeleteEventBus", { Name: "b" })).toEqual({});
});

test("permissions make up the policy of a bus", async () => {
  const { events } = cloud();
  const permission = { Action: "events:PutEvents", Principal: "111122223333" };
  await events("PutPermission", { StatementId: "a", ...permission });
  await events("PutPermission", { StatementId: "b", ...permission, Principal: "*" });
  const statements = async () => JSON.parse((await events("DescribeEventBus")).Policy).Statement;
  expect(await statements()).toEqual([
    {
      Sid: "a",
      Effect: "Allow",
      Principal: { AWS: "arn:aws:iam::111122223333:root" },
      Action: "events:PutEvents",
      Resource: arn("event-bus/default"),
    },
    expect.objectContaining({ Sid: "b", Principal: "*" }),
  ]);
  await events("RemovePermission", { StatementId: "a" });
  expect((await statements()).map(({ Sid }: any) => Sid)).toEqual(["b"]);
  await expect(events("RemovePermission", { StatementId: "a" })).rejects.toThrow(
    "Statement with the provided id does not exist.",
  );
  await events("RemovePermission", { RemoveAllPermissions: true });
  expect(await events("DescribeEventBus")).not.toHaveProperty("Policy");
});

test("rules: described as they were last put", async () => {
  const { events } = cloud();
  await events("CreateEventBus", { Name: "b" });
  const put = { Name: "r", EventBusName: "b", EventPattern: PATTERN, Description: "first" };
  expect(await events("PutRule", put)).toEqual({ RuleArn: arn("rule/b/r") });
  expect((await events("PutRule", { ...put, EventBusName: undefined })).RuleArn).toBe(arn("rule/r"));
  await events("PutRule", { ...put, Description: undefined, State: "DISABLED" });
  expect(await events("DescribeRule", { Name: "r", EventBusName: "b" })).toEqual({
    Name: "r",
    Arn: arn("rule/b/r"),
    EventPattern: PATTERN,
    State: "DISABLED",
    EventBusName: "b",
    CreatedBy: "000000000000",
  });
  await expect(events("DescribeRule", { Name: "none" })).rejects.toThrow(
    "Rule none does not exist on EventBus default.",
  );
  await expect(events("PutRule", { Name: "x" })).rejects.toThrow(
    "EventPattern or ScheduleExpression must be specified",
  );
  await expect(events("PutRule", { Name: "x", EventPattern: '{"a":1}' })).rejects.toMatchObject({
    code: "InvalidEventPatternException",
  });
  await expect(events("PutRule", { ...put, State: "ON" })).rejects.toThrow("enum value set");
});

test("lists come in pages, by name", async () => {
  const { events, rule } = cloud();
  for (const name of ["b2", "a", "b1", "c", "b3"]) await rule(name, { source: ["shop"] });
  const first = await events("ListRules", { NamePrefix: "b", Limit: 2 });
  const second = await events("ListRules", { NamePrefix: "b", Limit: 2, NextToken: first.NextToken });
  expect(first.Rules.map(({ Name }: any) => Name)).toEqual(["b1", "b2"]);
  expect(second.Rules.map(({ Name }: any) => Name)).toEqual(["b3"]);
  expect(second.NextToken).toBeUndefined();
  const names = await events("ListRuleNamesByTarget", { TargetArn: QUEUE, Limit: 4 });
  expect(names.RuleNames).toEqual(["a", "b1", "b2", "b3"]);
  expect(await events("ListRuleNamesByTarget", { TargetArn: `${QUEUE}x` })).toEqual({ RuleNames: [] });
});

test("targets: at most five, each in order", async () => {
  const { events, rule } = cloud();
  await rule("r", { source: ["shop"] });
  const target = (Id: string, more: object = {}) => ({ Id, Arn: QUEUE, ...more });
  const put = (...Targets: object[]) => events("PutTargets", { Rule: "r", Targets });
  const refusals: [object, string][] = [
    [
      target("!"),
      "Value '!' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular",
    ],
    [
      target("x", { Input: "{}", InputPath: "$.a" }),
      "Only one of Input, InputPath, or InputTransformer must be",
    ],
    [target("x", { Input: "no json" }), "JSON syntax error in input for target x."],
    [target("x", { InputPath: "detail" }), "InputPath for target x is invalid"],
    [
      target("x", { InputTransformer: { InputPathsMap: { a: "$.b" }, InputTemplate: "<c>" } }),
      "InputTemplate for target x contains invalid placeholder c.",
    ],
    [target("x", { RetryPolicy: { MaximumRetryAttempts: 186 } }), "less than or equal to 185"],
    [target("x", { Arn: `${QUEUE}.fifo` }), "SqsParameters must be specified for target: x."],
    [target("x", { Arn: arn("replay/x") }), "does not deliver to arn:aws:events"],
    [target("x", { KinesisParameters: {} }), "does not serve KinesisParameters"],
    [
      { Id: "x", Arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m" },
      "RoleArn is required for target",
    ],
  ];
  for (const [refused, message] of refusals) await expect(put(refused)).rejects.toThrow(message);
  expect(await put(target("u"), target("a", { InputPath: "$.detail" }))).toEqual({
    FailedEntryCount: 0,
    FailedEntries: [],
  });
  await expect(put(target("1"), target("2"), target("3"))).rejects.toMatchObject({
    code: "LimitExceededException",
  });
  const { Targets } = await events("ListTargetsByRule", { Rule: "r" });
  expect(Targets).toEqual([target("a", { InputPath: "$.detail" }), target("t"), target("u")]);
  await expect(events("DeleteRule", { Name: "r" })).rejects.toThrow(
    "Rule can't be deleted since it has targets.",
  );
  await events("RemoveTargets", { Rule: "r", Ids: ["a", "t", "u"] });
  await events("DeleteRule", { Name: "r" });
  await expect(events("ListTargetsByRule", { Rule: "r" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
});

test("rules and buses have tags", async () => {
  const { events } = cloud();
  await events("CreateEventBus", { Name: "a/b", Tags: [{ Key: "k", Value: "1" }] });
  const { RuleArn } = await events("PutRule", { Name: "r", EventBusName: "a/b", EventPattern: PATTERN });
  await events("TagResource", {
    ResourceARN: RuleArn,
    Tags: [
      { Key: "x", Value: "1" },
      { Key: "y", Value: "2" },
    ],
  });
  await events("UntagResource", { ResourceARN: RuleArn, TagKeys: ["x"] });
  expect(await events("ListTagsForResource", { ResourceARN: RuleArn })).toEqual({
    Tags: [{ Key: "y", Value: "2" }],
  });
  expect((await events("ListTagsForResource", { ResourceARN: arn("event-bus/a/b") })).Tags).toEqual([
    { Key: "k", Value: "1" },
  ]);
  await expect(events("ListTagsForResource", { ResourceARN: arn("rule/none") })).rejects.toThrow(
    "Rule none does not exist on EventBus default.",
  );
});

test("unsupported parameters are refused by name", async () => {
  const { events } = cloud();
  await expect(events("CreateEndpoint")).rejects.toMatchObject({ code: "UnknownOperationException" });
  await expect(events("CreateEventBus", { Name: "b", EventSourceName: "partner" })).rejects.toThrow(
    "EventSourceName",
  );
});
