import type { ClaimKey } from "../../../../lib/contract/keys/claim.ts";
import type { Claims, Completion } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import type { Log } from "../../ports/telemetry.ts";

/** Longest time, in milliseconds, for which the log does not know about a change. */
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
  of(key: ClaimKey, { emitted }: Completion): "now" | "later" {
    const last = this.published.get(itemOf(key));
    const isLate = last === undefined || this.now() - last >= LONGEST;
    return this.mayWait && emitted.length === 0 && !isLate ? "later" : "now";
  }

  /** A change of a claim was made. */
  made(key: ClaimKey, publish: "now" | "later"): void {
    const item = itemOf(key);
    if (publish === "later") {
      this.waiting.add(item);
      return;
    }
    this.published.set(item, this.now());
    this.waiting.delete(item);
  }

  /** Runs a step that has been claimed. If it takes long, what waits in the item of its claim is published meanwhile. */
  async during<Result>(
    key: ClaimKey,
    { claims, log }: PublicationPorts,
    run: () => Promise<Result>,
  ): Promise<Result> {
    if (!this.waiting.has(itemOf(key))) return await run();
    let publishing: Promise<void> | undefined;
    const timer = setTimeout(() => {
      publishing = claims.publish(key).then(
        () => this.made(key, "now"),
        (error: Error) => log.warn("The log learns about a step when it ends, not now.", { error }),
      );
    }, LONGEST);
    try {
      return await run();
    } finally {
      clearTimeout(timer);
      // The next write continues from the item as it is.
      await publishing;
    }
  }
}

function itemOf({ sk, within = sk }: ClaimKey): string {
  return within;
}
