import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type ItemKey, keyText } from "../../../../lib/contract/keys/item-key.ts";
import { Batching, type Pause } from "../batching.ts";
import { BatchGetCommand } from "../client/dynamodb-commands.ts";
import { throttle } from "../throttle.ts";

/** DynamoDB's limit for one call. */
const MOST_KEYS = 100;

type Item = Record<string, unknown>;
export type Reads = Batching<ItemKey, Item | undefined>;

/** Consistent reads of the same moment share a call. An item that several request is read once. */
export function readsOf(table: string, client: DynamoDBDocumentClient, pause?: Pause): Reads {
  return new Batching<ItemKey, Item | undefined>({
    most: MOST_KEYS,
    pause,
    async send(keys) {
      const asked = new Map(keys.map(({ pk, sk }) => [keyText({ pk, sk }), { pk, sk }]));
      const { Responses, UnprocessedKeys } = await client.send(
        new BatchGetCommand({
          RequestItems: { [table]: { Keys: [...asked.values()], ConsistentRead: true } },
        }),
      );
      const found = new Map(
        (Responses?.[table] ?? []).map((item) => [keyText(item as ItemKey & Item), item]),
      );
      const left = new Set(
        (UnprocessedKeys?.[table]?.Keys ?? []).map((key) => keyText(key as ItemKey & Item)),
      );
      return keys.map((key) =>
        left.has(keyText(key))
          ? { leftOver: throttle(`DynamoDB did not read ${key.pk} ${key.sk} in any attempt.`) }
          : { answer: found.get(keyText(key)) },
      );
    },
  });
}

/** One item, read consistently. */
export async function readItem<Item>({ reads }: { reads: Reads }, key: ItemKey): Promise<Item | undefined> {
  return (await reads.ask(key)) as Item | undefined;
}

/** Items by their keys, read consistently, in the order of the keys; undefined for a missing one. */
export async function readItems<Item>(
  table: { reads: Reads },
  keys: readonly ItemKey[],
): Promise<(Item | undefined)[]> {
  return await Promise.all(keys.map((key) => readItem<Item>(table, key)));
}
