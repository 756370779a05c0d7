import {
  ConditionalCheckFailedException,
  DescribeTableCommand,
  DynamoDBClient,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  paginateQuery,
  TransactWriteCommand,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../../../local/wire/server.ts";
import { START, startCloud, tableInput } from "./harness.ts";

const cloud = startCloud();
const TableName = "things";
let endpoint: Awaited<ReturnType<typeof serve>>;
let client: DynamoDBClient;
let documents: DynamoDBDocumentClient;

beforeAll(async () => {
  await cloud.call("CreateTable", tableInput(TableName, "N"));
  endpoint = await serve(cloud.kernel, { port: 0 });
  client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  documents = DynamoDBDocumentClient.from(client);
});

afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

test("the SDK stores and reads documents with every kind of value", async () => {
  const Item = {
    pk: "all",
    sk: 1,
    text: "é",
    bytes: new Uint8Array([0, 255]),
    words: new Set(["a", "b"]),
    list: [1, "two", null, { deep: true }],
  };
  await documents.send(new PutCommand({ TableName, Item }));
  const found = await documents.send(new GetCommand({ TableName, Key: { pk: "all", sk: 1 } }));
  expect(found.Item).toEqual(Item);
});

test("the SDK reads dates, errors with their details, and pages", async () => {
  const { Table } = await client.send(new DescribeTableCommand({ TableName }));
  expect(Table?.CreationDateTime).toEqual(new Date(START));

  const put = new PutCommand({
    TableName,
    Item: { pk: "p", sk: 0 },
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  });
  await documents.send(put);
  const failed = await documents.send(put).catch((error) => error);
  expect(failed).toBeInstanceOf(ConditionalCheckFailedException);
  expect(failed.Item).toEqual({ pk: { S: "p" }, sk: { N: "0" } });

  const writes = [1, 2, 0].map((sk) => ({
    Put: { TableName, Item: { pk: "p", sk }, ConditionExpression: "attribute_not_exists(pk)" },
  }));
  const cancelled = await documents
    .send(new TransactWriteCommand({ TransactItems: writes }))
    .catch((error) => error);
  expect(cancelled).toBeInstanceOf(TransactionCanceledException);
  expect(cancelled.CancellationReasons.map(({ Code }: any) => Code)).toEqual([
    "None",
    "None",
    "ConditionalCheckFailed",
  ]);
  await documents.send(new TransactWriteCommand({ TransactItems: writes.slice(0, 2) }));

  const keys: number[] = [];
  const pages = paginateQuery(
    { client: documents, pageSize: 2 },
    { TableName, KeyConditionExpression: "pk = :p", ExpressionAttributeValues: { ":p": "p" } },
  );
  for await (const { Items } of pages) keys.push(...Items!.map(({ sk }) => sk));
  expect(keys).toEqual([0, 1, 2]);
});
