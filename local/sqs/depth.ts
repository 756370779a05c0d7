import type { Store } from "../kernel/store.ts";

/**
 * How many messages a queue has, without counting them at each question. The total is counted once and then
 * kept up with; what is delayed or in flight is read off the index on `visible_at`, whose tail it is.
 */
export class Depth {
  private readonly store: Store;
  private readonly totals = new Map<number, number>();
  /** At least as many as are in flight; corrected when it seems that too many are. */
  private readonly inFlightAtMost = new Map<number, number>();

  constructor(store: Store) {
    this.store = store;
  }

  /** To be called once the change is complete, so that a change which is rolled back never counts. */
  changed(queue: number, by: number): void {
    const total = this.totals.get(queue);
    if (total !== undefined) this.totals.set(queue, total + by);
  }

  forget(queue: number): void {
    this.totals.delete(queue);
    this.inFlightAtMost.delete(queue);
  }

  read(queue: number, now: number): { visible: number; inFlight: number; delayed: number } {
    let total = this.totals.get(queue);
    if (total === undefined) {
      total = this.store.get("SELECT count(*) AS n FROM sqs_message WHERE queue = ?", queue)!.n as number;
      this.totals.set(queue, total);
    }
    const inFlight = this.inFlight(queue, now);
    const hidden = this.store.get(
      "SELECT count(*) AS n FROM sqs_message WHERE queue = ? AND visible_at > ?",
      queue,
      now,
    )!.n as number;
    return { visible: total - hidden, inFlight, delayed: hidden - inFlight };
  }

  /** How many more may be taken, where at most `limit` may be in flight. */
  room(queue: number, limit: number, now: number): number {
    let atMost = this.inFlightAtMost.get(queue) ?? limit;
    if (atMost + 10 > limit) {
      atMost = this.inFlight(queue, now);
      this.inFlightAtMost.set(queue, atMost);
    }
    return limit - atMost;
  }

  taken(queue: number, count: number): void {
    this.inFlightAtMost.set(queue, (this.inFlightAtMost.get(queue) ?? 0) + count);
  }

  inFlight(queue: number, now: number): number {
    return this.store.get(
      "SELECT count(*) AS n FROM sqs_message WHERE queue = ? AND visible_at > ? AND receive_count > 0",
      queue,
      now,
    )!.n as number;
  }
}
