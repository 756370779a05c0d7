import type { Kernel } from "../kernel/kernel.ts";
import type { StoredImage } from "./storage/image.ts";
import type { Items } from "./storage/items.ts";
import type { Tables } from "./storage/tables.ts";
import { keyNames } from "./table.ts";
import { pick } from "./value/attribute-value.ts";

/**
 * How long an expired item stays readable, in seconds. The service promises "within a few days"; code that
 * relies on the time of removal fails on AWS too, and this delay shows it.
 */
const LAG = 10 * 60;

/** The service does not remove items that expired more than five years ago. */
const OLDEST = 5 * 365 * 24 * 3600;

const BATCH = 100;

/** Removes expired items some time after their expiry, with one alarm for the next that is due. */
export class Expiry {
  private readonly kernel: Kernel;
  private readonly tables: Tables;
  private readonly items: Items;
  private armed = Number.POSITIVE_INFINITY;
  private cancel: () => void = () => {};

  constructor(kernel: Kernel, tables: Tables, items: Items) {
    this.kernel = kernel;
    this.tables = tables;
    this.items = items;
  }

  /** Sets the alarm for an expiry (seconds since the epoch) if it is earlier. */
  arm(seconds: number): void {
    if (seconds >= this.armed) return;
    const { clock } = this.kernel;
    if (seconds < this.oldest()) return;
    this.cancel();
    this.armed = seconds;
    this.cancel = clock.at(Math.max((seconds + LAG) * 1000, clock.now()), () => this.sweep());
  }

  /** Sets the alarm again after a restart. */
  start(): void {
    const next = this.kernel.store.get<{ expires: number | null }>(
      "SELECT MIN(expires) AS expires FROM dynamodb_items WHERE expires IS NOT NULL AND expires >= ?",
      this.oldest(),
    )?.expires;
    if (next != null) this.arm(next);
  }

  stop(): void {
    this.cancel();
    this.armed = Number.POSITIVE_INFINITY;
  }

  private sweep(): void {
    const { store, clock } = this.kernel;
    this.armed = Number.POSITIVE_INFINITY;
    const byNumber = new Map(this.tables.all().map((table) => [table.id, table]));
    store.atomically(() => {
      const due = store.all<Omit<StoredImage, "item"> & { tbl: number }>(
        `SELECT i.id, i.tbl, i.image, m.item AS text, i.size
         FROM dynamodb_items i JOIN dynamodb_images m ON m.id = i.image
         WHERE i.expires IS NOT NULL AND i.expires >= ? AND i.expires <= ? ORDER BY i.expires, i.id LIMIT ?`,
        this.oldest(),
        Math.floor(clock.now() / 1000) - LAG,
        BATCH,
      );
      for (const { tbl, ...row } of due) {
        const table = byNumber.get(tbl)!;
        const item = JSON.parse(row.text);
        const key = pick(item, keyNames(table.keys));
        this.items.write({ table, key, before: { ...row, item }, after: undefined }, "timeToLive");
      }
    });
    this.start();
  }

  private oldest(): number {
    return Math.floor(this.kernel.clock.now() / 1000) - OLDEST;
  }
}
