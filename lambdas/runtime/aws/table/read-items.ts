import { BatchGetCommand } from "@aws-sdk/lib-dynamodb";
import { chunks } from "../../../../lib/contract/chunks.ts";
import type { ItemKey } from "../../../../lib/contract/keys.ts";
import { throttle } from "../../throttle.ts";
import { type Pause, retryLeftOver, TRIES } from "./left-over.ts";
import type { Table } from "./table.ts";

/** DynamoDB's limit for one call. */
const MOST_KEYS = 100;

type Keys = { pk: string; sk: string }[];

/**
 * Items by their keys, read consistently, in the order of the keys; undefined where there is none. No two keys are alike.
 * What DynamoDB leaves for later is asked for again.
 */
export async function readItems<Item>(
  table: Table,
  keys: readonly ItemKey[],
  pause?: Pause,
): Promise<(Item | undefined)[]> {
  const parts = chunks(keys, MOST_KEYS).map((part) => readTogether<Item>(table, part, pause));
  return (await Promise.all(parts)).flat();
}

async function readTogether<Item>(
  table: Table,
  keys: ItemKey[],
  pause?: Pause,
): Promise<(Item | undefined)[]> {
  const found = new Map<string, Item>();
  const read = async (Keys: Keys) => {
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({ RequestItems: { [table.name]: { Keys, ConsistentRead: true } } }),
    );
    for (const item of Responses?.[table.name] ?? []) found.set(`${item.pk}|${item.sk}`, item as Item);
    return UnprocessedKeys?.[table.name]?.Keys as Keys | undefined;
  };
  const left = await retryLeftOver(
    keys.map(({ pk, sk }) => ({ pk, sk })),
    read,
    pause,
  );
  if (left.length > 0) throw throttle(`DynamoDB left ${left.length} items unread after ${TRIES} attempts.`);
  return keys.map(({ pk, sk }) => found.get(`${pk}|${sk}`));
}
