import { itemTimes } from "../../../lib/contract/expiry.ts";

/** When something is recorded, and for how long it is stored. */
export interface Noting {
  /** Epoch milliseconds. */
  now: number;
  retentionDays: number;
}

/** What each new item has that is stored for the retention period. */
export function storedAt({ now, retentionDays }: Noting) {
  return { revision: 1, ...itemTimes(now, retentionDays) };
}
