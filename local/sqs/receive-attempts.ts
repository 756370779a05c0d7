import type { Kernel } from "../kernel/kernel.ts";
import type { MessageRow, Messages } from "./messages.ts";
import type { Queue } from "./queues.ts";

const INTERVAL = 5 * 60_000;

/** One message that an attempt received. */
interface Taken {
  sequence: number;
  receiveCount: number;
  visibleAt: number;
}

/**
 * The messages that receives of FIFO queues returned in the last five minutes, by ReceiveRequestAttemptId: a consumer that
 * never saw the answer gets the same messages again.
 */
export class ReceiveAttempts {
  private readonly kernel: Kernel;
  private readonly messages: Messages;

  constructor(kernel: Kernel, messages: Messages) {
    this.kernel = kernel;
    this.messages = messages;
  }

  /**
   * The messages of an earlier attempt with this id, invisible for `timeout` milliseconds again. Undefined where there
   * was none, or one of its messages was deleted, changed its visibility or came back since: then it is over.
   */
  again(queue: Queue, id: string, timeout: number): MessageRow[] | undefined {
    const { store, clock } = this.kernel;
    const now = clock.now();
    const earlier = store.get<{ taken: string }>(
      "SELECT taken FROM sqs_receive_attempt WHERE queue = ? AND id = ? AND expires_at > ?",
      queue.id,
      id,
      now,
    );
    if (!earlier) return undefined;
    const rows: MessageRow[] = [];
    for (const { sequence, receiveCount, visibleAt } of JSON.parse(earlier.taken) as Taken[]) {
      const row = this.messages.find(queue, sequence);
      if (row?.receive_count !== receiveCount) return undefined;
      if (row.visible_at !== visibleAt || visibleAt <= now) return undefined;
      rows.push(row);
    }
    return store.atomically(() => {
      for (const row of rows) this.messages.setVisibleAt(queue, row, now + timeout);
      const again = rows.map((row) => ({ ...row, visible_at: now + timeout }));
      const taken = JSON.stringify(again.map(toTaken));
      store.run("UPDATE sqs_receive_attempt SET taken = ? WHERE queue = ? AND id = ?", taken, queue.id, id);
      return again;
    });
  }

  /** Records the messages that an attempt received. */
  remember(queue: Queue, id: string, rows: MessageRow[]): void {
    const { store, clock } = this.kernel;
    const now = clock.now();
    store.atomically(() => {
      store.run("DELETE FROM sqs_receive_attempt WHERE queue = ? AND expires_at <= ?", queue.id, now);
      store.run(
        "INSERT OR REPLACE INTO sqs_receive_attempt (queue, id, taken, expires_at) VALUES (?, ?, ?, ?)",
        queue.id,
        id,
        JSON.stringify(rows.map(toTaken)),
        now + INTERVAL,
      );
    });
  }
}

const toTaken = ({ sequence, receive_count, visible_at }: MessageRow): Taken => ({
  sequence,
  receiveCount: receive_count,
  visibleAt: visible_at,
});
