import type { ApprovalItem } from "./items/approval.ts";
import type { ClaimItem } from "./items/claim.ts";
import type { QuarantineItem } from "./items/quarantine.ts";
import type { RunItem } from "./items/run.ts";

export type { ApprovalItem } from "./items/approval.ts";
export type { ClaimItem } from "./items/claim.ts";
export type { Item, Order, Origin } from "./items/item.ts";
export type { QuarantineItem } from "./items/quarantine.ts";
export * from "./items/run.ts";

/** Attribute names that the table's construct declares and the runtime writes. Each value once. */
export const TABLE = {
  partitionKey: "pk",
  sortKey: "sk",
  /** Epoch seconds. */
  expiresAt: "expiresAt",
  indexes: {
    /** What people list, newest first: runs, open approvals, quarantined events. */
    list: { name: "list", partitionKey: "list", sortKey: "listedAt" },
    /** What somebody has to look at again at a time: open runs. */
    due: { name: "due", partitionKey: "due", sortKey: "dueAt" },
    /** Changes whose event is not on the bus yet. */
    unpublished: { name: "unpublished", partitionKey: "unpublished", sortKey: "changedAt" },
  },
} as const;

export type TableItem = RunItem | ClaimItem | ApprovalItem | QuarantineItem;
