import type { Change } from "./change.ts";
import type { RepublishPorts } from "./republish-ports.ts";

/** Changes that the relay could not publish in any attempt: Lambda stores them unchanged, batch by batch. */
export interface FailedBatches {
  /** Names of batches, at most a thousand. */
  list(): Promise<string[]>;
  read(name: string): Promise<Change[]>;
  remove(name: string): Promise<void>;
}

export interface FailedBatchPorts extends RepublishPorts {
  givenUp: FailedBatches;
}

/** The next reconciliation continues after this time. */
const LONGEST = 30_000;

/**
 * Publishes what the relay failed to publish: with the prior state of each item, which the table no longer
 * has. What still cannot be published stays for the next time, and does not block the rest.
 */
export async function republishFailed({
  givenUp,
  relay,
  now,
  log,
  metrics,
}: FailedBatchPorts): Promise<void> {
  const began = now();
  for (const name of await givenUp.list()) {
    if (now() - began > LONGEST) return;
    try {
      const changes = await givenUp.read(name);
      const unpublished = await relay(changes);
      if (unpublished !== undefined) throw new Error("The bus rejected some events.");
      await givenUp.remove(name);
      log.warn("Changes that the relay could not publish are published now.", {
        batch: name,
        changes: changes.length,
      });
    } catch (error) {
      log.error("Changes that the relay could not publish failed again; the next pass tries again.", {
        batch: name,
        error: String(error),
      });
      metrics.count("ChangesFailed");
    }
  }
}
