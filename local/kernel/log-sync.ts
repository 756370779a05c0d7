import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { promisify } from "node:util";
import { UserError } from "./errors.ts";

/**
 * Leaves the log to another thread, which syncs the file before it uses an answer that it gets later. Resolves when it
 * has, and never if the thread has ended; rejects if the disk refused. One function for all calls of a thread.
 */
export type SyncByCaller = (path: string) => Promise<void>;

/** Milliseconds that a caller has for it. Its thread may be computing, and all others wait. */
const PATIENCE = 5;
/** What is written during a sync need not wait for its end. With more of them, a busy app syncs more often. */
const MOST_AT_ONCE = 2;

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
  syncByCaller: SyncByCaller | undefined;
}

const sync = promisify(fdatasync);

/** The log's file. The system reports a failed write once to each descriptor, so threads have their own. */
interface Log {
  path: string;
  descriptor: number;
}

/**
 * Brings the write-ahead log to disk in the background. An `fdatasync` covers all transactions that were committed
 * before it began, and resolves all who wait for them. If one of them can, it makes the call: its thread must be woken
 * anyway, and this one need not be woken first.
 */
export class LogSync {
  /** Undefined for a store in memory, where nothing has to be synced. */
  private readonly log: Log | undefined;
  private readonly ended: () => void;
  /** Waiters for a sync that has not started. */
  private waiting: Waiter[] = [];
  /** Waiters for each running sync, in the order of their start. */
  private running: Waiter[][] = [];
  /** Something was committed that no sync has covered yet. */
  private dirty = false;
  private closed = false;
  /** Why nothing can be written any more. */
  failure: Error | undefined;

  /** `ended` is called after each sync, until the log is closed. It stays the same file until then. */
  constructor(path: string | undefined, ended: () => void) {
    if (path !== undefined) this.log = { path, descriptor: openSync(path, "r+") };
    this.ended = ended;
  }

  /** Whether what is committed now waits for the end of a sync. */
  get isBusy(): boolean {
    return this.running.length >= MOST_AT_ONCE;
  }

  /**
   * Resolves when everything written so far is on disk, or is left to `syncByCaller`. `isOpen`: a part of it is not
   * committed yet.
   */
  flushed(isOpen: boolean, syncByCaller?: SyncByCaller): Promise<void> {
    const isUnsynced = isOpen || this.dirty;
    const last = this.running.at(-1);
    if (!isUnsynced && !last) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiters = isUnsynced ? this.waiting : last!;
      waiters.push({ resolve, reject, syncByCaller });
      if (!isOpen) this.startIfAwaited();
    });
  }

  /** Notes that a transaction was committed. */
  committed(): void {
    this.dirty = true;
    this.startIfAwaited();
  }

  startIfAwaited(): void {
    if (this.waiting.length > 0 && !this.isBusy) this.start();
  }

  private start(): void {
    const covered = this.waiting.splice(0);
    this.dirty = false;
    if (!this.log || this.failure) {
      this.settle(covered);
      return;
    }
    this.running.push(covered);
    void this.sync(this.log, covered)
      .catch((error) => this.fail(error))
      .then(() => {
        this.running = this.running.filter((one) => one !== covered);
        this.settle(covered);
        if (this.closed) this.close();
        else this.ended();
      });
  }

  private async sync({ path, descriptor }: Log, covered: Waiter[]): Promise<void> {
    const caller = covered.find(({ syncByCaller }) => syncByCaller)?.syncByCaller;
    const synced = caller?.(path);
    if (synced) for (const { syncByCaller, resolve } of covered) if (syncByCaller === caller) resolve();
    // Also if it comes late.
    synced?.catch((error) => this.fail(error));
    if (!(synced && (await isInTime(synced)))) await sync(descriptor);
  }

  /** From now on nothing is written: whether the disk has the earlier writes is unknown. */
  fail(error: unknown): Error {
    this.failure ??= new UserError(
      `The data could not be written: ${(error as Error).message}. Make sure that the disk has space and is sound, then start again.`,
    );
    return this.failure;
  }

  /** Syncs what is left, at once, and notifies all who wait for it. */
  finish(): void {
    this.closed = true;
    try {
      if (this.log) fdatasyncSync(this.log.descriptor);
    } catch (error) {
      this.fail(error);
    }
    this.dirty = false;
    this.settle(this.waiting.splice(0));
  }

  /** Closes the log after `finish`, and after the running syncs if there are any. */
  close(): void {
    if (this.log && this.running.length === 0) closeSync(this.log.descriptor);
  }

  private settle(waiters: Waiter[]): void {
    for (const { resolve, reject } of waiters) {
      if (this.failure) reject(this.failure);
      else resolve();
    }
  }
}

function isInTime(synced: Promise<void>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const late = setTimeout(resolve, PATIENCE, false);
    synced.then(() => resolve(true), reject).finally(() => clearTimeout(late));
  });
}
