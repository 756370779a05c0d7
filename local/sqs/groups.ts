import type { Store } from "../kernel/store.ts";

/**
 * The locks of a FIFO queue. A message in flight holds back those behind it in its group, not those before it, so a group
 * may be received from as soon as its first message is visible; and a receive finds such groups in an index
 * instead of passing over the messages of locked ones.
 */
export class Groups {
  private readonly store: Store;

  constructor(store: Store) {
    this.store = store;
  }

  /** Call this after a message was added at the end of the group. */
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
  refresh(queue: number, group: string): void {
    const head = this.store.get<{ visible_at: number }>(
      "SELECT visible_at FROM sqs_message WHERE queue = ? AND group_id = ? AND fifo = 1 ORDER BY sequence LIMIT 1",
      queue,
      group,
    );
    if (!head) {
      this.store.run("DELETE FROM sqs_group WHERE queue = ? AND group_id = ?", queue, group);
      return;
    }
    this.store.run(
      "INSERT OR REPLACE INTO sqs_group (queue, group_id, available_at) VALUES (?, ?, ?)",
      queue,
      group,
      head.visible_at,
    );
  }
}
