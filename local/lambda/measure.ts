import type { Kernel } from "../kernel/kernel.ts";

type Counted = "Invocations" | "Errors" | "Throttles";

const MINUTE = 60_000;

/** The AWS/Lambda metrics of functions: counts of the current minute and the one before, in memory. */
export class InvocationCounts {
  private readonly kernel: Kernel;
  /** Function → minute → counts. */
  private readonly counts = new Map<string, Map<number, Record<Counted, number>>>();

  constructor(kernel: Kernel) {
    this.kernel = kernel;
  }

  /** An invocation has ended. */
  ended(name: string, failed: boolean): void {
    const counts = this.current(name);
    counts.Invocations++;
    if (failed) counts.Errors++;
    this.kernel.signals.raise(`lambda:${name}`);
  }

  /** An invocation was refused for lack of concurrency. */
  throttled(name: string): void {
    this.current(name).Throttles++;
    this.kernel.signals.raise(`lambda:${name}`);
  }

  /** The counts of a minute; undefined if the function was not called in it. */
  readonly measure = (
    metric: string,
    { FunctionName = "" }: Record<string, string>,
    from: number,
  ): number | undefined => {
    const counts = this.counts.get(FunctionName)?.get(Math.floor(from / MINUTE));
    return counts && Object.hasOwn(counts, metric) ? counts[metric as Counted] : undefined;
  };

  private current(name: string): Record<Counted, number> {
    const minute = Math.floor(this.kernel.clock.now() / MINUTE);
    const minutes = this.counts.get(name) ?? new Map<number, Record<Counted, number>>();
    this.counts.set(name, minutes);
    const counts = minutes.get(minute) ?? { Invocations: 0, Errors: 0, Throttles: 0 };
    minutes.set(minute, counts);
    for (const past of minutes.keys()) if (past < minute - 1) minutes.delete(past);
    return counts;
  }
}
