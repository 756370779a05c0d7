import { rmSync } from "node:fs";
import { afterAll, afterEach, describe, expect, test } from "vitest";
import { AWS_LIMITS, type LimitFigures, type Simulation, simulate } from "../../../local/simulate.ts";
import { assemblyOf } from "../simulation/assembly.ts";

const waiting = {
  StartAt: "First",
  States: { First: { Type: "Pass", Next: "Last" }, Last: { Type: "Wait", Seconds: 60, End: true } },
};
const sending = {
  StartAt: "Send",
  States: {
    Send: {
      Type: "Task",
      Resource: "arn:aws:states:::sqs:sendMessage",
      End: true,
      Parameters: { "QueueUrl.$": "$.queue", MessageBody: "sent" },
    },
  },
};
/** Sleeps for the given time, in milliseconds. */
const SLEEPER = `export const handler = ({ Records, sleep }) => new Promise((resolve) =>
  setTimeout(resolve, Records ? Number(Records[0].body) : sleep, "slept"));`;
const attribute = (AttributeName: string) => ({ AttributeName, AttributeType: "S" });
const key = (AttributeName: string, KeyType: string) => ({ AttributeName, KeyType });

const assembly = assemblyOf(
  { Sleeper: { code: SLEEPER, timeout: 60 } },
  {
    Machine: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        StateMachineName: "two-states",
        RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
        DefinitionString: JSON.stringify(waiting),
      },
    },
    Teller: {
      Type: "AWS::StepFunctions::StateMachine",
      Properties: {
        StateMachineName: "sender",
        RoleArn: { "Fn::GetAtt": ["Role", "Arn"] },
        DefinitionString: JSON.stringify(sending),
      },
    },
    Serial: { Type: "AWS::SQS::Queue", Properties: { QueueName: "serial.fifo", FifoQueue: true } },
    Work: { Type: "AWS::SQS::Queue", Properties: { QueueName: "work", VisibilityTimeout: 360 } },
    Mapping: {
      Type: "AWS::Lambda::EventSourceMapping",
      Properties: {
        EventSourceArn: { "Fn::GetAtt": ["Work", "Arn"] },
        FunctionName: { Ref: "Sleeper" },
        BatchSize: 1,
      },
    },
    Received: { Type: "AWS::SQS::Queue", Properties: { QueueName: "received" } },
    ReceivedPolicy: {
      Type: "AWS::SQS::QueuePolicy",
      Properties: {
        Queues: [{ Ref: "Received" }],
        PolicyDocument: {
          Statement: [
            {
              Effect: "Allow",
              Principal: { Service: "events.amazonaws.com" },
              Action: "sqs:SendMessage",
              Resource: { "Fn::GetAtt": ["Received", "Arn"] },
            },
          ],
        },
      },
    },
    Rule: {
      Type: "AWS::Events::Rule",
      Properties: {
        EventPattern: { source: ["test"] },
        Targets: [{ Id: "received", Arn: { "Fn::GetAtt": ["Received", "Arn"] } }],
      },
    },
    Table: {
      Type: "AWS::DynamoDB::Table",
      Properties: {
        TableName: "items",
        BillingMode: "PAY_PER_REQUEST",
        AttributeDefinitions: [attribute("pk"), attribute("sk"), attribute("status")],
        KeySchema: [key("pk", "HASH"), key("sk", "RANGE")],
        GlobalSecondaryIndexes: [
          {
            IndexName: "by-status",
            KeySchema: [key("status", "HASH"), key("sk", "RANGE")],
            Projection: { ProjectionType: "ALL" },
          },
        ],
      },
    },
  },
);

let cloud: Simulation;
afterEach(() => cloud.close());
afterAll(() => rmSync(assembly, { recursive: true, force: true }));

const open = async (limits?: "aws" | LimitFigures) => {
  cloud = await simulate(assembly, { seed: 1, ...(limits && { limits }) });
};
const refusal = (code: string) => expect.objectContaining({ code });
/** What each of so many calls answers, or its error code. */
const tryAll = async (count: number, call: (number: number) => Promise<unknown>) => {
  const answers: unknown[] = [];
  for (let number = 0; number < count; number++) {
    answers.push(
      await call(number).then(
        () => "done",
        ({ code }: { code: string }) => code,
      ),
    );
  }
  return answers;
};
const url = (name: string) => `${cloud.kernel.endpoint}/${cloud.kernel.account}/${name}`;
const stateMachineArn = () => cloud.kernel.arn("states", "stateMachine:two-states");
const start = (number: number) =>
  cloud.call("states", "StartExecution", { stateMachineArn: stateMachineArn(), name: `run-${number}` });
const put = (pk: string, sk: string, more: object = {}) =>
  cloud.call("dynamodb", "PutItem", { TableName: "items", Item: item(pk, sk, more) });
const item = (pk: string, sk: string, more: object = {}) => ({ pk: { S: pk }, sk: { S: sk }, ...more });

const received = async () => {
  const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
    QueueUrl: url("received"),
    AttributeNames: ["ApproximateNumberOfMessages"],
  });
  return Number(Attributes.ApproximateNumberOfMessages);
};

test("without limits, everything is allowed and nothing is counted", async () => {
  await open();
  expect(new Set(await tryAll(1400, start))).toEqual(new Set(["done"]));
  expect(cloud.limits()).toEqual({});
});

describe("Step Functions", () => {
  test("allows a burst of starts, then a number per second", async () => {
    await open({ startExecution: { burst: 3, perSecond: 2 } });
    expect(await tryAll(4, start)).toEqual(["done", "done", "done", "ThrottlingException"]);
    await cloud.advance("1 second");
    expect(await tryAll(3, (number) => start(number + 10))).toEqual(["done", "done", "ThrottlingException"]);
    expect(cloud.limits().startExecution).toEqual({
      used: 5,
      throttled: 2,
      busiest: { subject: "StartExecution", perSecond: 3 },
      most: { subject: "StartExecution", used: 5 },
    });
  });

  test("with the published figures, allows 1,300 starts at once", async () => {
    await open("aws");
    const answers = await tryAll(1305, start);
    expect(answers.filter((answer) => answer === "done")).toHaveLength(1300);
  });

  test("delays executions that enter too many states", async () => {
    await open({ stateTransitions: { burst: 1, perSecond: 1 } });
    for (const name of ["a", "b"]) {
      const stateMachineArn = cloud.kernel.arn("states", "stateMachine:sender");
      const input = JSON.stringify({ queue: url("received") });
      await cloud.call("states", "StartExecution", { stateMachineArn, name, input });
    }
    await cloud.settle();
    expect(await received()).toBe(1);
    await cloud.advance("1 second");
    expect(await received()).toBe(2);
    expect(cloud.limits().stateTransitions).toMatchObject({ used: 2, throttled: 1 });
  });

  test("refuses more open executions than allowed", async () => {
    await open({ openExecutions: 2 });
    expect(await tryAll(3, start)).toEqual(["done", "done", "ExecutionLimitExceeded"]);
    await cloud.advance("2 minutes");
    expect(await tryAll(1, (number) => start(number + 10))).toEqual(["done"]);
  });
});

describe("DynamoDB", () => {
  test("refuses writes of a hot partition key, and allows those of others", async () => {
    await open({ partitionWrites: { burst: 2, perSecond: 2 } });
    expect(await tryAll(3, (number) => put("hot", `${number}`))).toEqual([
      "done",
      "done",
      "ThrottlingException",
    ]);
    expect(await tryAll(1, () => put("cold", "1"))).toEqual(["done"]);
    await cloud.advance("1 second");
    expect(await tryAll(1, () => put("hot", "3"))).toEqual(["done"]);
    expect(cloud.limits().partitionWrites).toMatchObject({
      throttled: 1,
      busiest: { subject: "items hot", perSecond: 2 },
    });
  });

  test("counts units, not calls: a large item becomes a debt", async () => {
    await open({ partitionWrites: { burst: 2, perSecond: 1 } });
    const text = { text: { S: "x".repeat(4500) } };
    expect(await tryAll(2, (number) => put("hot", `${number}`, text))).toEqual([
      "done",
      "ThrottlingException",
    ]);
    await cloud.advance("3 seconds");
    expect(await tryAll(1, () => put("hot", "2"))).toEqual(["ThrottlingException"]);
    await cloud.advance("1 second");
    expect(await tryAll(1, () => put("hot", "3"))).toEqual(["done"]);
  });

  test("a hot partition of an index refuses the write of the table", async () => {
    await open({ partitionWrites: { burst: 2, perSecond: 2 } });
    const open_ = { status: { S: "open" } };
    expect(await tryAll(3, (number) => put(`${number}`, "1", open_))).toEqual([
      "done",
      "done",
      "ThrottlingException",
    ]);
    expect(await cloud.call("dynamodb", "GetItem", { TableName: "items", Key: item("2", "1") })).toEqual({});
    expect(cloud.limits().partitionWrites?.busiest.subject).toBe("items/by-status open");
  });

  test("a condition that fails uses units as well", async () => {
    await open({ partitionWrites: { burst: 2, perSecond: 1 } });
    await put("hot", "1");
    const refused = () =>
      cloud.call("dynamodb", "PutItem", {
        TableName: "items",
        Item: item("hot", "1"),
        ConditionExpression: "attribute_not_exists(pk)",
      });
    expect(await tryAll(2, refused)).toEqual(["ConditionalCheckFailedException", "ThrottlingException"]);
  });

  test("leaves parts of a batch unprocessed, and refuses one of which nothing can be done", async () => {
    await open({ partitionWrites: { burst: 1, perSecond: 1 } });
    const request = (...keys: [string, string][]) => ({
      RequestItems: { items: keys.map(([pk, sk]) => ({ PutRequest: { Item: item(pk, sk) } })) },
    });
    const { UnprocessedItems } = await cloud.call(
      "dynamodb",
      "BatchWriteItem",
      request(["hot", "1"], ["hot", "2"], ["cold", "1"]),
    );
    expect(UnprocessedItems).toEqual({ items: [{ PutRequest: { Item: item("hot", "2") } }] });
    const refused = cloud.call("dynamodb", "BatchWriteItem", request(["hot", "2"]));
    await expect(refused).rejects.toEqual(refusal("ThrottlingException"));
  });

  test("leaves keys of a batch unread", async () => {
    await open({ partitionReads: { burst: 1, perSecond: 1 } });
    const request = {
      items: { Keys: [item("a", "1"), item("a", "2"), item("b", "1")], ConsistentRead: true },
    };
    const { UnprocessedKeys } = await cloud.call("dynamodb", "BatchGetItem", { RequestItems: request });
    expect(UnprocessedKeys.items.Keys).toEqual([item("a", "2")]);
  });

  test("cancels a transaction with the reason", async () => {
    await open({ partitionWrites: { burst: 1, perSecond: 1 } });
    await put("hot", "1");
    const TransactItems = ["cold", "hot"].map((pk) => ({
      Put: { TableName: "items", Item: item(pk, "2") },
    }));
    const error = await cloud.call("dynamodb", "TransactWriteItems", { TransactItems }).catch((e) => e);
    expect(error.code).toBe("TransactionCanceledException");
    expect(error.details.CancellationReasons).toMatchObject([{ Code: "None" }, { Code: "ThrottlingError" }]);
  });

  test("refuses reads of a hot key, by item and by query", async () => {
    await open({ partitionReads: { burst: 1, perSecond: 1 } });
    const query = (pk: string) =>
      cloud.call("dynamodb", "Query", {
        TableName: "items",
        KeyConditionExpression: "pk = :pk",
        ConsistentRead: true,
        ExpressionAttributeValues: { ":pk": { S: pk } },
      });
    const get = (pk: string) => cloud.call("dynamodb", "GetItem", { TableName: "items", Key: item(pk, "1") });
    expect(await tryAll(2, () => query("hot"))).toEqual(["done", "ThrottlingException"]);
    expect(await tryAll(1, () => get("hot"))).toEqual(["ThrottlingException"]);
    expect(await tryAll(1, () => get("cold"))).toEqual(["done"]);
  });

  test("refuses more than the throughput of a new table, for any keys", async () => {
    await open({ tableWrites: 5 });
    const answers = await tryAll(7, (number) => put(`${number}`, "1"));
    expect(answers.filter((answer) => answer === "ThrottlingException")).toHaveLength(2);
  });
});

describe("Lambda", () => {
  const invoke = (sleep: number) =>
    cloud.call("lambda", "Invoke", {
      FunctionName: cloud.functionName("Sleeper"),
      Payload: JSON.stringify({ sleep }),
    });

  test("runs no more than the account's concurrency", async () => {
    await open({ concurrency: 2 });
    const running = [invoke(5000), invoke(5000)];
    await cloud.settle();
    await expect(invoke(0)).rejects.toMatchObject({
      code: "TooManyRequestsException",
      details: { Reason: "ConcurrentInvocationLimitExceeded" },
    });
    await cloud.advance("5 seconds");
    await Promise.all(running);
    const again = invoke(0);
    await cloud.advance("1 second");
    await expect(again).resolves.toMatchObject({ StatusCode: 200 });
    expect(cloud.limits().concurrency).toMatchObject({ used: 2, throttled: 1 });
  });

  test("limits the growth of a function's concurrency", async () => {
    await open({ scaling: { burst: 1, perSecond: 1 } });
    const first = invoke(5000);
    await cloud.settle();
    await expect(invoke(0)).rejects.toMatchObject({
      details: { Reason: "FunctionInvocationRateLimitExceeded" },
    });
    await cloud.advance("1 second");
    const second = invoke(0);
    await cloud.advance("5 seconds");
    await expect(Promise.all([first, second])).resolves.toHaveLength(2);
  });

  test("a throttled mapping returns its messages, and loses none", async () => {
    await open({ concurrency: 1 });
    for (let number = 0; number < 4; number++) {
      await cloud.call("sqs", "SendMessage", { QueueUrl: url("work"), MessageBody: "1000" });
    }
    await cloud.advance("30 seconds");
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
      QueueUrl: url("work"),
      AttributeNames: ["All"],
    });
    expect(Attributes).toMatchObject({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
    });
    expect(cloud.limits().concurrency?.throttled).toBeGreaterThan(0);
  });
});

describe("SQS", () => {
  test("allows a number of calls of an action for a FIFO queue; a batch is one", async () => {
    await open({ fifoCalls: { burst: 2, perSecond: 1 } });
    const message = (number: number) => ({
      MessageBody: "m",
      MessageGroupId: "g",
      MessageDeduplicationId: `${number}`,
    });
    const QueueUrl = url("serial.fifo");
    const send = (number: number) => cloud.call("sqs", "SendMessage", { QueueUrl, ...message(number) });
    const Entries = [1, 2, 3].map((number) => ({ Id: `${number}`, ...message(number) }));
    await cloud.call("sqs", "SendMessageBatch", { QueueUrl, Entries });
    expect(await tryAll(2, (number) => send(number + 10))).toEqual(["done", "RequestThrottled"]);
    const receive = cloud.call("sqs", "ReceiveMessage", { QueueUrl });
    await expect(receive).resolves.toHaveProperty("Messages");
  });

  test("allows any number of messages into a standard queue", async () => {
    await open({ fifoCalls: { burst: 1, perSecond: 1 } });
    const send = () => cloud.call("sqs", "SendMessage", { QueueUrl: url("received"), MessageBody: "m" });
    expect(await tryAll(3, send)).toEqual(["done", "done", "done"]);
  });
});

describe("EventBridge", () => {
  const publish = () =>
    cloud.call("events", "PutEvents", { Entries: [{ Source: "test", DetailType: "t", Detail: "{}" }] });

  test("allows a number of calls of PutEvents", async () => {
    await open({ putEvents: { burst: 2, perSecond: 1 } });
    expect(await tryAll(3, publish)).toEqual(["done", "done", "ThrottlingException"]);
  });

  test("delays deliveries beyond its rate, and loses nothing", async () => {
    await open({ targetInvocations: { burst: 1, perSecond: 1 } });
    for (let number = 0; number < 3; number++) await publish();
    await cloud.settle();
    expect(await received()).toBe(1);
    await cloud.advance("1 second");
    expect(await received()).toBe(2);
    await cloud.advance("1 second");
    expect(await received()).toBe(3);
    expect(cloud.limits().targetInvocations).toMatchObject({ used: 3, throttled: 2 });
  });

  test("events of services about themselves are not counted", async () => {
    await open({ ...AWS_LIMITS, putEvents: { burst: 1, perSecond: 0.001 } });
    expect(await tryAll(3, start)).toEqual(["done", "done", "done"]);
    await cloud.advance("2 minutes");
    expect(cloud.limits().putEvents).toBeUndefined();
  });
});
