import type { CommandItem, ExpressRun, RunEnd, RunItem } from "../../../lib/contract/table.ts";

/** Runs and their states. */
export interface Runs {
  /** Creates the run unless one with the same id exists; then answers that one. */
  accept(run: RunItem): Promise<{ accepted: true } | { accepted: false; existing: RunItem }>;
  /** The run, read consistently. */
  read(run: string): Promise<RunItem | undefined>;
  /**
   * Records that this epoch waits until its workflow is active again. Does nothing if the run has left
   * "accepted", or the epoch, or if an effect of it is being undone.
   */
  hold(run: Pick<RunItem, "run" | "epoch" | "workflow" | "acceptedAt">): Promise<void>;
  /**
   * Records that this epoch's execution exists, on which version, and until when it may run if a setting limits that, unless the run has left "accepted", or the
   * epoch. Answers the run after that.
   */
  started(
    run: Pick<RunItem, "run" | "epoch" | "acceptedAt" | "deadline" | "version">,
    execution: string,
    leavesNothing?: boolean,
  ): Promise<RunItem | undefined>;
  /**
   * Records that this epoch was started without an execution, unless the run has left "accepted", or the
   * epoch.
   */
  startedExpress(run: Pick<RunItem, "run" | "epoch" | "acceptedAt">, express: ExpressRun): Promise<void>;
  /**
   * Records that an execution takes over this epoch, on the version of `run`, unless the run is ending, or has left the epoch. Answers
   * the run after that.
   */
  handedOver(run: RunItem, execution: string, why: string): Promise<RunItem | undefined>;
  /**
   * Ends this epoch of a run without an execution. Answers the run if this was refused: it is ending or has
   * ended, has left the epoch, or has an execution. Without the time of its acceptance, it is audited as one that took long.
   */
  succeeded(
    run: Pick<RunItem, "run" | "epoch"> & Partial<Pick<RunItem, "acceptedAt">>,
    output: unknown,
  ): Promise<RunItem | undefined>;
  /**
   * Changes a run by a function of its item, which is called again if the run changed meanwhile. Returns the
   * run after that, or undefined if there is none. Errors of the function are thrown.
   */
  change(
    run: string,
    transition: (run: RunItem) => RunItem,
    options?: {
      /**
       * The run as it was just read, which saves reading it again; if it has changed since, it is read all
       * the same.
       */
      seen?: RunItem | undefined;
      /**
       * The command that requests the change, stored in the same write. Throws `CommandKept` if it is stored
       * already.
       */
      command?: CommandOf<RunItem> | undefined;
    },
  ): Promise<RunItem | undefined>;
  /** Records the end. Answers false if it had ended before. */
  end(run: string, epoch: number, end: RunEnd): Promise<boolean>;
  /** Open runs that are due for a check by `time` (ISO), oldest first, at most `limit`. */
  due(time: string, limit: number): Promise<Pick<RunItem, "run">[]>;
  /** Schedules the first check of an open run at `time` (epoch milliseconds), if no other is scheduled. */
  watch(run: string, time: number): Promise<void>;
  /** Checks again at `time` (ISO), and keeps the run's item until `keptUntil` (epoch seconds) at least. */
  postpone(run: string, time: string, keptUntil: number): Promise<void>;
}

/** A command that is stored together with its change, given the item after it. */
export type CommandOf<Changed> = (after: Changed) => CommandItem;

/** The command was carried out before: its change is not made a second time. */
export class CommandKept extends Error {
  override readonly name = "CommandKept";
}
