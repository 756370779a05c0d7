import type { ClaimKey } from "../../../../lib/contract/keys/claim.ts";
import type { Claims, Completion, PublishTime } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import type { Log } from "../../ports/telemetry.ts";

/** Maximum time, in milliseconds, for which a change waits for a later one. */
const LONGEST = 1_000;

interface PublicationPorts {
  claims: Pick<Claims, "publish">;
  log: Log;
}

/**
 * When the changes of a group's claims are published. Steps that follow one another within a second are
 * published together, which costs one record of the stream instead of one for each step.
 */
export class Publications {
  private readonly now: Now;
  private readonly mayWait: boolean;
  /** Epoch milliseconds of the last change that was published when it was made, by item. */
  private readonly published = new Map<string, number>();
  /** The items with changes that are published later. */
  private readonly waiting = new Set<string>();

  /** @param mayWait whether only readers of the log learn about completed steps */
  constructor(now: Now, mayWait: boolean) {
    this.now = now;
    this.mayWait = mayWait;
  }

  /** When the change is published that completes a claim and claims the next. */
  timeFor(key: ClaimKey, { emitted }: Completion): PublishTime {
    const last = this.published.get(itemOf(key));
    const isLate = last === undefined || this.now() - last >= LONGEST;
    return this.mayWait && emitted.length === 0 && !isLate ? "later" : "now";
  }

  /** To be called after a change of a claim. */
  changed(key: ClaimKey, publish: PublishTime): void {
    const item = itemOf(key);
    if (publish === "later") {
      this.waiting.add(item);
      return;
    }
    this.published.set(item, this.now());
    this.waiting.delete(item);
  }

  /**
   * Runs a step that has been claimed. If it takes longer than a second, the changes that wait in the item of its
   * claim are published while it runs. If that fails, they are published when the step ends.
   */
  async during<Result>(
    key: ClaimKey,
    { claims, log }: PublicationPorts,
    run: () => Promise<Result>,
  ): Promise<Result> {
    if (!this.waiting.has(itemOf(key))) return await run();
    let publishing: Promise<void> | undefined;
    const timer = setTimeout(() => {
      publishing = claims.publish(key).then(
        () => this.changed(key, "now"),
        (error: Error) =>
          log.warn("The start of a step could not be published; it is published when the step ends.", {
            error,
          }),
      );
    }, LONGEST);
    try {
      return await run();
    } finally {
      clearTimeout(timer);
      // So no step after this one writes the item at the same time.
      await publishing;
    }
  }
}

function itemOf({ sk, within = sk }: ClaimKey): string {
  return within;
}
