import { expiryAfter } from "../../../../lib/contract/expiry.ts";
import type { ClaimRequest } from "../../ports/claims.ts";
import type { Moment } from "../../work/claim-changes.ts";
import { claimed } from "../../work/claim-fields.ts";

/** The attributes of a new item for a claim, without its key. */
export function newClaim(request: ClaimRequest, at: Moment, retentionDays: number) {
  const { set } = claimed(request, at.time);
  return { ...set, changedAt: at.time, expiresAt: expiryAfter(at.now, retentionDays) };
}
