import type { Clock } from "../../kernel/clock.ts";

/** What continues after a while, unless it is stopped before. */
export class Pauses {
  private readonly clock: Clock;
  private readonly cancels = new Set<() => void>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Calls `wake` after so many milliseconds. */
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

/** Milliseconds before the next attempt after so many failed ones: from a second, doubling, up to `longest`. */
export function backoff(failures: number, longest: number): number {
  return Math.min(1000 * 2 ** failures, longest);
}
