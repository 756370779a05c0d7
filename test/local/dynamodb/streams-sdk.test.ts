import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from "@aws-sdk/client-dynamodb-streams";
import { expect, test } from "vitest";
import { served } from "../cloud/served.ts";

const { client } = await served();
const dynamodb = new DynamoDBClient(client);
const streams = new DynamoDBStreamsClient(client);
const TableName = "orders";

test("a table's changes are read from its stream, in order, with images and dates", async () => {
  const { TableDescription } = await dynamodb.send(
    new CreateTableCommand({
      TableName,
      KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
      AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
      BillingMode: "PAY_PER_REQUEST",
      StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    }),
  );
  const StreamArn = TableDescription!.LatestStreamArn!;
  const Key = { id: { S: "1" } };
  await dynamodb.send(new PutItemCommand({ TableName, Item: { ...Key, photo: { B: Buffer.from("raw") } } }));
  await dynamodb.send(
    new UpdateItemCommand({
      TableName,
      Key,
      UpdateExpression: "SET n = :n",
      ExpressionAttributeValues: { ":n": { N: "7" } },
    }),
  );

  const { Streams } = await streams.send(new ListStreamsCommand({ TableName }));
  expect(Streams).toMatchObject([{ StreamArn, TableName }]);
  const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
  expect(StreamDescription).toMatchObject({
    StreamStatus: "ENABLED",
    StreamViewType: "NEW_AND_OLD_IMAGES",
    CreationRequestDateTime: expect.any(Date),
  });

  const records = [];
  for (const { ShardId } of StreamDescription!.Shards!) {
    const from = { StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" } as const;
    const { ShardIterator } = await streams.send(new GetShardIteratorCommand(from));
    records.push(...(await streams.send(new GetRecordsCommand({ ShardIterator }))).Records!);
  }
  expect(records.map(({ eventName }) => eventName)).toEqual(["INSERT", "MODIFY"]);
  expect(records[0]!.dynamodb!.NewImage!.photo).toEqual({ B: new Uint8Array(Buffer.from("raw")) });
  expect(records[1]!.dynamodb).toMatchObject({
    Keys: Key,
    NewImage: { n: { N: "7" } },
    ApproximateCreationDateTime: expect.any(Date),
  });
  expect(records[1]!.dynamodb!.OldImage).not.toHaveProperty("n");
});
