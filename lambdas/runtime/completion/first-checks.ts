import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { firstCheck } from "../../../lib/contract/runs/first-check.ts";
import { isEnded, type TableItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";
import type { Runs } from "../ports/runs.ts";
import type { Audits } from "../relay/audit.ts";
import { type Listed, partitionsByAcceptance, walkIndex } from "../relay/walk-index.ts";

export interface FirstCheckPorts {
  runs: Pick<Runs, "watch">;
  audits: Pick<Audits, "reached" | "remember" | "accepted">;
  items(keys: readonly ItemKey[]): Promise<TableItem[]>;
  now: Now;
}

/** Milliseconds for a pass: the reads of one moment share a call. */
const LONGEST = 20_000;

/**
 * Looks once at each run, some time after its acceptance. Most have ended by then. One that is still open is
 * scheduled for its checks.
 */
export async function scheduleChecks({ runs, audits, items, now }: FirstCheckPorts): Promise<void> {
  const visit = async ({ pk, sk }: Listed) => {
    const [run] = await items([{ pk, sk }]);
    if (run?.kind !== "run" || isEnded(run.status) || run.due !== undefined) return;
    await runs.watch(run.run, firstCheck(run, Date.parse(run.acceptedAt)));
  };
  await walkIndex(partitionsByAcceptance("watched", { read: audits.accepted, visit }), LONGEST, audits, now);
}
