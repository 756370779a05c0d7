import { Latest } from "../../kernel/latest.ts";
import type { Store } from "../../kernel/store.ts";
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
  private readonly store: Store;
  private items = new Latest<StoredImage>(MOST);
  private rollbacks: number;

  constructor(store: Store) {
    this.store = store;
    this.rollbacks = store.rollbacks;
  }

  get(table: Table, key: AttributeMap): StoredImage | undefined {
    return this.current().get(nameOf(table, key));
  }

  set(table: Table, key: AttributeMap, image: StoredImage): void {
    this.current().set(nameOf(table, key), image, image.text.length);
  }

  delete(table: Table, key: AttributeMap): void {
    this.current().delete(nameOf(table, key));
  }

  private current(): Latest<StoredImage> {
    if (this.rollbacks !== this.store.rollbacks) {
      this.rollbacks = this.store.rollbacks;
      this.items = new Latest(MOST);
    }
    return this.items;
  }
}

/** Different for different items. The types of keys are those of the table. */
function nameOf({ id, keys: { hash, range } }: Table, key: AttributeMap): string {
  const partition: string = contentOf(key[hash.name]!);
  return `${id} ${partition.length} ${partition}${range ? contentOf(key[range.name]!) : ""}`;
}
