import type { ApprovalItem } from "./items/approval.ts";
import type { AuditItem } from "./items/audit.ts";
import type { BatchEntryItem, BatchLineItem, CollectedEventItem } from "./items/batch.ts";
import type { BodyPartItem } from "./items/body-part.ts";
import type { BreakerItem } from "./items/breaker.ts";
import type { ClaimItem } from "./items/claim.ts";
import type { CommandItem } from "./items/command.ts";
import type { ControlItem } from "./items/control.ts";
import type { DeadLetterItem } from "./items/dead-letter.ts";
import type { DeferredItem } from "./items/deferred.ts";
import type { DeliveryItem } from "./items/delivery.ts";
import type { KeyQueueItem, QueueEntryItem } from "./items/key-queue.ts";
import type { CorrelatedItem, FeedItem, LogItem, LogPackItem, ViewersItem } from "./items/log.ts";
import type { QuarantineItem } from "./items/quarantine.ts";
import type { RaceChildItem, RaceItem } from "./items/race.ts";
import type { ReleaseItem, ReleaseMachineItem } from "./items/release.ts";
import type { DryRunEventItem, ReplayItem } from "./items/replay.ts";
import type { RunItem } from "./items/run.ts";
import type { ScheduleItem } from "./items/schedule.ts";
import type { SettingsItem } from "./items/settings.ts";
import type { LimitEntryItem, LimitLaneItem } from "./items/shared-limit.ts";
import type { DeployedQueueItem } from "./items/subscriber.ts";
import type { AwaitedEventItem, ConsumptionItem, WaiterItem } from "./items/wait.ts";
import type { PresenceItem, WindowItem } from "./items/window.ts";

export type { ApprovalItem } from "./items/approval.ts";
export type { AuditItem } from "./items/audit.ts";
export type { BatchEntryItem, BatchLineItem, CollectedEventItem } from "./items/batch.ts";
export type { BodyPartItem } from "./items/body-part.ts";
export type { BreakerItem, BreakerState } from "./items/breaker.ts";
export type { ClaimItem, FollowingClaim, HandledEvent } from "./items/claim.ts";
export type { CommandItem } from "./items/command.ts";
export type { ControlItem } from "./items/control.ts";
export type { DeadLetterItem, DeadLetterPurpose, ResolvedDeadLetter } from "./items/dead-letter.ts";
export type { DeferReason, DeferredItem } from "./items/deferred.ts";
export type { ArrivedEvent, DeliveryItem, DeliveryState } from "./items/delivery.ts";
export type { Item, OperatorAction, Origin } from "./items/item.ts";
export type { CorrelatedItem, FeedChange, FeedItem, LogItem, LogPackItem, ViewersItem } from "./items/log.ts";
export type { QuarantineItem, ResolvedEvent } from "./items/quarantine.ts";
export type { RaceChildItem, RaceItem } from "./items/race.ts";
export type { ReleaseItem, ReleaseMachineItem } from "./items/release.ts";
export type { DryRunEventItem, ReplayItem } from "./items/replay.ts";
export * from "./items/run.ts";
export type { ScheduleItem } from "./items/schedule.ts";
export type { SettingChange, SettingsItem } from "./items/settings.ts";
export type { LimitEntryItem, LimitLaneItem, LimitPlace } from "./items/shared-limit.ts";
export type { DeployedQueue, DeployedQueueItem } from "./items/subscriber.ts";
export type { AwaitedEventItem, ConsumptionItem, WaiterItem, WaitKey } from "./items/wait.ts";
export type { PresenceItem, WindowItem } from "./items/window.ts";

/** Attribute names that the table's construct declares and the runtime writes. Each value once. */
export const TABLE = {
  partitionKey: "pk",
  sortKey: "sk",
  /** Epoch seconds. */
  expiresAt: "expiresAt",
  indexes: {
    /** Lists, newest first: runs, pending approvals, quarantined events. */
    list: { name: "list", partitionKey: "list", sortKey: "listedAt" },
    /** Runs of a workflow by status and by key, newest first. */
    found: { name: "found", partitionKey: "found", sortKey: "listedAt" },
    keyed: { name: "keyed", partitionKey: "keyed", sortKey: "listedAt" },
    /** Items to check at a certain time: open runs, deliveries; and, once, ended runs. */
    due: { name: "due", partitionKey: "due", sortKey: "dueAt" },
    /** Changes whose event is not on the bus yet, except those of runs and claims, which are audited. */
    unpublished: { name: "unpublished", partitionKey: "unpublished", sortKey: "changedAt" },
  },
} as const;

export type TableItem =
  | RunItem
  | KeyQueueItem
  | QueueEntryItem
  | LimitLaneItem
  | WindowItem
  | PresenceItem
  | LimitEntryItem
  | CollectedEventItem
  | BatchEntryItem
  | BatchLineItem
  | ClaimItem
  | ApprovalItem
  | QuarantineItem
  | BodyPartItem
  | ControlItem
  | SettingsItem
  | CommandItem
  | DeferredItem
  | ReleaseItem
  | ReleaseMachineItem
  | BreakerItem
  | WaiterItem
  | AwaitedEventItem
  | ConsumptionItem
  | RaceItem
  | RaceChildItem
  | LogItem
  | LogPackItem
  | CorrelatedItem
  | FeedItem
  | ViewersItem
  | DeliveryItem
  | DeadLetterItem
  | ReplayItem
  | DryRunEventItem
  | ScheduleItem
  | AuditItem
  | DeployedQueueItem;
