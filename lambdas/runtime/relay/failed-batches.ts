import { RECONCILED_EVERY } from "../../../lib/contract/reconciler.ts";
import type { Change } from "./change.ts";
import type { RepublishPorts } from "./republish-ports.ts";

/** Changes that the relay could not publish in any attempt: Lambda stores them unchanged, batch by batch. */
export interface FailedBatches {
  /** Names of all batches; those of a shard are in the order of time. */
  list(): Promise<string[]>;
  read(name: string): Promise<Change[]>;
  remove(name: string): Promise<void>;
}

export interface FailedBatchPorts extends RepublishPorts {
  givenUp: FailedBatches;
}

/** The next reconciliation continues after this time. */
const LONGEST = 30_000;
/** For this time, batches are published in the order of their names. */
const IN_ORDER = LONGEST / 2;
/** Multiples of it, without their whole part, are spread evenly between 0 and 1. */
const GOLDEN_RATIO = (Math.sqrt(5) - 1) / 2;

/**
 * Publishes what the relay failed to publish: with the prior state of each item, which the table no longer
 * has. What still cannot be published stays for the next time, and does not block the rest: what is not
 * reached in order is tried from another place in each pass.
 */
export async function republishFailed(ports: FailedBatchPorts): Promise<void> {
  const { givenUp, now } = ports;
  const began = now();
  const names = await givenUp.list();
  while (names.length > 0 && now() - began <= IN_ORDER) await republish(names.shift()!, ports);
  const pass = Math.floor(began / (RECONCILED_EVERY * 60_000));
  const start = Math.floor(((pass * GOLDEN_RATIO) % 1) * names.length);
  for (const name of [...names.slice(start), ...names.slice(0, start)]) {
    if (now() - began > LONGEST) return;
    await republish(name, ports);
  }
}

async function republish(name: string, { givenUp, relay, log, metrics }: FailedBatchPorts): Promise<void> {
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
