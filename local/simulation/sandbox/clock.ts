import { promisify } from "node:util";
import type { Clock } from "../../kernel/clock.ts";
import { overlay } from "./overlay.ts";

/** `Date`, timers and `performance` that follow a clock of ours, until they are stopped. */
export interface Timekeeping {
  globals: Record<string, unknown>;
  /** The replacement of `node:timers/promises`. */
  promises: Record<string, unknown>;
  /** Cancels all timers. */
  stop(): void;
}

type Callback = (...parameters: unknown[]) => void;

export function timekeeping(clock: Clock): Timekeeping {
  const armed = new Set<Timer>();
  const began = clock.now();
  const start =
    (repeat: boolean) =>
    (callback: Callback, delay?: number, ...parameters: unknown[]) =>
      new Timer(clock, armed, () => callback(...parameters), delay, repeat);
  const clear = (timer: unknown) => {
    if (timer instanceof Timer) timer.close();
  };
  const sleep = (delay?: number, value?: unknown, options: { signal?: AbortSignal } = {}) =>
    new Promise((resolve, reject) => {
      const { signal } = options;
      if (signal?.aborted) return reject(signal.reason);
      const timer = new Timer(clock, armed, () => resolve(value), delay, false);
      signal?.addEventListener("abort", () => {
        timer.close();
        reject(signal.reason);
      });
    });
  const setTimeout = Object.assign(start(false), { [promisify.custom]: sleep });

  const globals = {
    Date: new Proxy(Date, {
      construct: (target, given, self) =>
        Reflect.construct(target, given.length ? given : [clock.now()], self),
      apply: (target) => new target(clock.now()).toString(),
      get: (target, name, self) => (name === "now" ? clock.now : Reflect.get(target, name, self)),
    }),
    setTimeout,
    clearTimeout: clear,
    setInterval: start(true),
    clearInterval: clear,
    performance: overlay(performance, { now: () => clock.now() - began, timeOrigin: began }),
    AbortSignal: new Proxy(AbortSignal, {
      get(target, name) {
        if (name !== "timeout") return Reflect.get(target, name, target);
        return (delay: number) => {
          const controller = new AbortController();
          const late = new DOMException("The operation was aborted due to timeout", "TimeoutError");
          setTimeout(() => controller.abort(late), delay);
          return controller.signal;
        };
      },
    }),
  };
  return {
    globals,
    promises: { setTimeout: sleep, setImmediate: promisify(setImmediate), scheduler: { wait: sleep } },
    stop() {
      for (const timer of [...armed]) timer.close();
    },
  };
}

/** What setTimeout and setInterval answer, with the methods of Node's. */
class Timer {
  private readonly clock: Clock;
  private readonly armed: Set<Timer>;
  private readonly callback: () => void;
  private readonly delay: number;
  private readonly repeat: boolean;
  private cancel: () => void = () => {};

  constructor(clock: Clock, armed: Set<Timer>, callback: () => void, delay = 1, repeat = false) {
    this.clock = clock;
    this.armed = armed;
    this.callback = callback;
    this.delay = Math.max(1, Number(delay) || 1);
    this.repeat = repeat;
    this.refresh();
  }

  refresh(): this {
    this.cancel();
    this.armed.add(this);
    this.cancel = this.clock.at(this.clock.now() + this.delay, () => {
      if (this.repeat) this.refresh();
      else this.armed.delete(this);
      this.callback();
    });
    return this;
  }

  close(): this {
    this.cancel();
    this.armed.delete(this);
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  hasRef(): boolean {
    return true;
  }

  [Symbol.dispose](): void {
    this.close();
  }
}
