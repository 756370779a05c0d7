import type { SyncByCaller } from "../kernel/log-sync.ts";

/** The syncs of the store's log that are left to a thread. It makes them in the order in which it gets them. */
export class SyncsByThread {
  private next: { log: string; sync: PromiseWithResolvers<void> } | undefined;
  private readonly posted: PromiseWithResolvers<void>[] = [];

  /** Leaves a sync to the thread, to make before it uses the next answer. */
  readonly leave: SyncByCaller = (log) => {
    this.next ??= { log, sync: Promise.withResolvers() };
    return this.next.sync.promise;
  };

  /**
   * To be posted with the next answer: the path of the log that the thread syncs before it uses this answer, if any, and
   * whether the answer depends on a sync of the thread.
   */
  beforeAnswer(): { log: string | undefined; isLeft: boolean } {
    const { next } = this;
    this.next = undefined;
    if (next) this.posted.push(next.sync);
    return { log: next?.log, isLeft: this.posted.length > 0 };
  }

  /** The thread has made the next of its syncs. `failure`: why the disk refused it. */
  ended(failure: string | undefined): void {
    const sync = this.posted.shift();
    if (failure === undefined) sync?.resolve();
    else sync?.reject(new Error(failure));
  }
}
