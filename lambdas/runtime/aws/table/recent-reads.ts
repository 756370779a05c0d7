import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import type { Now } from "../../ports/clock.ts";
import { isRecent } from "../../work/recent.ts";
import { readItem } from "./read-items.ts";
import type { Table } from "./table.ts";

/**
 * Reads of items that change rarely and that every step reads, such as subscriber states: one read a second
 * for all steps of an environment, so that no such item is a hot key. The answer may be a second old.
 */
export function recentReads(table: Table, now: Now = Date.now) {
  const known = new Map<string, { at: number; item: Promise<unknown> }>();
  return async <Item>(key: ItemKey): Promise<Item | undefined> => {
    const name = `${key.pk}|${key.sk}`;
    const before = known.get(name);
    if (before && isRecent(before.at, now())) return (await before.item) as Item | undefined;
    const read = { at: now(), item: readItem<Item>(table, key) };
    known.set(name, read);
    try {
      return await read.item;
    } catch (error) {
      if (known.get(name) === read) known.delete(name);
      throw error;
    }
  };
}
