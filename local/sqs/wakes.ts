import type { Kernel } from "../kernel/kernel.ts";
import type { Queue } from "./queues.ts";

/** Raises a queue's signal when time alone makes a message visible: one armed wake per queue, for the next one. */
export class Wakes {
  private readonly kernel: Kernel;
  private readonly armed = new Map<number, { time: number; cancel: () => void }>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** Something in the queue becomes visible at `time`. */
  at(queue: Queue, time: number): void {
    const armed = this.armed.get(queue.id);
    if (armed && armed.time <= time) return;
    armed?.cancel();
    this.armed.set(queue.id, { time, cancel: this.kernel.clock.at(time, () => this.wake(queue)) });
  }

  /** Call this when a message in the queue becomes visible. */
  now(queue: Queue): void {
    this.kernel.signals.raise(`sqs:${queue.arn}`);
  }

  /** Looks into the table for what is visible and what will be. */
  resume(queue: Queue): void {
    this.now(queue);
    const { next } = this.kernel.store.get(
      "SELECT min(visible_at) AS next FROM sqs_message WHERE queue = ? AND visible_at > ?",
      queue.id,
      this.kernel.clock.now(),
    ) as { next: number | null };
    if (next !== null) this.at(queue, next);
  }

  cancel(queue: Queue): void {
    this.armed.get(queue.id)?.cancel();
    this.armed.delete(queue.id);
  }

  cancelAll(): void {
    for (const { cancel } of this.armed.values()) cancel();
    this.armed.clear();
  }

  private wake(queue: Queue): void {
    this.armed.delete(queue.id);
    this.resume(queue);
  }
}
