import type { ApprovalItem } from "./items/approval.ts";
import type { ClaimItem } from "./items/claim.ts";
import type { RunItem } from "./items/run.ts";
import type { WaiterItem } from "./items/wait.ts";

type State = ClaimItem["state"] | WaiterItem["state"] | ApprovalItem["state"];

/**
 * By what the relay recognises changes that only the log tells of: they carry no mark, so that nobody has to take one off
 * again. Taking a mark off leaves an item in one of these states only where it is seldom: after a call of another workflow,
 * a run that is brought back, a late result. The relay then finds that nothing has changed.
 */
export const LOGGED_CHANGES = {
  /** Kinds of items, and the states of theirs that no event on the bus tells. No state has two meanings. */
  kinds: ["claim", "waiter", "approval"],
  states: ["running", "sealed", "waiting", "delivered", "closed"] satisfies State[],
  /** Of a run. */
  statuses: ["accepted", "closing", "compensating"] satisfies RunItem["status"][],
  /** Kinds of items of which each that is put is told. */
  put: ["parked"],
  /** What has no state since it was given back. */
  released: ["claim"],
} as const;
