import { isDeepStrictEqual } from "node:util";
import { keyNamesIn } from "../dynamodb/storage/stream-record.ts";
import { type AttributeMap, pick } from "../dynamodb/value/attribute-value.ts";
import type { Kernel } from "../kernel/kernel.ts";
import type { Random } from "../kernel/random.ts";
import type { Service } from "../kernel/service.ts";
import { toMilliseconds } from "./duration.ts";
import type { Faults } from "./faults.ts";

/** A write as a table's stream has it. */
interface Written {
  Keys: AttributeMap;
  OldImage?: AttributeMap;
}

/**
 * DynamoDB with reads that show the past, as all may that are not asked to be consistent, and all of an index: what was
 * written last is not there yet, or is there as it was before. Of tables without a stream nothing earlier is known.
 */
export function staleTables(kernel: Kernel, dynamodb: Service, { stale }: Faults, random: Random): Service {
  if (!stale) return dynamodb;
  const { GetItem: get, Query: query } = dynamodb.operations;
  const longest = toMilliseconds(stale.upTo);
  const isStale = ({ ConsistentRead }: { ConsistentRead?: boolean }) =>
    ConsistentRead !== true && random.fraction() < stale.chance;

  /** The earlier versions of recently written items, from before the oldest of those writes. */
  const earlier = (table: string): Written[] => {
    const since = kernel.clock.now() - random.fraction() * longest;
    const records = kernel.store.all<{ item: string | null; old_image: string | null; key_schema: string }>(
      `SELECT r.item, o.item AS old_image, s.key_schema
       FROM dynamodb_streams s JOIN dynamodb_images r ON r.stream = s.id LEFT JOIN dynamodb_images o ON o.id = r.old_image
       WHERE r.time > ? AND s.table_name = ? ORDER BY r.id`,
      since,
      table,
    );
    const first: Written[] = [];
    for (const { item, old_image: oldImage, key_schema } of records) {
      const Keys = pick(JSON.parse((item ?? oldImage)!), keyNamesIn(key_schema));
      if (!first.some((one) => isDeepStrictEqual(one.Keys, Keys)))
        first.push({ Keys, ...(oldImage !== null && { OldImage: JSON.parse(oldImage) }) });
    }
    return first;
  };
  const isOf = (item: AttributeMap, { Keys }: Written) =>
    Object.keys(Keys).every((name) => isDeepStrictEqual(item[name], Keys[name]));

  return {
    ...dynamodb,
    operations: {
      ...dynamodb.operations,

      async GetItem(input, context) {
        const answer: any = await get!(input, context);
        if (!isStale(input)) return answer;
        const past = earlier(input.TableName).find((written) => isOf(input.Key, written));
        if (!past) return answer;
        const { Item: _, ...rest } = answer;
        return past.OldImage ? { ...rest, Item: past.OldImage } : rest;
      },

      async Query(input, context) {
        const answer: any = await query!(input, context);
        if (!isStale(input) || !answer.Items) return answer;
        const past = earlier(input.TableName);
        // What was there before and has left since is not brought back: an index may lose it as early.
        const Items = answer.Items.filter((item: AttributeMap) => {
          const written = past.find((one) => isOf(item, one));
          return !written || written.OldImage !== undefined;
        });
        return { ...answer, Items, Count: Items.length };
      },
    },
  };
}
