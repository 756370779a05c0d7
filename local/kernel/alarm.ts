import type { Clock } from "./clock.ts";

/** One wake of the clock for the earliest of many due times, which lie in tables. */
export class Alarm {
  private readonly clock: Clock;
  private readonly wake: () => void;
  private armed: { time: number; cancel: () => void } | undefined;
  private running = false;

  constructor(clock: Clock, wake: () => void) {
    this.clock = clock;
    this.wake = wake;
  }

  /** Wakes at once, for what came due before, and from then on when asked to. */
  start(): void {
    this.running = true;
    this.wake();
  }

  /** Wakes at `time`, or earlier where something else is due before. Until it runs it need not be asked: the start finds what is due. */
  by(time: number | null | undefined): void {
    if (!this.running || time == null || (this.armed && this.armed.time <= time)) return;
    this.armed?.cancel();
    const cancel = this.clock.at(time, () => {
      this.armed = undefined;
      this.wake();
    });
    this.armed = { time, cancel };
  }

  stop(): void {
    this.running = false;
    this.armed?.cancel();
    this.armed = undefined;
  }
}
