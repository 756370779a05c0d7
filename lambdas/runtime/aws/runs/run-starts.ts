import type { ExpressLane } from "../../express/ports.ts";
import type { Now } from "../../ports/clock.ts";
import { momentAt } from "../../work/claim-changes.ts";
import { insertStatement } from "../table/statements.ts";
import type { Table } from "../table/table.ts";
import { claimedItem } from "../work/claim-item.ts";

/** Starts of runs in the table, each with the claim of its first step. */
export function tableRunStarts(
  table: Table,
  retentionDays: number,
  now: Now = Date.now,
): Pick<ExpressLane, "acceptAndClaim"> {
  return {
    async acceptAndClaim(run, first) {
      const { pk, sk } = first.key;
      const claim = { ...claimedItem(first, momentAt(now()), retentionDays).set, pk, sk, revision: 1 };
      return await table.pairs.ask([insertStatement(table.name, run), insertStatement(table.name, claim)]);
    },
  };
}
