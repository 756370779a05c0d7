import type { ClaimItem, TableItem } from "../../../lib/contract/table.ts";
import type { Claims } from "../ports/claims.ts";
import type { Now } from "../ports/clock.ts";
import type { Log, Metrics } from "../ports/telemetry.ts";
import { isInDoubt } from "../work/claim.ts";
import { leaseExpiryFailure } from "../work/lease-expiry.ts";

export interface DoubtPorts {
  claims: Pick<Claims, "fail">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** After its worker died, a message is delivered again within this time: six times the longest timeout. */
const DELIVERED_WITHIN = 2 * 60 * 60 * 1000;

/**
 * Asks the operator about effects in doubt whose outcome no delivery has found: their messages are lost.
 * Answers the ISO time of the next check if a delivery may still come.
 */
export async function reviewDoubts(
  items: readonly TableItem[],
  { claims, now, log, metrics }: DoubtPorts,
): Promise<string | undefined> {
  const doubts = items.filter(
    (item): item is ClaimItem => item.kind === "claim" && isInDoubt(item) && item.undoneBy !== undefined,
  );
  const at = now();
  const expectedUntil = (doubt: ClaimItem) =>
    Math.max(sinceWhen(doubt), deferredUntil(doubt, items)) + DELIVERED_WITHIN;
  for (const claim of doubts.filter((doubt) => expectedUntil(doubt) <= at)) {
    const { run, epoch, path, owner } = claim;
    log.error("The run has ended and the outcome of one effect is unknown; a person is asked.", {
      run,
      epoch,
      path,
    });
    metrics.count("EffectsInDoubt");
    await claims.fail(claim, owner, leaseExpiryFailure(path));
  }
  const later = doubts.map(expectedUntil).filter((time) => time > at);
  return later.length > 0 ? new Date(Math.min(...later)).toISOString() : undefined;
}

/** Epoch milliseconds from which a delivery is expected. A claim that was released in doubt has no lease. */
function sinceWhen({ lease, changedAt }: ClaimItem): number {
  return Math.max(lease ?? 0, Date.parse(changedAt));
}

/**
 * Epoch milliseconds until which a message waits that may bring the effect: while its breaker is open. The message of
 * a group is stored with the path of one of its steps.
 */
function deferredUntil({ epoch }: ClaimItem, items: readonly TableItem[]): number {
  const times = items.flatMap((item) =>
    item.kind === "deferred" && item.epoch === epoch && item.dueAt !== undefined
      ? [Date.parse(item.dueAt)]
      : [],
  );
  return Math.max(0, ...times);
}
