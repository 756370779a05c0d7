import {
  BatchExecuteStatementCommand,
  ConditionalCheckFailedException,
  DuplicateItemException,
  DynamoDBClient,
  ExecuteStatementCommand,
  ExecuteTransactionCommand,
  TransactionCanceledException,
} from "@aws-sdk/client-dynamodb";
import {
  BatchExecuteStatementCommand as BatchStatements,
  DynamoDBDocumentClient,
} from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { serve } from "../../../local/wire/server.ts";
import { startCloud, tableInput } from "./harness.ts";

const cloud = startCloud();
let endpoint: Awaited<ReturnType<typeof serve>>;
let client: DynamoDBClient;

beforeAll(async () => {
  await cloud.call("CreateTable", tableInput("things", "N"));
  endpoint = await serve(cloud.kernel, { port: 0 });
  client = new DynamoDBClient({
    endpoint: endpoint.url,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
});
afterAll(async () => {
  client.destroy();
  await endpoint.close();
});

const run = (Statement: string, Parameters: any[], more: object = {}) =>
  client.send(new ExecuteStatementCommand({ Statement, Parameters, ...more }));

test("the SDK runs statements, pages through them, and knows their errors", async () => {
  for (const n of ["1", "2", "3"]) {
    await run(`INSERT INTO "things" VALUE {'pk': ?, 'sk': ?, 'bytes': ?}`, [
      { S: "p" },
      { N: n },
      { B: new Uint8Array([0, 255]) },
    ]);
  }
  const first = await run(`SELECT sk, bytes FROM "things" WHERE pk = ?`, [{ S: "p" }], { Limit: 2 });
  expect(first.Items).toEqual(["1", "2"].map((N) => ({ sk: { N }, bytes: { B: new Uint8Array([0, 255]) } })));
  expect(first.LastEvaluatedKey).toEqual({ pk: { S: "p" }, sk: { N: "2" } });
  const rest = await run(`SELECT sk, bytes FROM "things" WHERE pk = ?`, [{ S: "p" }], {
    NextToken: first.NextToken,
  });
  expect(rest.Items).toMatchObject([{ sk: { N: "3" } }]);

  const again = run(`INSERT INTO "things" VALUE {'pk': ?, 'sk': ?}`, [{ S: "p" }, { N: "1" }]);
  await expect(again).rejects.toThrow(DuplicateItemException);
  const failed = run(
    `UPDATE "things" SET x = 1 WHERE pk = ? AND sk = ? AND x = 2`,
    [{ S: "p" }, { N: "1" }],
    {
      ReturnValuesOnConditionCheckFailure: "ALL_OLD",
    },
  );
  await expect(failed).rejects.toThrow(ConditionalCheckFailedException);
  await expect(failed).rejects.toMatchObject({ Item: { pk: { S: "p" }, sk: { N: "1" } } });
});

test("the SDK runs batches, whose statements succeed and fail one by one", async () => {
  const insert = `INSERT INTO "things" VALUE {'pk': ?, 'sk': ?}`;
  const { Responses } = await client.send(
    new BatchExecuteStatementCommand({
      Statements: ["8", "8"].map((n) => ({ Statement: insert, Parameters: [{ S: "batch" }, { N: n }] })),
    }),
  );
  expect(Responses).toEqual([
    { TableName: "things" },
    {
      TableName: "things",
      Error: { Code: "DuplicateItem", Message: "Duplicate primary key exists in table" },
    },
  ]);
  const documents = DynamoDBDocumentClient.from(client);
  const read = await documents.send(
    new BatchStatements({
      Statements: [{ Statement: `SELECT * FROM "things" WHERE pk = ? AND sk = ?`, Parameters: ["batch", 8] }],
    }),
  );
  expect(read.Responses).toEqual([{ TableName: "things", Item: { pk: "batch", sk: 8 } }]);
});

test("the SDK runs transactions, and knows why one was cancelled", async () => {
  const insert = `INSERT INTO "things" VALUE {'pk': 't', 'sk': ?}`;
  const transact = (...keys: string[]) =>
    client.send(
      new ExecuteTransactionCommand({
        TransactStatements: keys.map((N) => ({ Statement: insert, Parameters: [{ N }] })),
      }),
    );
  expect((await transact("1", "2")).Responses).toEqual([]);
  const cancelled = transact("3", "1");
  await expect(cancelled).rejects.toThrow(TransactionCanceledException);
  await expect(cancelled).rejects.toMatchObject({
    CancellationReasons: [{ Code: "None" }, { Code: "DuplicateItem" }],
  });
});
