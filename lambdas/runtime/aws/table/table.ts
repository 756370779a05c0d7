import type { ConditionalCheckFailedException, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { DynamoDBDocumentClient, QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import { TABLE, type TableItem } from "../../../../lib/contract/table.ts";
import type { Pause } from "../batching.ts";
import { unmarshallItem } from "../client/attribute-values.ts";
import { direct } from "../client/direct-client.ts";
import { DYNAMODB } from "../client/dynamodb-calls.ts";
import { QueryCommand } from "../client/dynamodb-commands.ts";
import { lazyClient } from "../client/lazy-sdk.ts";
import { loadSdk } from "../client/load-sdk.ts";
import { type Pairs, pairsOf } from "./pairs.ts";
import { type Reads, readItem, readsOf } from "./read-items.ts";
import {
  type Change,
  insertStatement,
  type Statements,
  statementsOf,
  updateStatement,
} from "./statements.ts";

/** The table of a deployed Millrace, with the few ways in which the runtime changes it. */
export interface Table {
  name: string;
  client: DynamoDBDocumentClient;
  /** Writes of one item each: those of the same moment share a call. */
  statements: Statements;
  /** Writes of two items: those of the same moment share a transaction. */
  pairs: Pairs;
  /** Consistent reads by key: those of the same moment share a call. */
  reads: Reads;
}

/** More than the SDK's default: if the end of an effect cannot be recorded, the effect is repeated. */
const ATTEMPTS = 6;

export function openTable(name: string, client?: DynamoDBClient): Table {
  return tableOver(name, client ? documents(client) : tableClient());
}

function tableClient(): DynamoDBDocumentClient {
  return direct(documents(), DYNAMODB, ATTEMPTS);
}

/** The SDK's document client. */
function documents(client?: DynamoDBClient): DynamoDBDocumentClient {
  return lazyClient(async () => {
    const sdk = await loadSdk("dynamodb");
    return sdk.documents(client ?? new sdk.DynamoDBClient({ maxAttempts: ATTEMPTS }));
  });
}

/**
 * The table, through a document client. `pause` waits before a statement or read that DynamoDB left
 * unprocessed is sent again.
 */
export function tableOver(name: string, client: DynamoDBDocumentClient, pause?: Pause): Table {
  return {
    name,
    client,
    statements: statementsOf(client, pause),
    pairs: pairsOf(client),
    reads: readsOf(name, client, pause),
  };
}

/**
 * The item without the attributes that only the table's indexes and housekeeping need, for writing in an
 * update.
 */
export function attributesOf<Item extends ItemKey>({
  pk: _pk,
  sk: _sk,
  ...attributes
}: Item): Omit<Item, keyof ItemKey> {
  return attributes;
}

/**
 * The outcome of a change: `refusedBy` is the item for which the condition failed, or undefined if there was
 * none.
 */
export type Changed = { changed: true } | { changed: false; refusedBy: TableItem | undefined };

/** Changes an existing item, under a condition, and increments its revision. */
export async function change(table: Table, key: ItemKey, changes: Change): Promise<Changed> {
  const { kind, item } = await execute(table, updateStatement(table.name, key, changes));
  return kind === "executed" ? { changed: true } : { changed: false, refusedBy: item };
}

/** Changes an existing item without incrementing its revision. Answers whether the condition held. */
export async function touch(table: Table, key: ItemKey, changes: Change): Promise<boolean> {
  const { kind } = await execute(table, updateStatement(table.name, key, changes, { counts: false }));
  return kind === "executed";
}

/** The same as `change`, and answers the item after it. */
export async function changeAndRead(
  table: Table,
  key: ItemKey,
  changes: Change,
): Promise<{ changed: TableItem } | { refusedBy: TableItem | undefined }> {
  const { kind, item } = await execute(table, updateStatement(table.name, key, changes, { returns: true }));
  if (kind === "refused") return { refusedBy: item };
  // AWS does not document whether a statement in a batch returns the item. If it does not, it is read.
  return { changed: item ?? (await readItem<TableItem>(table, key))! };
}

/**
 * Puts `set` as a new item if there is none, and otherwise changes the existing item under the condition. An
 * update in PartiQL creates no item, so a change of an existing item takes a second call.
 */
export async function putOrChange(table: Table, key: ItemKey, changes: Change): Promise<Changed> {
  const item = { ...changes.set, pk: key.pk, sk: key.sk, revision: 1 };
  const put = await table.statements.ask(insertStatement(table.name, item));
  return put.kind === "executed" ? { changed: true } : await change(table, key, changes);
}

async function execute(table: Table, statement: ReturnType<typeof updateStatement>) {
  const executed = await table.statements.ask(statement);
  if (executed.kind === "duplicate") throw new Error(`DynamoDB answered DuplicateItem to: ${statement.text}`);
  return executed as { kind: "executed" | "refused"; item: TableItem | undefined };
}

/** The error's name. The class has another name in a minified bundle. */
const CONDITION_FAILED = "ConditionalCheckFailedException";

export function isConditionFailure(error: unknown): error is ConditionalCheckFailedException {
  return (error as Error).name === CONDITION_FAILED;
}

/**
 * The item that made a condition fail. The document client does not convert items in errors from DynamoDB's
 * own form.
 */
export function priorItem({ Item }: ConditionalCheckFailedException): TableItem | undefined {
  return Item && (unmarshallItem(Item) as TableItem);
}

/**
 * Inserts an item if there is none with its key. Returns the existing one, or undefined if it was inserted.
 */
export async function putNew<Item extends ItemKey>(table: Table, item: Item): Promise<Item | undefined> {
  for (;;) {
    const put = await table.statements.ask(insertStatement(table.name, item));
    if (put.kind === "executed") return undefined;
    const existing = await readItem<Item>(table, item);
    // If the existing item has expired meanwhile, the insert is possible again.
    if (existing) return existing;
  }
}

/** Whether a write succeeded: false if its condition failed. */
export async function unlessRefused(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
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

/** The results of a query, page by page. */
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
