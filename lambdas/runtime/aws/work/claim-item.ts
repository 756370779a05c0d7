import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import type { ClaimRequest } from "../../ports/claims.ts";
import type { Moment } from "../../work/claim-changes.ts";
import { claimed } from "../../work/claim-fields.ts";

/** What taking a claim writes and removes in an item of its own. `tookOver`: from a worker that died. */
export function claimedItem(
  request: ClaimRequest,
  at: Moment,
  retentionDays: number,
  options?: { tookOver: boolean },
) {
  const { set, remove } = claimed(request, at.time, options);
  return {
    set: { ...set, changedAt: at.time, expiresAt: expiryAfter(at.now, retentionDays) },
    remove: remove ?? [],
  };
}
