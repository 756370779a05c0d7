import { unmarshall } from "@aws-sdk/util-dynamodb";
import { expect } from "vitest";
import type { Simulation } from "../../local/simulate.ts";

/** No message was given up, or is still on its way. */
export async function expectEmptyQueues(cloud: Simulation): Promise<void> {
  const { QueueUrls } = await cloud.call("sqs", "ListQueues", {});
  for (const QueueUrl of QueueUrls as string[]) {
    const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    });
    expect(Object.values(Attributes), QueueUrl).toEqual(["0", "0"]);
  }
  expect(await deadLetters(cloud)).toEqual([]);
}

/** What the desk has taken in, of all tables. */
async function deadLetters(cloud: Simulation): Promise<string[]> {
  const found: string[] = [];
  const { TableNames } = await cloud.call("dynamodb", "ListTables", {});
  for (const TableName of TableNames as string[]) {
    let ExclusiveStartKey: object | undefined;
    do {
      const page = await cloud.call("dynamodb", "Scan", {
        TableName,
        ExclusiveStartKey,
        FilterExpression: "kind = :kind",
        ExpressionAttributeValues: { ":kind": { S: "dead-letter" } },
      });
      for (const item of page.Items) {
        const { subscriber, reason, body } = unmarshall(item);
        found.push(`${subscriber}: ${reason} ${body}`);
      }
      ExclusiveStartKey = page.LastEvaluatedKey;
    } while (ExclusiveStartKey);
  }
  return found;
}
