import type { Kernel } from "../kernel/kernel.ts";
import { serviceFault } from "./errors.ts";
import { type FunctionVersion, LATEST } from "./functions.ts";
import { EnvironmentLog, type LogLine } from "./log.ts";
import type { Environment, Runner } from "./runner.ts";
import { startEnvironment } from "./start-environment.ts";
import { StartTimes, type Waiting } from "./start-times.ts";

/** An environment of the pool. The invocation that acquired it returns it. */
export interface PooledEnvironment {
  version: FunctionVersion;
  environment: Environment;
  log: EnvironmentLog;
  /** True until its first invocation. */
  cold: boolean;
  idleSince: number;
  /** Its version was replaced: it ends after its current work. */
  retired: boolean;
  /** Called when the pool stops while the environment is in use. */
  interrupt: () => void;
}

interface Waiter {
  version: FunctionVersion;
  waiting: Waiting;
  /** When it began to wait, milliseconds. */
  since: number;
  resolve(pooled: PooledEnvironment): void;
  reject(error: Error): void;
}

/** The environments of one version. */
interface EnvironmentGroup {
  count: number;
  /** One of them has loaded its code. */
  loaded: boolean;
  /** When an invocation last found a free environment, milliseconds. */
  moved: number;
  /**
   * Since when a reader whose batches are full has found none of them free, milliseconds; undefined if one was free, or
   * its batch not full.
   */
  shortSince: number | undefined;
}

/** Lambda keeps an unused environment for some minutes. */
const IDLE = 10 * 60_000;
/** An environment that has been idle for this long may be ended for another function's. */
const EVICTABLE = 1000;
/**
 * The environments for messages that do not wait long: while one waits for the disk, another can work. There is one more as
 * long as those at work, of all functions, hardly outnumber the processors. More of them would only share these.
 */
const FOR_A_MOVING_QUEUE = 2;

/**
 * The environments: one invocation at a time each, reused while warm, started on demand up to `limit` of them
 * in total. The first of a version starts at once. A further one starts if an invocation waits and no
 * environment of the version became free for the time of a start, or longer on a busy machine: a moving queue
 * is served sooner by warm environments, since new code runs several times slower until it is compiled. How
 * much longer depends on the current start time, so that a machine that is slow for other reasons does not
 * fill up with environments that slow it down further. A moving queue that has had full batches for as long
 * gets a second environment, and a third if few are at work. At the limit, an invocation waits for an environment
 * of its own version, or for an idle one that can be replaced; a version without environments comes first, so
 * that a busy function cannot block another.
 */
export class Pool {
  private readonly kernel: Kernel;
  private readonly runner: Runner;
  private readonly limit: number;
  private readonly starts: StartTimes;
  private readonly observe: (line: LogLine) => void;
  private readonly idle = new Map<string, PooledEnvironment[]>();
  private readonly waiting = new Map<string, Waiter[]>();
  /** Waiters for a free environment of a version that bring no invocation. */
  private readonly watchers = new Map<string, Set<() => void>>();
  /** All environments, idle or not, in the order of their start. */
  private readonly all = new Set<PooledEnvironment>();
  /** Versions that have environments. */
  private readonly groups = new Map<string, EnvironmentGroup>();
  private alarm: { time: number; cancel: () => void } | undefined;
  private stopped = false;

  constructor(kernel: Kernel, runner: Runner, limit: number, observe: (line: LogLine) => void) {
    this.kernel = kernel;
    this.runner = runner;
    this.limit = limit;
    this.starts = new StartTimes(kernel.clock, runner.startTime ?? 0);
    this.observe = observe;
  }

  /** An environment of this version, for one invocation. */
  take(version: FunctionVersion, waiting: Waiting): Promise<PooledEnvironment> {
    if (this.stopped) return Promise.reject(serviceFault("The local cloud is stopping."));
    return new Promise((resolve, reject) => {
      const key = keyOf(version);
      const waiters = this.waiting.get(key) ?? [];
      this.waiting.set(key, waiters);
      waiters.push({ version, waiting, since: this.kernel.clock.now(), resolve, reject });
      this.serve();
    });
  }

  /**
   * Resolves when an invocation of this version would find an environment or have one started: undefined if
   * that is so now. Messages that arrive in the meantime can form one batch. `isBehind`: more wait than a batch can have.
   */
  whenFree(version: FunctionVersion, isBehind: boolean): Promise<void> | undefined {
    const key = keyOf(version);
    const known = this.groups.get(key);
    if (this.starts.patience === 0 || !known) return undefined;
    const since = this.kernel.clock.now();
    const isFree = this.hasIdle(key);
    known.shortSince = isFree || !isBehind ? undefined : (known.shortSince ?? since);
    if (isFree) return undefined;
    return new Promise((resolve) => {
      let cancel = () => {};
      const free = () => {
        cancel();
        watchers.delete(free);
        resolve();
      };
      const watch = () => {
        const group = this.groups.get(key);
        if (!group || this.isWorthStarting("message", since, group)) free();
        else cancel = this.kernel.clock.at(this.kernel.clock.now() + this.starts.patience, watch);
      };
      const watchers = this.watchers.get(key) ?? new Set();
      this.watchers.set(key, watchers.add(free));
      watch();
    });
  }

  /** Returns an environment that is still usable after an invocation. */
  give(pooled: PooledEnvironment): void {
    if (pooled.retired || !this.all.has(pooled)) {
      this.discard(pooled);
      return;
    }
    pooled.idleSince = this.kernel.clock.now();
    const key = keyOf(pooled.version);
    const idle = this.idle.get(key);
    if (idle) idle.push(pooled);
    else this.idle.set(key, [pooled]);
    this.serve();
    this.arm();
    if (this.hasIdle(key)) for (const free of [...(this.watchers.get(key) ?? [])]) free();
  }

  /** Ends an environment: idle, or in use by the caller. */
  discard(pooled: PooledEnvironment): void {
    this.end(pooled);
    this.serve();
  }

  /** Ends the environments of a function with another revision: those in use after their work. */
  retire(name: string, revision: string | undefined): void {
    for (const pooled of [...this.all]) {
      const { version } = pooled;
      if (version.name !== name || version.version !== LATEST || version.revision === revision) continue;
      if (this.idle.get(keyOf(version))?.includes(pooled)) this.end(pooled);
      else pooled.retired = true;
    }
    this.serve();
  }

  start(): void {
    this.stopped = false;
  }

  /** Ends all environments and everything that runs in them. Resolves when they have ended and their logs are written. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.alarm?.cancel();
    this.alarm = undefined;
    const all = [...this.all];
    const ends = all.map((pooled) => {
      const end = this.end(pooled);
      pooled.interrupt();
      return end;
    });
    for (const free of [...this.watchers.values()].flatMap((watchers) => [...watchers])) free();
    const waiters = [...this.waiting.values()].flat();
    this.waiting.clear();
    for (const { reject } of waiters) reject(serviceFault("The local cloud is stopping."));
    await Promise.all([...ends, ...all.map(({ log }) => log.written)]);
  }

  private hasIdle(key: string): boolean {
    return (this.idle.get(key)?.length ?? 0) > 0;
  }

  private serve(): void {
    const keys = [...this.waiting.keys()];
    const hasNone = (key: string) => !this.groups.has(key);
    for (const key of [...keys.filter(hasNone), ...keys.filter((one) => !hasNone(one))]) {
      const waiters = this.waiting.get(key)!;
      let served = 0;
      for (; served < waiters.length; served++) {
        const pooled = this.idle.get(key)?.pop() ?? this.tryStart(waiters[served]!);
        if (!pooled) break;
        this.groups.get(key)!.moved = this.kernel.clock.now();
        waiters[served]!.resolve(pooled);
      }
      if (served === waiters.length) this.waiting.delete(key);
      else waiters.splice(0, served);
    }
    if (this.waiting.size > 0) this.arm();
  }

  private tryStart({ version, waiting, since }: Waiter): PooledEnvironment | undefined {
    const group = this.groups.get(keyOf(version));
    const isFirst = group === undefined;
    if (group && !this.isWorthStarting(waiting, since, group)) return undefined;
    if (this.all.size >= this.limit) {
      const victim = this.longestIdle();
      const bound = isFirst ? 0 : EVICTABLE;
      if (!victim || victim.idleSince + bound > this.kernel.clock.now()) return undefined;
      this.end(victim);
    }
    const log = new EnvironmentLog(this.kernel, version, this.observe);
    const environment = startEnvironment(this.kernel, this.runner, version, log);
    const pooled = { version, environment, log, cold: true, idleSince: 0, retired: false, interrupt() {} };
    this.all.add(pooled);
    const joined = group ?? { count: 0, loaded: false, moved: 0, shortSince: undefined };
    joined.count++;
    this.groups.set(keyOf(version), joined);
    this.starts.measure(environment, () => {
      if (!joined.loaded) joined.moved = this.kernel.clock.now();
      joined.loaded = true;
    });
    return pooled;
  }

  private isWorthStarting(waiting: Waiting, since: number, group: EnvironmentGroup): boolean {
    const { loaded, moved, count, shortSince } = group;
    // Measured from the beginning of the wait, so that the answer covers the wait.
    const hasRoom = this.runner.hasRoom?.() ?? true;
    // While the first one loads its code, whether it works is unknown.
    const mayStart = loaded && hasRoom;
    const isForMoving = waiting === "message" && count < this.mostForMovingQueue && shortSince !== undefined;
    if (isForMoving && mayStart && this.starts.isWorthStarting(waiting, shortSince, false)) return true;
    return this.starts.isWorthStarting(waiting, Math.max(since, moved), mayStart);
  }

  private get mostForMovingQueue(): number {
    const idle = [...this.idle.values()].reduce((sum, { length }) => sum + length, 0);
    const { processors = Number.POSITIVE_INFINITY } = this.runner;
    const areFew = this.all.size - idle <= processors + 1;
    return areFew ? FOR_A_MOVING_QUEUE + 1 : FOR_A_MOVING_QUEUE;
  }

  private async end(pooled: PooledEnvironment): Promise<void> {
    pooled.log.flush();
    const end = pooled.environment.stop();
    this.starts.forget(pooled.environment);
    if (this.all.delete(pooled)) this.forget(pooled);
    await end;
  }

  private forget(pooled: PooledEnvironment): void {
    const key = keyOf(pooled.version);
    const group = this.groups.get(key)!;
    if (--group.count === 0) this.groups.delete(key);
    const idle = this.idle.get(key)?.filter((other) => other !== pooled) ?? [];
    if (idle.length > 0) this.idle.set(key, idle);
    else this.idle.delete(key);
  }

  /** The idle environments of each version, in the order in which they became idle. */
  private longestIdle(): PooledEnvironment | undefined {
    let longest: PooledEnvironment | undefined;
    for (const [first] of this.idle.values()) {
      if (first && (!longest || first.idleSince < longest.idleSince)) longest = first;
    }
    return longest;
  }

  /** Wakes when one more environment may be worth starting, or when the longest idle one may be ended. */
  private arm(): void {
    const longest = this.longestIdle();
    const isWaiting = this.waiting.size > 0;
    const end = longest ? longest.idleSince + (isWaiting ? EVICTABLE : IDLE) : Number.POSITIVE_INFINITY;
    const mayStart = isWaiting && this.all.size < this.limit;
    const start = mayStart ? this.kernel.clock.now() + this.starts.patience : Number.POSITIVE_INFINITY;
    const time = Math.min(start, end);
    if (time === Number.POSITIVE_INFINITY || this.stopped) return;
    if (this.alarm && this.alarm.time <= time) return;
    this.alarm?.cancel();
    this.alarm = { time, cancel: this.kernel.clock.at(time, () => this.wake()) };
  }

  private wake(): void {
    this.alarm = undefined;
    for (let longest = this.longestIdle(); longest; longest = this.longestIdle()) {
      if (longest.idleSince + IDLE > this.kernel.clock.now()) break;
      this.end(longest);
    }
    this.serve();
    this.arm();
  }
}

const keyOf = ({ name, version, revision }: FunctionVersion) => `${name}:${version}:${revision}`;
