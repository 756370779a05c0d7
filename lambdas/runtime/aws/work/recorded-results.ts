import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import { followingClaim } from "../../../../lib/contract/groups/claims-in.ts";
import type { ClaimItem, FollowingClaim } from "../../../../lib/contract/table.ts";
import type { Claims, RecordedResult } from "../../ports/claims.ts";
import type { Now } from "../../ports/clock.ts";
import { recordedResult } from "../../work/claim-changes.ts";
import { insertStatement } from "../table/statements.ts";
import { putNew, type Table } from "../table/table.ts";
import { endTogether } from "./end-together.ts";

/** Results of steps without claims, in one new item: see `claimsIn`. */
export function recordedResults(
  table: Table,
  retentionDays: number,
  now: Now,
): Pick<Claims, "recordTogether"> {
  return {
    async recordTogether(results, ended) {
      const at = now();
      const item = { ...itemOf(results), expiresAt: expiryAfter(at, retentionDays) };
      if (ended && (await endTogether(table, ended, insertStatement(table.name, item), at))) return "ended";
      const existing = await putNew(table, item);
      // The answer to its own write may be lost.
      return existing === undefined || existing.owner === item.owner ? "recorded" : "refused";
    },
  };
}

function itemOf([first, ...others]: readonly [RecordedResult, ...RecordedResult[]]): ClaimItem {
  const own = recordedResult(first);
  const following: FollowingClaim[] = [];
  for (const other of others) following.push(followingClaim(own, following, recordedResult(other)));
  return following.length > 0 ? { ...own, following } : own;
}
