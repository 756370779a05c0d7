import type { Kernel } from "../kernel/kernel.ts";
import { Work } from "../kernel/work.ts";

/** The engine's own part of the kernel's background work, so that a stop can wait for it alone. */
export class Background {
  private readonly kernel: Kernel;
  private readonly own: Work;

  constructor(kernel: Kernel) {
    this.kernel = kernel;
    this.own = new Work((error, what) => kernel.report(`${what}: ${(error as Error)?.stack ?? error}`));
  }

  start(what: string, task: () => Promise<void>): void {
    this.kernel.work.start(what, () => this.own.during(task));
  }

  /** Resolves when no work is running. */
  idle(): Promise<void> {
    return this.own.idle();
  }
}
