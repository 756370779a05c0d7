import type { StepMessage } from "../../../../lib/contract/messages/message.ts";
import type { DeferredItem } from "../../../../lib/contract/table.ts";
import type { DeferPorts } from "../../defer/ports.ts";
import type { WorkOutcome } from "../outcome.ts";

interface Waiting {
  item: DeferredItem;
  /** `stores`: whether this deferral stores the message. */
  decide(stores: boolean): void;
}

/** What is known about the steps of a delivery. */
export interface Progress {
  /** The steps that have begun and not ended, those that wait to be deferred included. */
  running(): number;
  /** Whether the group has failed finally, so that its message is not needed any more. */
  isOver(): boolean;
}

/**
 * The deferrals of a delivery's steps. Their message is stored once, by the step that waits for the longest
 * time, when nothing else of the group runs: with a copy for each, the first one that is sent would begin the
 * others too early.
 */
export class Deferrals {
  /** The outcome of the step that stored the message: then the other steps wait with it. */
  stored: WorkOutcome | undefined;
  private readonly message: StepMessage;
  private readonly progress: Progress;
  private waiting: Waiting[] = [];

  constructor(message: StepMessage, progress: Progress) {
    this.message = message;
    this.progress = progress;
  }

  /** The ports of one step, and whether it is the one that stores the message. */
  portsOf({ deferred, wakeups }: DeferPorts): {
    ports: Pick<DeferPorts, "deferred" | "wakeups">;
    stores(): boolean;
  } {
    let stores = false;
    return {
      stores: () => stores,
      ports: {
        deferred: {
          ...deferred,
          put: async (item) => {
            stores = await this.turnOf(item);
            return !stores || (await deferred.put({ ...item, message: this.message }));
          },
          remove: async (item) => stores && (await deferred.remove(item)),
        },
        wakeups: {
          at: async (time, key) => {
            if (stores) await wakeups.at(time, key);
          },
        },
      },
    };
  }

  /** Decides who stores the message, as soon as all steps that run wait for that. */
  decide(): void {
    const { waiting, progress } = this;
    if (waiting.length === 0 || waiting.length < progress.running()) return;
    const isNeeded = !progress.isOver() && !this.stored;
    const last = waiting.reduce((one, other) => (dueOf(other) > dueOf(one) ? other : one));
    const decided = isNeeded ? [last] : waiting;
    this.waiting = isNeeded ? waiting.filter((one) => one !== last) : [];
    for (const { decide } of decided) decide(isNeeded);
  }

  private async turnOf(item: DeferredItem): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    this.waiting.push({ item, decide: resolve });
    this.decide();
    return await promise;
  }
}

/** Without a time, it waits for an operator. */
function dueOf({ item: { dueAt } }: Waiting): number {
  return dueAt === undefined ? Number.POSITIVE_INFINITY : Date.parse(dueAt);
}
