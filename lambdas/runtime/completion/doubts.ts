import type { ClaimItem, TableItem } from "../../../lib/contract/table.ts";
import type { Claims, Log, Metrics, Now } from "../ports.ts";
import { isInDoubt } from "../work/claim.ts";
import { lostLease } from "../work/take.ts";

export interface DoubtPorts {
  claims: Pick<Claims, "fail">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** A message that is to be delivered again is so within this time after its worker died: six times the longest timeout. */
const DELIVERED_WITHIN = 2 * 60 * 60 * 1000;

/**
 * Asks a person about effects in doubt of which no delivery has found out how they ended: their messages are lost. Answers the
 * ISO time at which to look again, where one may still be delivered.
 */
export async function reviewDoubts(
  items: readonly TableItem[],
  { claims, now, log, metrics }: DoubtPorts,
): Promise<string | undefined> {
  const doubts = items.filter(
    (item): item is ClaimItem => item.kind === "claim" && isInDoubt(item) && item.undoneBy !== undefined,
  );
  const at = now();
  for (const claim of doubts.filter((doubt) => lostFrom(doubt) <= at)) {
    const { run, epoch, path, owner } = claim;
    log.error("Nothing says how an effect ended whose run has ended; a person is asked.", {
      run,
      epoch,
      path,
    });
    metrics.count("EffectsInDoubt");
    await claims.fail(claim, owner, lostLease(path));
  }
  const later = doubts.map(lostFrom).filter((time) => time > at);
  return later.length > 0 ? new Date(Math.min(...later)).toISOString() : undefined;
}

/** Epoch milliseconds from which no delivery is to be expected. A claim that was given back in doubt has no lease. */
function lostFrom({ lease, changedAt }: ClaimItem): number {
  return Math.max(lease ?? 0, Date.parse(changedAt)) + DELIVERED_WITHIN;
}
