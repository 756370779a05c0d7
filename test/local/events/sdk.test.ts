import {
  CreateArchiveCommand,
  CreateEventBusCommand,
  DeleteEventBusCommand,
  DeleteRuleCommand,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  DescribeRuleCommand,
  DisableRuleCommand,
  EventBridgeClient,
  InvalidEventPatternException,
  ListRulesCommand,
  ListTagsForResourceCommand,
  ListTargetsByRuleCommand,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
  TestEventPatternCommand,
} from "@aws-sdk/client-eventbridge";
import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { client } = await served();
const events = new EventBridgeClient(client);
const sqs = new SQSClient(client);
const EventBusName = "orders";
const Rule = "placed";
const queueArn = "arn:aws:sqs:us-east-1:000000000000:placed";
const policy = JSON.stringify({
  Statement: [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "sqs:SendMessage",
      Resource: "*",
    },
  ],
});

test("a bus, a rule and its target are made, deliver a transformed event, and go again", async () => {
  const { QueueUrl } = await sqs.send(
    new CreateQueueCommand({ QueueName: "placed", Attributes: { Policy: policy } }),
  );
  const { EventBusArn } = await events.send(
    new CreateEventBusCommand({ Name: EventBusName, Tags: [{ Key: "team", Value: "shop" }] }),
  );
  const bus = await events.send(new DescribeEventBusCommand({ Name: EventBusName }));
  expect(bus.CreationTime).toBeInstanceOf(Date);
  expect((await events.send(new ListTagsForResourceCommand({ ResourceARN: EventBusArn }))).Tags).toEqual([
    { Key: "team", Value: "shop" },
  ]);

  const EventPattern = JSON.stringify({ source: ["shop"], detail: { total: [{ numeric: [">", 100] }] } });
  const { RuleArn } = await events.send(new PutRuleCommand({ Name: Rule, EventBusName, EventPattern }));
  expect(RuleArn).toBe("arn:aws:events:us-east-1:000000000000:rule/orders/placed");
  const InputTransformer = {
    InputPathsMap: { id: "$.detail.id" },
    InputTemplate: '{"order": <id>, "rule": <aws.events.rule-name>}',
  };
  const targets = { Rule, EventBusName, Targets: [{ Id: "q", Arn: queueArn, InputTransformer }] };
  expect((await events.send(new PutTargetsCommand(targets))).FailedEntryCount).toBe(0);
  const { Targets } = await events.send(new ListTargetsByRuleCommand({ Rule, EventBusName }));
  expect(Targets).toEqual([{ Id: "q", Arn: queueArn, InputTransformer }]);

  const entry = (detail: object) => ({
    EventBusName,
    Source: "shop",
    DetailType: "placed",
    Detail: JSON.stringify(detail),
    Time: new Date("2026-01-01T00:00:00Z"),
  });
  const put = await events.send(
    new PutEventsCommand({
      Entries: [entry({ id: "a", total: 1 }), entry({ id: "b", total: 500 }), { ...entry({}), Detail: "no" }],
    }),
  );
  expect(put.FailedEntryCount).toBe(1);
  expect(put.Entries![2]).toMatchObject({ ErrorCode: "MalformedDetail" });
  const { Messages } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 10 }));
  expect(Messages!.map(({ Body }) => JSON.parse(Body!))).toEqual([{ order: "b", rule: "placed" }]);

  await events.send(new DisableRuleCommand({ Name: Rule, EventBusName }));
  expect((await events.send(new DescribeRuleCommand({ Name: Rule, EventBusName }))).State).toBe("DISABLED");
  await events.send(new RemoveTargetsCommand({ Rule, EventBusName, Ids: ["q"] }));
  await events.send(new DeleteRuleCommand({ Name: Rule, EventBusName }));
  expect((await events.send(new ListRulesCommand({ EventBusName }))).Rules).toEqual([]);
  await events.send(new DeleteEventBusCommand({ Name: EventBusName }));
  await expect(events.send(new DescribeEventBusCommand({ Name: EventBusName }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});

test("an archive is reported with its dates", async () => {
  const EventSourceArn = "arn:aws:events:us-east-1:000000000000:event-bus/default";
  const ArchiveName = "all";
  await events.send(new CreateArchiveCommand({ ArchiveName, EventSourceArn, RetentionDays: 3 }));
  const archive = await events.send(new DescribeArchiveCommand({ ArchiveName }));
  expect(archive).toMatchObject({ State: "ENABLED", RetentionDays: 3, CreationTime: expect.any(Date) });
});

test("patterns are tried out, and refused with the SDK's error class", async () => {
  const Event = JSON.stringify({
    id: "1",
    account: "0",
    source: "shop",
    time: "2026-01-01T00:00:00Z",
    region: "us-east-1",
    resources: [],
    "detail-type": "placed",
    detail: {},
  });
  const tried = (EventPattern: string) => events.send(new TestEventPatternCommand({ EventPattern, Event }));
  expect((await tried('{"source":[{"prefix":"sh"}]}')).Result).toBe(true);
  await expect(tried('{"source":"shop"}')).rejects.toThrow(InvalidEventPatternException);
});
