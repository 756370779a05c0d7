import { type ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  DynamoDBDocumentClient,
  GetCommand,
  PutCommand,
  QueryCommand,
  type QueryCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from "@aws-sdk/lib-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import type { ItemKey } from "../../../../lib/contract/keys.ts";
import { TABLE, type TableItem } from "../../../../lib/contract/table.ts";

/** The table of a deployed Millrace, with the few ways in which the runtime changes it. */
export interface Table {
  name: string;
  client: DynamoDBDocumentClient;
}

/** More than the SDK's own: where the end of an effect cannot be written down, the effect is made again. */
const ATTEMPTS = 6;

export function openTable(name: string, client = new DynamoDBClient({ maxAttempts: ATTEMPTS })): Table {
  return {
    name,
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
  };
}

/** The item without what only the table's indexes and housekeeping need, for writing in an update. */
export function attributesOf<Item extends ItemKey>({
  pk: _pk,
  sk: _sk,
  ...attributes
}: Item): Omit<Item, keyof ItemKey> {
  return attributes;
}

export interface Change {
  /** Attributes to write; an undefined value is left as it is. */
  set: Record<string, unknown>;
  remove?: string[];
  /** A condition in expression syntax over `#name` and `:value`; both are filled in from `values` and the names used. */
  condition: string;
  values?: Record<string, unknown>;
}

/**
 * Changes one item under a condition and counts its revision. Answers the prior item (undefined where there was
 * none) if the condition failed, and `{ changed: item }` otherwise.
 */
export async function change(
  table: Table,
  key: ItemKey,
  changes: Change,
): Promise<{ changed: TableItem } | { refusedBy: TableItem | undefined }> {
  const input: UpdateCommandInput = {
    ...updateOf(table, key, changes),
    ReturnValues: "ALL_NEW",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD",
  };
  try {
    const { Attributes } = await table.client.send(new UpdateCommand(input));
    return { changed: Attributes as TableItem };
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return { refusedBy: priorItem(error) };
  }
}

/** The same change as an update of its own, for a transaction. */
export function updateOf(table: Table, key: ItemKey, { set, remove = [], condition, values = {} }: Change) {
  const written = Object.entries(set).filter(([, value]) => value !== undefined);
  const names = [
    ...written.map(([name]) => name),
    ...remove,
    ...[...condition.matchAll(/#(\w+)/g)].map(([, name]) => name!),
  ];
  return {
    TableName: table.name,
    Key: { pk: key.pk, sk: key.sk },
    UpdateExpression: [
      written.length > 0 && `SET ${written.map(([name]) => `#${name} = :set_${name}`).join(", ")}`,
      remove.length > 0 && `REMOVE ${remove.map((name) => `#${name}`).join(", ")}`,
      "ADD #revision :one",
    ]
      .filter(Boolean)
      .join(" "),
    ConditionExpression: condition,
    ExpressionAttributeNames: Object.fromEntries([...names, "revision"].map((name) => [`#${name}`, name])),
    ExpressionAttributeValues: {
      ":one": 1,
      ...Object.fromEntries(written.map(([name, value]) => [`:set_${name}`, value])),
      ...Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value])),
    },
  } satisfies UpdateCommandInput;
}

/** The name that errors carry. The class itself is called otherwise in a minified bundle. */
const CONDITION_FAILED = "ConditionalCheckFailedException";

export function isConditionFailure(error: unknown): error is ConditionalCheckFailedException {
  return (error as Error).name === CONDITION_FAILED;
}

/** The item that made a condition fail. The document client leaves what lies in an error in DynamoDB's own form. */
export function priorItem({ Item }: ConditionalCheckFailedException): TableItem | undefined {
  return Item && (unmarshall(Item) as TableItem);
}

/** One item, read consistently. */
export async function readItem<Item>(table: Table, { pk, sk }: ItemKey): Promise<Item | undefined> {
  const answer = await table.client.send(
    new GetCommand({ TableName: table.name, Key: { pk, sk }, ConsistentRead: true }),
  );
  return answer.Item as Item | undefined;
}

/** Puts an item where none of its key is. Returns the existing one, or undefined if it was put. */
export async function putNew<Item extends ItemKey>(table: Table, item: Item): Promise<Item | undefined> {
  try {
    await table.client.send(
      new PutCommand({
        TableName: table.name,
        Item: item,
        ConditionExpression: "attribute_not_exists(pk)",
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      }),
    );
    return undefined;
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
    return priorItem(error) as unknown as Item;
  }
}

/** Whether a write was made: false where its condition did not hold. */
export async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** Items of partitions of an index up to a time, oldest first, at most `limit`. */
export async function queryIndex<Item>(
  table: Table,
  index: (typeof TABLE.indexes)[keyof typeof TABLE.indexes],
  partitions: string[],
  until: string,
  limit: number,
): Promise<Item[]> {
  const pages = await Promise.all(
    partitions.map((partition) =>
      table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: index.name,
          KeyConditionExpression: "#partition = :partition AND #sort <= :until",
          ExpressionAttributeNames: { "#partition": index.partitionKey, "#sort": index.sortKey },
          ExpressionAttributeValues: { ":partition": partition, ":until": until },
          Limit: limit,
        }),
      ),
    ),
  );
  const found = pages.flatMap(({ Items }) => Items ?? []);
  const time = (item: Record<string, unknown>) => String(item[index.sortKey]);
  // Merged by time: cut in the order of partitions, the last would starve while the first are full.
  return found.sort((a, b) => (time(a) < time(b) ? -1 : 1)).slice(0, limit) as Item[];
}

/** Every item of one partition, or those under a key prefix, read consistently. */
export async function* queryPartition<Item>(table: Table, pk: string, prefix?: string): AsyncGenerator<Item> {
  const pages = queryPages<Item>(table, {
    ConsistentRead: true,
    KeyConditionExpression: `#pk = :pk${prefix ? " AND begins_with(#sk, :prefix)" : ""}`,
    ExpressionAttributeNames: { "#pk": TABLE.partitionKey, ...(prefix && { "#sk": TABLE.sortKey }) },
    ExpressionAttributeValues: { ":pk": pk, ...(prefix && { ":prefix": prefix }) },
  });
  for await (const page of pages) yield* page;
}

/** What a query finds, page by page. */
export async function* queryPages<Item>(
  table: Table,
  query: Omit<QueryCommandInput, "TableName" | "ExclusiveStartKey">,
): AsyncGenerator<Item[]> {
  let start: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({ ...query, TableName: table.name, ExclusiveStartKey: start }),
    );
    yield (page.Items ?? []) as Item[];
    start = page.LastEvaluatedKey;
  } while (start);
}
