import { closeSync, fdatasync, fdatasyncSync } from "node:fs";
import { UserError } from "./errors.ts";

interface Waiter {
  resolve(): void;
  reject(error: Error): void;
}

/**
 * Brings the write-ahead log to disk in the background. There is one `fdatasync` at a time: it covers all
 * transactions that were committed before it began, and resolves all who wait for them.
 */
export class LogSync {
  /** Undefined for a store in memory, where nothing has to be synced. */
  private readonly log: number | undefined;
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

  /** `ended` is called after each sync, until the log is closed. */
  constructor(log: number | undefined, ended: () => void) {
    this.log = log;
    this.ended = ended;
  }

  get isRunning(): boolean {
    return this.covered !== undefined;
  }

  /** Resolves when everything written so far is on disk. `isOpen`: a part of it is not committed yet. */
  flushed(isOpen: boolean): Promise<void> {
    const unsynced = isOpen || this.dirty;
    if (!unsynced && !this.covered) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
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
    if (this.log === undefined || this.failure) {
      this.settle(covered);
      return;
    }
    this.covered = covered;
    fdatasync(this.log, (error) => {
      if (error) this.fail(error);
      this.covered = undefined;
      this.settle(covered);
      if (this.closed) this.closeLog();
      else this.ended();
    });
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
      if (this.log !== undefined) fdatasyncSync(this.log);
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
    if (this.log !== undefined) closeSync(this.log);
  }

  private settle(waiters: Waiter[]): void {
    for (const { resolve, reject } of waiters) {
      if (this.failure) reject(this.failure);
      else resolve();
    }
  }
}
