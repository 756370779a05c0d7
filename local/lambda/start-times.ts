import type { Clock } from "../kernel/clock.ts";
import type { Environment } from "./runner.ts";

/**
 * Even on a busy machine, slow invocations delay those behind them for at most this number of start times. Messages can
 * wait; a caller that waits for the answer, such as a browser, would wait for every long poll before it.
 */
const BUSY_PATIENCE = { message: 10, caller: 2 };

/** What waits for an environment. */
export type Waiting = keyof typeof BUSY_PATIENCE;

/** How long environments take to start: the measure for how long an invocation waits for a warm one instead. */
export class StartTimes {
  private readonly clock: Clock;
  /** How long an invocation waits for a warm environment, milliseconds. */
  readonly patience: number;
  /** Duration of the latest start, milliseconds. */
  private latest: number;
  /** Start times of the environments that are starting, milliseconds, oldest first. */
  private readonly starting = new Map<Environment, number>();

  constructor(clock: Clock, patience: number) {
    this.clock = clock;
    this.patience = patience;
    this.latest = patience;
  }

  /** Measures a start. `loaded` is called at its end. */
  measure(environment: Environment, loaded: () => void): void {
    const began = this.clock.now();
    this.starting.set(environment, began);
    void environment.ready.then(() => {
      this.starting.delete(environment);
      this.latest = Math.max(this.patience, this.clock.now() - began);
      loaded();
    });
  }

  /** Forgets an environment that has ended. */
  forget(environment: Environment): void {
    this.starting.delete(environment);
  }

  /**
   * Whether to start a further environment after a wait since `since`, in which no other one became free.
   * `mayStart`: whether nothing else speaks against it; otherwise only a long wait justifies it.
   */
  isWorthStarting(waiting: Waiting, since: number, mayStart: boolean): boolean {
    const waited = this.clock.now() - since;
    if (waited < this.patience) return false;
    return waited >= this.duration() * BUSY_PATIENCE[waiting] || mayStart;
  }

  /** The duration of the latest start, or of a running one if that is longer. */
  private duration(): number {
    const [oldest] = this.starting.values();
    return Math.max(this.latest, oldest === undefined ? 0 : this.clock.now() - oldest);
  }
}
