import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { CreateEventBusCommand, EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { SFNClient } from "@aws-sdk/client-sfn";
import { CreateQueueCommand, SQSClient } from "@aws-sdk/client-sqs";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { afterAll, expect, test } from "vitest";
import { direct } from "../../../../lambdas/runtime/aws/client/direct-client.ts";
import { DYNAMODB } from "../../../../lambdas/runtime/aws/client/dynamodb-calls.ts";
import {
  BatchExecuteStatementCommand,
  BatchGetCommand,
  BatchWriteCommand,
  DeleteCommand,
  GetCommand,
  PutCommand,
  QueryCommand,
  TransactWriteCommand,
  UpdateCommand,
} from "../../../../lambdas/runtime/aws/client/dynamodb-commands.ts";
import { EVENTS } from "../../../../lambdas/runtime/aws/client/events-calls.ts";
import { PutEventsCommand } from "../../../../lambdas/runtime/aws/client/events-commands.ts";
import { marshalling } from "../../../../lambdas/runtime/aws/client/marshalling.ts";
import { SECRETS } from "../../../../lambdas/runtime/aws/client/secrets-calls.ts";
import { GetSecretValueCommand } from "../../../../lambdas/runtime/aws/client/secrets-commands.ts";
import { SQS } from "../../../../lambdas/runtime/aws/client/sqs-calls.ts";
import {
  ChangeMessageVisibilityBatchCommand,
  GetQueueAttributesCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "../../../../lambdas/runtime/aws/client/sqs-commands.ts";
import { STATES } from "../../../../lambdas/runtime/aws/client/states-calls.ts";
import {
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
} from "../../../../lambdas/runtime/aws/client/states-commands.ts";
import { served } from "../../../local/cloud/served.ts";

/** What is called directly has the answers and errors that the SDK has, command by command. */

const { client: settings } = await served();
const environment = {
  AWS_LAMBDA_FUNCTION_NAME: "f",
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_ENDPOINT_URL: settings.endpoint,
};
const tables = new DynamoDBClient(settings);
const sdk = {
  table: DynamoDBDocumentClient.from(tables, { marshallOptions: marshalling() }),
  queue: new SQSClient(settings),
  states: new SFNClient(settings),
  bus: new EventBridgeClient(settings),
  secrets: new SecretsManagerClient(settings),
};
const hot = {
  table: direct(sdk.table, DYNAMODB, 3, environment),
  queue: direct(sdk.queue, SQS, 3, environment),
  states: direct(sdk.states, STATES, 3, environment),
  bus: direct(sdk.bus, EVENTS, 3, environment),
  secrets: direct(sdk.secrets, SECRETS, 3, environment),
};
afterAll(() => {
  for (const client of [tables, sdk.queue, sdk.states, sdk.bus, sdk.secrets]) client.destroy();
});

await tables.send(
  new CreateTableCommand({
    TableName: "items",
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: ["pk", "sk"].map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  }),
);

/** An answer without what differs from call to call, or an error by what code reads. */
async function outcome(answer: Promise<any>) {
  try {
    const { $metadata, ...output } = await answer;
    return JSON.parse(JSON.stringify(output, (name, value) => (VARIES.test(name) ? "varies" : value)));
  } catch (error) {
    const { name, message, $metadata, Item } = error as any;
    const { httpStatusCode: status, attempts } = $metadata;
    return { name, message, status, attempts, ...(Item && { Item }) };
  }
}
const VARIES = /^(MessageId|EventId|SequenceNumber)$/;

/** The same command by both, the SDK first. */
async function both(client: keyof typeof sdk, command: () => any) {
  const [known, found] = [sdk[client], hot[client]].map(
    (one) => () => outcome((one as { send(command: object): Promise<object> }).send(command())),
  );
  const expected = await known!();
  expect(await found!()).toEqual(expected);
  return expected;
}

const item = { pk: "a", sk: "1", n: 1.5, list: [1, { deep: null }], yes: true, not: undefined, text: "ü\n" };

test("items are written and read as the SDK does", async () => {
  const puts = [item, { ...item, sk: "2" }].map((Item) => ({ PutRequest: { Item } }));
  await both("table", () => new BatchWriteCommand({ RequestItems: { items: puts } }));
  const { not: _, ...kept } = item;
  const Key = { pk: "a", sk: "1" };
  expect(await both("table", () => new GetCommand({ TableName: "items", Key }))).toEqual({ Item: kept });
  const keys = { items: { Keys: [Key, { pk: "a", sk: "none" }], ConsistentRead: true } };
  const { Responses } = await both("table", () => new BatchGetCommand({ RequestItems: keys }));
  expect(Responses).toEqual({ items: [kept] });
  const query = {
    TableName: "items",
    KeyConditionExpression: "pk = :pk",
    ExpressionAttributeValues: { ":pk": "a" },
    Limit: 1,
  };
  const page = await both("table", () => new QueryCommand(query));
  expect(page).toMatchObject({ Items: [kept], LastEvaluatedKey: Key });
  const rest = { ...query, ExclusiveStartKey: Key };
  expect(await both("table", () => new QueryCommand(rest))).toMatchObject({ Items: [{ sk: "2" }] });
  await both("table", () => new BatchWriteCommand({ RequestItems: { items: [{ DeleteRequest: { Key } }] } }));
  expect(await both("table", () => new GetCommand({ TableName: "items", Key }))).toEqual({});
});

test("single items are put, changed and deleted as the SDK does, and refusals have the item", async () => {
  const TableName = "items";
  const Key = { pk: "one", sk: "1" };
  const Item = { ...Key, n: 1, bytes: Buffer.from("a"), left: undefined };
  const returned = { ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const };
  await both("table", () => new PutCommand({ TableName, Item }));
  const update = {
    TableName,
    Key,
    UpdateExpression: "SET #n = :n",
    ExpressionAttributeNames: { "#n": "n" },
    ExpressionAttributeValues: { ":n": 2 },
    ReturnValues: "ALL_NEW" as const,
  };
  expect((await both("table", () => new UpdateCommand(update))).Attributes).toMatchObject({ n: 2 });
  const refused = { ...update, ...returned, ConditionExpression: "#n > :n" };
  const refusals = [
    await both("table", () => new UpdateCommand(refused)),
    await both(
      "table",
      () => new PutCommand({ TableName, Item, ...returned, ConditionExpression: "attribute_not_exists(pk)" }),
    ),
    await both(
      "table",
      () =>
        new DeleteCommand({ TableName, Key, ...returned, ConditionExpression: "attribute_not_exists(pk)" }),
    ),
  ];
  for (const { name, Item: existing } of refusals) {
    expect(name).toBe("ConditionalCheckFailedException");
    expect(Buffer.from(Object.values<number>(existing.bytes.B)).toString()).toBe("a");
  }
  const all = { TableName, Key, ReturnValues: "ALL_OLD" as const };
  const { Attributes } = await outcome(sdk.table.send(new DeleteCommand(all)));
  await sdk.table.send(new PutCommand({ TableName, Item }));
  expect((await outcome(hot.table.send(new DeleteCommand(all)))).Attributes).toEqual({ ...Attributes, n: 1 });
});

test("transactions are all or nothing, with the same reasons", async () => {
  const TableName = "items";
  const Key = { pk: "both", sk: "1" };
  const write = {
    TransactItems: [
      { Put: { TableName, Item: { ...Key, n: 1, not: undefined } } },
      {
        Update: {
          TableName,
          Key: { pk: "both", sk: "2" },
          UpdateExpression: "SET n = :n",
          ExpressionAttributeValues: { ":n": 1 },
        },
      },
    ],
  };
  await both("table", () => new TransactWriteCommand(write));
  const check = { TableName, Key, ConditionExpression: "n = :n", ExpressionAttributeValues: { ":n": 7 } };
  const refused = { TransactItems: [...write.TransactItems.slice(1), { ConditionCheck: check }] };
  const { name, message } = await both("table", () => new TransactWriteCommand(refused));
  expect([name, message]).toEqual([
    "TransactionCanceledException",
    expect.stringContaining("[None, ConditionalCheckFailed]"),
  ]);
  await both("table", () => new TransactWriteCommand({ TransactItems: [{ Delete: { TableName, Key } }] }));
});

test("an attempt of a transaction whose answer was lost writes nothing twice", async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    if (bodies.length === 1) response.destroy();
    else response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const near = { ...environment, AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` };
  await direct(sdk.table, DYNAMODB, 3, near).send(new TransactWriteCommand({ TransactItems: [] }));
  server.close();
  server.closeAllConnections();
  const tokens = bodies.map((body) => JSON.parse(body).ClientRequestToken);
  expect(tokens).toEqual([expect.stringMatching(/^[-0-9a-f]{36}$/), tokens[0]]);
});

test("statements have the same answers, refusals with the item among them", async () => {
  const put = { PutRequest: { Item: { pk: "s", sk: "1", n: 1, of: { who: ["me"] } } } };
  await sdk.table.send(new BatchWriteCommand({ RequestItems: { items: [put] } }));
  const update = `UPDATE "items" SET "n" = ? WHERE "pk" = ? AND "sk" = ? AND ("n" = ?) RETURNING ALL NEW *`;
  const statements = [
    { Statement: update, Parameters: [1, "s", "1", 1] },
    { Statement: `INSERT INTO "items" VALUE {'pk': ?, 'sk': ?}`, Parameters: ["s", "1"] },
  ];
  const Statements = statements.map((one) => ({
    ...one,
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  }));
  const refused = { ...Statements[0]!, Parameters: [2, "s", "1", 7] };
  const asked = [...Statements, { ...refused, Parameters: [2, "s", "2", 7] }];
  await both("table", () => new BatchExecuteStatementCommand({ Statements: asked }));
  const { Responses } = await both(
    "table",
    () => new BatchExecuteStatementCommand({ Statements: [refused] }),
  );
  expect(Responses[0].Error).toMatchObject({ Code: "ConditionalCheckFailed", Item: { of: { who: ["me"] } } });
});

test("messages, events and executions have the same answers", async () => {
  const { QueueUrl } = await sdk.queue.send(new CreateQueueCommand({ QueueName: "q" }));
  const Entries = [
    { Id: "0", MessageBody: "ü", MessageGroupId: "g" },
    { Id: "1", MessageBody: "" },
  ];
  const sent = await both("queue", () => new SendMessageBatchCommand({ QueueUrl, Entries }));
  expect([sent.Successful.length, sent.Failed.length]).toEqual([1, 1]);
  const hidden = [{ Id: "0", ReceiptHandle: "none", VisibilityTimeout: 1 }];
  await both("queue", () => new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: hidden }));
  const MessageAttributes = { why: { DataType: "String", StringValue: "ü" } };
  await both("queue", () => new SendMessageCommand({ QueueUrl, MessageBody: "ü", MessageAttributes }));
  const asked = { QueueUrl, AttributeNames: ["ApproximateNumberOfMessages" as const] };
  const { Attributes } = await both("queue", () => new GetQueueAttributesCommand(asked));
  expect(Number(Attributes.ApproximateNumberOfMessages)).toBeGreaterThan(0);
  await sdk.bus.send(new CreateEventBusCommand({ Name: "b" }));
  const event = { EventBusName: "b", Source: "s", DetailType: "d", Detail: "{}", Time: new Date(7_500) };
  const put = new PutEventsCommand({ Entries: [event, { ...event, Detail: "?" }] });
  expect(await both("bus", () => put)).toMatchObject({ FailedEntryCount: 1 });
});

test("errors have the same names, texts and attempts", async () => {
  const Keys = [{ pk: "a", sk: "1" }];
  await both("table", () => new BatchGetCommand({ RequestItems: { none: { Keys } } }));
  await both("table", () => new BatchExecuteStatementCommand({ Statements: [{ Statement: "SELECT" }] }));
  await both("table", () => new GetCommand({ TableName: "items", Key: { pk: "a" } }));
  const QueueUrl = `${settings.endpoint}/000000000000/none`;
  const Entries = [{ Id: "0", MessageBody: "x" }];
  expect((await both("queue", () => new SendMessageBatchCommand({ QueueUrl, Entries }))).attempts).toBe(1);
  await both("queue", () => new SendMessageCommand({ QueueUrl, MessageBody: "x" }));
  await both("queue", () => new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] }));
  await both("secrets", () => new GetSecretValueCommand({ SecretId: "none" }));
  const gone = await both("states", () => new SendTaskSuccessCommand({ taskToken: "t", output: "{}" }));
  expect(gone.name).toBe("InvalidToken");
  await both("states", () => new SendTaskFailureCommand({ taskToken: "t" }));
  const stateMachineArn = "arn:aws:states:us-east-1:000000000000:stateMachine:none";
  await both("states", () => new StartExecutionCommand({ stateMachineArn }));
  await both("bus", () => new PutEventsCommand({ Entries: [] }));
});

test("secrets are read as the SDK reads them", async () => {
  await sdk.secrets.send(new CreateSecretCommand({ Name: "text", SecretString: "ü" }));
  await sdk.secrets.send(new CreateSecretCommand({ Name: "bytes", SecretBinary: Buffer.from("a") }));
  const stage = { VersionStage: "AWSCURRENT" };
  const found = await both("secrets", () => new GetSecretValueCommand({ SecretId: "text", ...stage }));
  expect(found).toMatchObject({ SecretString: "ü", CreatedDate: expect.stringMatching(/Z$/) });
  const { SecretBinary } = await both("secrets", () => new GetSecretValueCommand({ SecretId: "bytes" }));
  expect(SecretBinary).toEqual({ 0: 97 });
});

test("a command that is not among them goes through the SDK", async () => {
  const found = await hot.queue.send(new CreateQueueCommand({ QueueName: "other" }));
  expect(found.QueueUrl).toContain("other");
});

test("bytes are written and read as bytes, also within maps and lists", async () => {
  const bytes = (text: string) => Buffer.from(text);
  const Item = { pk: "bytes", sk: "1", body: bytes("a"), deep: { list: [bytes("b"), { more: bytes("c") }] } };
  await both("table", () => new BatchWriteCommand({ RequestItems: { items: [{ PutRequest: { Item } }] } }));
  const { Item: read } = await both(
    "table",
    () => new GetCommand({ TableName: "items", Key: { pk: "bytes", sk: "1" } }),
  );
  expect(Buffer.from(Object.values<number>(read.body)).toString()).toBe("a");
  const query = {
    TableName: "items",
    KeyConditionExpression: "pk = :pk",
    FilterExpression: "body = :body",
    ExpressionAttributeValues: { ":pk": "bytes", ":body": bytes("a") },
  };
  expect((await both("table", () => new QueryCommand(query))).Items).toHaveLength(1);
});
