import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import type { ItemKey } from "../../../lib/contract/keys.ts";
import type { Table } from "./table.ts";

/**
 * Items by their keys, read consistently, in the order of the keys; undefined where there is none. No two keys are alike.
 * What DynamoDB leaves for later is asked for again.
 */
export async function readItems<Item>(table: Table, keys: readonly ItemKey[]): Promise<(Item | undefined)[]> {
  const parts = Array.from({ length: Math.ceil(keys.length / MOST_KEYS) }, (_, part) =>
    readTogether<Item>(table, keys.slice(part * MOST_KEYS, (part + 1) * MOST_KEYS)),
  );
  return (await Promise.all(parts)).flat();
}

async function readTogether<Item>(table: Table, keys: ItemKey[]): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  let left: { pk: string; sk: string }[] = keys.map(({ pk, sk }) => ({ pk, sk }));
  for (let tries = 1; left.length > 0; tries++) {
    if (tries > TRIES) throw new Error(`DynamoDB left ${left.length} items unread in ${TRIES} tries.`);
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({ RequestItems: { [table.name]: { Keys: left, ConsistentRead: true } } }),
    );
    for (const item of Responses?.[table.name] ?? []) found.set(`${item.pk}|${item.sk}`, item as Item);
    left = (UnprocessedKeys?.[table.name]?.Keys ?? []) as typeof left;
  }
  return keys.map(({ pk, sk }) => found.get(`${pk}|${sk}`));
}

/** DynamoDB's limit for one call. */
const MOST_KEYS = 100;
const TRIES = 5;
