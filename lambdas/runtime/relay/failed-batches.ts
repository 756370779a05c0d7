import type { Change } from "./change.ts";
import type { RepublishPorts } from "./republish.ts";

/** Changes that the relay could not publish in any attempt: Lambda stores them unchanged, batch by batch. */
export interface FailedBatches {
  /** Names of all batches; those of a shard are in the order of time. */
  list(): Promise<string[]>;
  read(name: string): Promise<Change[]>;
  remove(name: string): Promise<void>;
}

export interface FailedBatchPorts extends RepublishPorts {
  failedBatches: FailedBatches;
  /** From 0 to below 1. */
  random: () => number;
}

/** The next reconciliation continues after this time. */
const LONGEST = 30_000;
/** For this time, batches are published in the order of their names. */
const IN_ORDER = LONGEST / 2;

/**
 * Publishes what the relay failed to publish: with the prior state of each item, which the table no longer
 * has. What still cannot be published stays for the next time, and does not block the rest: what is not
 * reached in order is tried from a random place.
 */
export async function republishFailed(ports: FailedBatchPorts): Promise<void> {
  const { failedBatches, now, random } = ports;
  const began = now();
  const names = await failedBatches.list();
  while (names.length > 0 && now() - began <= IN_ORDER) await republishBatch(names.shift()!, ports);
  const start = Math.floor(random() * names.length);
  for (const name of [...names.slice(start), ...names.slice(0, start)]) {
    if (now() - began > LONGEST) return;
    await republishBatch(name, ports);
  }
}

async function republishBatch(
  name: string,
  { failedBatches, relay, log, metrics }: FailedBatchPorts,
): Promise<void> {
  try {
    const changes = await failedBatches.read(name);
    const unpublished = await relay(changes);
    if (unpublished !== undefined) throw new Error("The bus rejected some events.");
    await failedBatches.remove(name);
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
