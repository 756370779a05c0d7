import type { ApprovalItem } from "./items/approval.ts";
import type { BreakerItem } from "./items/breaker.ts";
import type { ClaimItem } from "./items/claim.ts";
import type { CommandItem } from "./items/command.ts";
import type { ControlItem } from "./items/control.ts";
import type { LaneItem, QueuedItem } from "./items/lane.ts";
import type { ParkedItem } from "./items/parked.ts";
import type { QuarantineItem, QuarantinePartItem } from "./items/quarantine.ts";
import type { ReleaseItem } from "./items/release.ts";
import type { RunItem } from "./items/run.ts";
import type { AwaitedEventItem, TakenItem, WaiterItem } from "./items/wait.ts";

export type { ApprovalItem } from "./items/approval.ts";
export type { BreakerItem, BreakerState } from "./items/breaker.ts";
export type { ClaimItem, HandledEvent } from "./items/claim.ts";
export type { CommandItem } from "./items/command.ts";
export type { ControlItem } from "./items/control.ts";
export type { Item, Order, Origin } from "./items/item.ts";
export type { ParkedItem, ParkedReason } from "./items/parked.ts";
export type { QuarantineItem, QuarantinePartItem, Settled } from "./items/quarantine.ts";
export type { ReleaseItem } from "./items/release.ts";
export * from "./items/run.ts";
export type { AwaitedEventItem, MeetingPoint, TakenItem, WaiterItem } from "./items/wait.ts";

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

export type TableItem =
  | RunItem
  | LaneItem
  | QueuedItem
  | ClaimItem
  | ApprovalItem
  | QuarantineItem
  | QuarantinePartItem
  | ControlItem
  | CommandItem
  | ParkedItem
  | ReleaseItem
  | BreakerItem
  | WaiterItem
  | AwaitedEventItem
  | TakenItem;
