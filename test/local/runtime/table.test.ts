import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { GetCommand } from "@aws-sdk/lib-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { tableApprovals } from "../../../lambdas/runtime/aws/approvals.ts";
import { tableClaims } from "../../../lambdas/runtime/aws/claims.ts";
import { tableOutbox } from "../../../lambdas/runtime/aws/outbox.ts";
import { tableQuarantine } from "../../../lambdas/runtime/aws/quarantine.ts";
import { tableRuns } from "../../../lambdas/runtime/aws/runs.ts";
import { openTable } from "../../../lambdas/runtime/aws/table.ts";
import { TABLE, type TableItem } from "../../../lib/contract/table.ts";
import { dynamodbService } from "../../../local/dynamodb/service.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { serve } from "../../../local/wire/server.ts";
import { portsContract } from "../../runtime/ports.contract.ts";

/** The table's adapters, with the SDK's client, over the wire protocol. */
let clock = Date.parse("2026-11-21T10:00:00.000Z");
let client: DynamoDBClient;
let server: { url: string; close(): Promise<void> };
const TableName = "state";

beforeAll(async () => {
  const kernel = new Kernel({
    clock: virtualClock(clock),
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1",
  });
  kernel.register(dynamodbService(kernel));
  const indexes = Object.values(TABLE.indexes);
  const attributes = [TABLE, ...indexes].flatMap(({ partitionKey, sortKey }) => [partitionKey, sortKey]);
  const keys = ({ partitionKey, sortKey }: { partitionKey: string; sortKey: string }) => [
    { AttributeName: partitionKey, KeyType: "HASH" },
    { AttributeName: sortKey, KeyType: "RANGE" },
  ];
  await kernel.call("dynamodb", "CreateTable", {
    TableName,
    BillingMode: "PAY_PER_REQUEST",
    AttributeDefinitions: attributes.map((AttributeName) => ({ AttributeName, AttributeType: "S" })),
    KeySchema: keys(TABLE),
    GlobalSecondaryIndexes: indexes.map((index) => ({
      IndexName: index.name,
      KeySchema: keys(index),
      Projection: { ProjectionType: "ALL" },
    })),
  });
  server = await serve(kernel, { port: 0 });
  client = new DynamoDBClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
  });
});
afterAll(async () => {
  client.destroy();
  await server.close();
});

portsContract("the ports over the table", async () => {
  const table = openTable(TableName, client);
  const now = () => clock;
  return {
    runs: tableRuns(table, now),
    claims: tableClaims(table, 90, now),
    approvals: tableApprovals(table, now),
    quarantine: tableQuarantine(table),
    outbox: tableOutbox(table),
    async get({ pk, sk }) {
      const { Item } = await table.client.send(
        new GetCommand({ TableName, Key: { pk, sk }, ConsistentRead: true }),
      );
      return Item as TableItem | undefined;
    },
    advance: (milliseconds) => {
      clock += milliseconds;
    },
    now,
  };
});
