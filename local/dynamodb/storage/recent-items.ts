import { Latest } from "../../kernel/latest.ts";
import type { Store } from "../../kernel/store.ts";
import { untilRollback } from "../../kernel/until-rollback.ts";
import type { Table } from "../table.ts";
import { type AttributeMap, contentOf } from "../value/attribute-value.ts";
import type { StoredImage } from "./image.ts";

/** Of all items together, in characters of JSON. */
const MOST = 4_000_000;

/**
 * The items that were read or written last, so that the next access to one of them reads and parses nothing.
 * What a change wrote before it was rolled back is never seen.
 */
export class RecentItems {
  private readonly items: () => Latest<StoredImage>;
  /** The key that was looked up last, which is written next, with its name. */
  private last: { table: Table; key: AttributeMap; name: string } | undefined;

  constructor(store: Store) {
    this.items = untilRollback(store, () => new Latest(MOST));
  }

  get(table: Table, key: AttributeMap): StoredImage | undefined {
    return this.items().get(this.nameOf(table, key));
  }

  set(table: Table, key: AttributeMap, image: StoredImage): void {
    this.items().set(this.nameOf(table, key), image, image.text.length);
  }

  delete(table: Table, key: AttributeMap): void {
    this.items().delete(this.nameOf(table, key));
  }

  private nameOf(table: Table, key: AttributeMap): string {
    if (this.last?.key !== key || this.last.table !== table)
      this.last = { table, key, name: nameOf(table, key) };
    return this.last.name;
  }
}

/** Different for different items. The types of keys are those of the table. */
function nameOf({ id, keys: { hash, range } }: Table, key: AttributeMap): string {
  const partition: string = contentOf(key[hash.name]!);
  return `${id} ${partition.length} ${partition}${range ? contentOf(key[range.name]!) : ""}`;
}
