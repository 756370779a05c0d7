import type { Clock } from "../kernel/clock.ts";

/** One wake at a time: the next moment at which something is due. */
export class Alarm {
  private readonly clock: Clock;
  private readonly wake: () => void;
  private cancel: (() => void) | undefined;
  private time = Number.POSITIVE_INFINITY;
  private running = false;

  constructor(clock: Clock, wake: () => void) {
    this.clock = clock;
    this.wake = wake;
  }

  /** Wakes at once, and from then on when asked to. */
  start(): void {
    this.running = true;
    this.wake();
  }

  /** Wakes at `time` unless it will wake earlier anyway, or does not run: then the start finds what is due. */
  by(time: number): void {
    if (!this.running || time >= this.time) return;
    this.cancel?.();
    this.time = time;
    this.cancel = this.clock.at(time, () => {
      this.time = Number.POSITIVE_INFINITY;
      this.wake();
    });
  }

  stop(): void {
    this.running = false;
    this.cancel?.();
    this.time = Number.POSITIVE_INFINITY;
  }
}
