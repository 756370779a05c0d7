import type { Store } from "../kernel/store.ts";
import type { Depth } from "./depth.ts";

/** A tenant with as many messages in flight, and such a share of all in flight, is a noisy neighbour. */
const NOISY = { inFlight: 30, share: 0.1 };

/**
 * The tenants of a fair queue: on a standard queue, messages of one group id are one tenant's. Tenants that
 * use too much of the consumers' capacity are recognized by their messages in flight; their share of
 * processing time is not measured.
 */
export class Tenants {
  private readonly store: Store;
  private readonly depth: Depth;

  constructor(store: Store, depth: Depth) {
    this.store = store;
    this.depth = depth;
  }

  /** The noisy neighbours, the one with the fewest messages in flight first. */
  noisy(queue: number, now: number): string[] {
    const busy = this.store.all<{ group_id: string; messages: number }>(
      `SELECT group_id, count(*) AS messages FROM sqs_message INDEXED BY sqs_message_tenant
       WHERE queue = ? AND fifo = 0 AND group_id IS NOT NULL AND receive_count > 0 AND visible_at > ?
       GROUP BY group_id HAVING count(*) >= ?`,
      queue,
      now,
      NOISY.inFlight,
    );
    if (busy.length === 0) return [];
    const inFlight = this.depth.inFlight(queue, now);
    return busy
      .filter(({ messages }) => messages > NOISY.share * inFlight)
      .sort((a, b) => a.messages - b.messages)
      .map(({ group_id }) => group_id);
  }
}
