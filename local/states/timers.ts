import type { Clock } from "../kernel/clock.ts";

/** One wake of the clock for the earliest of many due times, which lie in tables. */
export class Timers {
  private readonly clock: Clock;
  private readonly ring: () => void;
  private armed: { time: number; cancel: () => void } | undefined;

  constructor(clock: Clock, ring: () => void) {
    this.clock = clock;
    this.ring = ring;
  }

  /** Makes sure that `ring` is called at that time, or earlier where something else is due before. */
  by(time: number | null | undefined): void {
    if (time === null || time === undefined || (this.armed && this.armed.time <= time)) return;
    this.armed?.cancel();
    const cancel = this.clock.at(time, () => {
      this.armed = undefined;
      this.ring();
    });
    this.armed = { time, cancel };
  }

  stop(): void {
    this.armed?.cancel();
    this.armed = undefined;
  }
}
