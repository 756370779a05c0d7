import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll } from "vitest";
import { openTable, type Table } from "../../../lambdas/runtime/aws/table/table.ts";
import { TABLE } from "../../../lib/contract/table.ts";
import { dynamodbService } from "../../../local/dynamodb/service.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { serve } from "../../../local/wire/server.ts";

const TableName = "state";

/** The state table on the local cloud, opened with the SDK's client over the wire protocol, for all tests of a file. */
export function stateTable(start: number): () => Table {
  let client: DynamoDBClient;
  let server: { url: string; close(): Promise<void> };
  beforeAll(async () => {
    const kernel = new Kernel({
      clock: virtualClock(start),
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
      AttributeDefinitions: [...new Set(attributes)].map((AttributeName) => ({
        AttributeName,
        AttributeType: "S",
      })),
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
  return () => openTable(TableName, client);
}
