import type { Clock } from "./clock.ts";

/** One timer for the earliest of many due times, which are stored in tables. */
export class Alarm {
  private readonly clock: Clock;
  private readonly wake: () => void;
  private armed: { time: number; cancel: () => void } | undefined;
  private running = false;

  constructor(clock: Clock, wake: () => void) {
    this.clock = clock;
    this.wake = wake;
  }

  /** Fires at once, for earlier due times, and from then on when requested. */
  start(): void {
    this.running = true;
    this.wake();
  }

  /**
   * Fires at `time`, or earlier if something else is due before. Until it is started it need not be called:
   * the start finds what is due.
   */
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
