import type { Clock } from "../../kernel/clock.ts";

/** Pauses that end after a time or when stopped. */
export class Pauses {
  private readonly clock: Clock;
  private readonly cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Calls `wake` after this number of milliseconds. */
  after(milliseconds: number, wake: () => void): void {
    const cancel = this.clock.at(this.clock.now() + milliseconds, () => {
      this.cancels.delete(cancel);
      wake();
    });
    this.cancels.add(cancel);
  }

  stop(): void {
    for (const cancel of this.cancels) cancel();
    this.cancels.clear();
  }
}

/**
 * Milliseconds before the next attempt, by the number of failures: from one second, doubling, up to
 * `longest`.
 */
export function backoff(failures: number, longest: number): number {
  return Math.min(1000 * 2 ** failures, longest);
}
