import type { Store } from "../kernel/store.ts";

/**
 * The locks of a FIFO queue. A group whose messages are in flight gives out no others, so each group has one moment
 * from which on it may be received from, and a receive finds such groups in an index instead of passing over
 * the messages of locked ones.
 */
export class Groups {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** A message was added at the end of the group. */
  joined(queue: number, group: string, visibleAt: number): void {
    this.store.run(
      "INSERT OR IGNORE INTO sqs_group (queue, group_id, available_at) VALUES (?, ?, ?)",
      queue,
      group,
      visibleAt,
    );
  }

  /** Messages of the group were taken and are in flight until then. */
  locked(queue: number, group: string, until: number): void {
    this.store.run(
      "UPDATE sqs_group SET available_at = ? WHERE queue = ? AND group_id = ?",
      until,
      queue,
      group,
    );
  }

  /** Groups to receive from, those that have waited longest first. */
  available(queue: number, now: number, limit: number): string[] {
    return this.store
      .all<{ group_id: string }>(
        "SELECT group_id FROM sqs_group WHERE queue = ? AND available_at <= ? ORDER BY available_at, group_id LIMIT ?",
        queue,
        now,
        limit,
      )
      .map((row) => row.group_id);
  }

  /** Sets the group right after one of its messages went away or changed its visibility. */
  refresh(queue: number, group: string, now: number): void {
    const head = this.store.get<{ visible_at: number }>(
      "SELECT visible_at FROM sqs_message WHERE queue = ? AND group_id = ? AND fifo = 1 ORDER BY sequence LIMIT 1",
      queue,
      group,
    );
    if (!head) {
      this.store.run("DELETE FROM sqs_group WHERE queue = ? AND group_id = ?", queue, group);
      return;
    }
    const { last } = this.store.get<{ last: number | null }>(
      `SELECT max(visible_at) AS last FROM sqs_message
       WHERE queue = ? AND group_id = ? AND visible_at > ? AND fifo = 1 AND receive_count > 0`,
      queue,
      group,
      now,
    )!;
    const available = Math.max(head.visible_at, last ?? 0);
    this.store.run(
      "INSERT OR REPLACE INTO sqs_group (queue, group_id, available_at) VALUES (?, ?, ?)",
      queue,
      group,
      available,
    );
  }
}
