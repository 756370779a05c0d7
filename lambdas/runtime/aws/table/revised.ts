import type { ItemKey } from "../../../../lib/contract/keys/item-key.ts";
import type { Change } from "./statements.ts";
import { attributesOf, change, putNew, type Table } from "./table.ts";

/**
 * Writes an item over the revision that was read, or creates it if there was none. Answers false if the item
 * has changed since it was read.
 */
export async function writeRevision(
  table: Table,
  item: ItemKey,
  revision: number | undefined,
): Promise<boolean> {
  if (revision === undefined) return (await putNew(table, { ...item, revision: 1 })) === undefined;
  return (await change(table, item, changeOfRevision(item, revision))).changed;
}

/** The change that replaces an item's revision: a value that is undefined is removed. */
export function changeOfRevision(item: ItemKey, revision: number | undefined): Change {
  const set = attributesOf(item) as Record<string, unknown>;
  const absent = Object.keys(set).filter((name) => set[name] === undefined);
  return { set, remove: absent, condition: "#revision = :revision", values: { revision } };
}
