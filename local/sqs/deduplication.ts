import type { Kernel } from "../kernel/kernel.ts";
import type { Queue } from "./queues.ts";

const INTERVAL = 5 * 60_000;

interface Sent {
  message_id: string;
  sequence: number;
}

/** What makes a FIFO queue accept a message once: the ids of the last five minutes, per queue or per group. */
export class Deduplication {
  private readonly kernel: Kernel;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Runs `send` unless the same id was sent within the interval; then answers what was sent at that time. */
  once(queue: Queue, group: string, id: string, send: () => Sent): Sent {
    const { store, clock } = this.kernel;
    const now = clock.now();
    const scope = queue.settings.deduplicateByGroup ? group : "";
    return store.atomically(() => {
      store.run("DELETE FROM sqs_deduplication WHERE queue = ? AND expires_at <= ?", queue.id, now);
      const earlier = store.get<Sent>(
        "SELECT message_id, sequence FROM sqs_deduplication WHERE queue = ? AND scope = ? AND deduplication_id = ?",
        queue.id,
        scope,
        id,
      );
      if (earlier) return earlier;
      const sent = send();
      store.run(
        `INSERT INTO sqs_deduplication (queue, scope, deduplication_id, message_id, sequence, expires_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
        queue.id,
        scope,
        id,
        sent.message_id,
        sent.sequence,
        now + INTERVAL,
      );
      return sent;
    });
  }
}
