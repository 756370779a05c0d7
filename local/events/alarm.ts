import type { Clock } from "../kernel/clock.ts";

/** One wake at a time: the next moment at which something of a kind is due. */
export class Alarm {
  private readonly clock: Clock;
  private readonly wake: () => void;
  private cancel: (() => void) | undefined;
  private time = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, wake: () => void) {
    this.clock = clock;
    this.wake = wake;
  }

  /** Wakes at `time` unless it will wake earlier anyway. */
  by(time: number): void {
    if (time >= this.time) return;
    this.cancel?.();
    this.time = time;
    this.cancel = this.clock.at(time, () => {
      this.stop();
      this.wake();
    });
  }

  stop(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.time = Number.POSITIVE_INFINITY;
  }
}
