/**
 * Counts running work (an invocation, a delivery, a transition), so that a stop can wait for it and a
 * simulation can detect when nothing more happens unless time passes.
 */
export class Work {
  private pending = 0;
  private waiters: (() => void)[] = [];
  private readonly failed: (error: unknown, what: string) => void;

  constructor(failed: (error: unknown, what: string) => void) {
    this.failed = failed;
  }

  /**
   * Runs `task` in the background. Anything that it throws is an internal error of the local cloud, and
   * reported.
   */
  start(what: string, task: () => Promise<void>): void {
    void this.during(task).catch((error: unknown) => this.failed(error, what));
  }

  /** Runs `task` and counts it while it runs. */
  async during<T>(task: () => Promise<T>): Promise<T> {
    this.pending++;
    try {
      return await task();
    } finally {
      if (--this.pending === 0) {
        const waiters = this.waiters;
        this.waiters = [];
        for (const resolve of waiters) resolve();
      }
    }
  }

  get count(): number {
    return this.pending;
  }

  /** Resolves as soon as no work is running. */
  async idle(): Promise<void> {
    if (this.pending > 0) await new Promise<void>((resolve) => this.waiters.push(resolve));
  }
}
