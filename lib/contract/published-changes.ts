import type { ApprovalItem } from "./items/approval.ts";
import type { ClaimItem } from "./items/claim.ts";
import { ENDED_STATUSES, type RunItem } from "./items/run.ts";
import type { LimitLaneItem } from "./items/shared-limit.ts";
import type { WaiterItem } from "./items/wait.ts";

/**
 * How the relay recognises changes that become events without a mark: setting and removing a mark costs more
 * than most changes themselves. All others are marked as `unpublished`. A run is recognised by attributes
 * that change rarely; while it is running, its steps' spending changes it too, and publishes nothing.
 */
export const PUBLISHED_CHANGES = {
  /** Kinds of items whose every change becomes an event, unless it is published with a later one. */
  kinds: ["claim", "deferred"],
  /** The attribute of an item whose change is published with a later one. */
  later: "publishedUpTo" satisfies keyof ClaimItem & keyof RunItem,
  /**
   * Kinds whose other states are published with a mark, or not at all; and their states that are recognised. No
   * state has two meanings.
   */
  logged: ["waiter", "approval", "limit-lane"],
  states: ["waiting", "delivered", "closed", "called"] satisfies (
    | WaiterItem["state"]
    | ApprovalItem["state"]
    | LimitLaneItem["state"]
  )[],
  /** Of a run. */
  statuses: ["accepted", "closing", "compensating", ...ENDED_STATUSES] satisfies RunItem["status"][],
  begins: { before: "accepted", after: "running" } satisfies Record<string, RunItem["status"]>,
} as const;

/** The most changes that the relay takes together. It has all calls for them in flight at the same time. */
export const RELAY_BATCH = 250;

/** Whether the relay is invoked for a run's change without a mark. */
export function isRecognised(before: Pick<RunItem, "status">, after: Pick<RunItem, "status">): boolean {
  const { statuses, begins } = PUBLISHED_CHANGES;
  const begun = before.status === begins.before && after.status === begins.after;
  return begun || (statuses as readonly string[]).includes(after.status);
}
