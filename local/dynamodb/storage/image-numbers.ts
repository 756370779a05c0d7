import type { Store } from "../../kernel/store.ts";

/** Numbers that are reserved at once: a stored counter would be written again with each image. */
const RESERVED = 1000;

/**
 * The numbers of images, which are the sequences of records: each is greater than all before it, also after a restart.
 * Numbers that were reserved and not used until then are left out.
 */
export class ImageNumbers {
  private readonly store: Store;
  private last: number | undefined;
  private reserved = 0;
  private rollbacks: number | undefined;

  constructor(store: Store) {
    this.store = store;
  }

  /** The number of an image that is written now, the first of so many. */
  take(count = 1): number {
    const first = this.next();
    this.last = first + count - 1;
    if (this.last > this.reserved) {
      this.reserved = this.last + RESERVED;
      this.store.run("UPDATE dynamodb_reserved SET image = ?", this.reserved);
    }
    return first;
  }

  /** The number that the next image will have. */
  next(): number {
    // What was reserved in a change that was rolled back is reserved again.
    if (this.rollbacks !== this.store.rollbacks) {
      this.rollbacks = this.store.rollbacks;
      this.reserved = this.store.get<{ image: number }>("SELECT image FROM dynamodb_reserved")!.image;
    }
    return (this.last ?? this.reserved) + 1;
  }
}

const known = new WeakMap<Store, ImageNumbers>();

/** Those of a store: what writes streams and what reads them are services of their own. */
export function imageNumbersOf(store: Store): ImageNumbers {
  const numbers = known.get(store) ?? new ImageNumbers(store);
  known.set(store, numbers);
  return numbers;
}
