import { closeSync, fdatasync, fdatasyncSync, openSync } from "node:fs";
import { promisify } from "node:util";
import { UserError } from "./errors.ts";

/**
 * Leaves the log to a caller in another thread, which syncs it before it uses its answer. Resolves when it has, and
 * never if the thread has ended; rejects if the disk refused.
 */
export type SyncByCaller = (log: number) => Promise<void>;

/** Milliseconds that a caller has for it. Its thread may be computing, and all others wait. */
const PATIENCE = 5;

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
  syncByCaller: SyncByCaller | undefined;
}

const sync = promisify(fdatasync);

/**
 * Brings the write-ahead log to disk in the background. There is one `fdatasync` at a time: it covers all
 * transactions that were committed before it began, and resolves all who wait for them. If one of them can, it
 * makes the call: its thread must be woken anyway, and this one need not be woken first.
 */
export class LogSync {
  /**
   * The log, opened here and for callers: the system reports a failed write once to each. Undefined for a store in
   * memory, where nothing has to be synced.
   */
  private readonly log: { own: number; callers: number } | undefined;
  private readonly ended: () => void;
  /** Waiters for a sync that has not started. */
  private waiting: Waiter[] = [];
  /** Waiters for the running sync. */
  private covered: Waiter[] | undefined;
  /** Something was committed that no sync has covered yet. */
  private dirty = false;
  private closed = false;
  /** Why nothing can be written any more. */
  failure: Error | undefined;

  /** `ended` is called after each sync, until the log is closed. It stays the same file until then. */
  constructor(path: string | undefined, ended: () => void) {
    if (path !== undefined) this.log = { own: openSync(path, "r+"), callers: openSync(path, "r+") };
    this.ended = ended;
  }

  get isRunning(): boolean {
    return this.covered !== undefined;
  }

  /**
   * Resolves when everything written so far is on disk, or is left to `syncByCaller`. `isOpen`: a part of it is not
   * committed yet.
   */
  flushed(isOpen: boolean, syncByCaller?: SyncByCaller): Promise<void> {
    const unsynced = isOpen || this.dirty;
    if (!unsynced && !this.covered) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject, syncByCaller };
      if (!unsynced) {
        this.covered!.push(waiter);
        return;
      }
      this.waiting.push(waiter);
      if (!isOpen) this.start();
    });
  }

  /** Notes that a transaction was committed. */
  committed(): void {
    this.dirty = true;
    this.startIfAwaited();
  }

  startIfAwaited(): void {
    if (this.waiting.length > 0) this.start();
  }

  private start(): void {
    if (this.covered) return;
    const covered = this.waiting.splice(0);
    this.dirty = false;
    if (!this.log || this.failure) {
      this.settle(covered);
      return;
    }
    this.covered = covered;
    void this.sync(this.log, covered)
      .catch((error) => this.fail(error))
      .then(() => {
        this.covered = undefined;
        this.settle(covered);
        if (this.closed) this.closeLog();
        else this.ended();
      });
  }

  private async sync(log: { own: number; callers: number }, covered: Waiter[]): Promise<void> {
    const caller = covered.find(({ syncByCaller }) => syncByCaller);
    const synced = caller?.syncByCaller?.(log.callers);
    caller?.resolve();
    // Also if it comes late.
    synced?.catch((error) => this.fail(error));
    if (!(synced && (await isInTime(synced)))) await sync(log.own);
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
      if (this.log) fdatasyncSync(this.log.own);
    } catch (error) {
      this.fail(error);
    }
    this.dirty = false;
    this.settle(this.waiting.splice(0));
  }

  /** Closes the log after `finish`, and after the running sync if there is one. */
  close(): void {
    if (!this.covered) this.closeLog();
  }

  private closeLog(): void {
    if (!this.log) return;
    closeSync(this.log.own);
    closeSync(this.log.callers);
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
