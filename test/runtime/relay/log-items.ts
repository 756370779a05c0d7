import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { entriesOf } from "../../../lambdas/runtime/relay/entries.ts";
import { approvalPartition } from "../../../lib/contract/keys/approval.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { waiterKey } from "../../../lib/contract/keys/wait.ts";
import { type StoredLog, unpack } from "../../../lib/contract/log/log-pack.ts";
import type { LoggedEvent } from "../../../lib/contract/reserved.ts";
import type {
  ApprovalItem,
  ClaimItem,
  DeferredItem,
  LogItem,
  RunItem,
  TableItem,
  WaiterItem,
} from "../../../lib/contract/table.ts";
import { idOf } from "../run-ids.ts";

/** Items of one run at a second past ten, for tests of the events of their changes. */
const at = (second: number) => new Date(Date.parse("2026-11-21T10:00:00.000Z") + second * 1000).toISOString();
export const RUN = idOf("r");
const origin = { correlation: "c", cause: "e", hops: 0 };

export const seconds = at;

export function runItem(revision: number, second: number, more: Partial<RunItem> = {}): RunItem {
  return {
    ...runKey(RUN),
    kind: "run",
    run: RUN,
    workflow: "w",
    epoch: 1,
    version: "v1",
    status: "accepted" as const,
    event: { id: "e", name: "n", version: 1, time: at(0), source: "s", correlation: "c", hops: 0 },
    payload: "p",
    input: "{}",
    acceptedAt: at(0),
    list: "run#0",
    listedAt: at(0),
    expiresAt: 9,
    revision,
    changedAt: at(second),
    ...more,
  };
}

export function claimItem(revision: number, second: number, more: Partial<ClaimItem> = {}): ClaimItem {
  return {
    ...claimKey(RUN, 1, "a"),
    kind: "claim",
    run: RUN,
    epoch: 1,
    workflow: "w",
    step: "a",
    path: "a",
    direction: "do" as const,
    state: "running" as const,
    owner: "o1",
    lease: 0,
    attempt: 1,
    fence: 1,
    startedAt: at(second),
    revision,
    changedAt: at(second),
    expiresAt: 9,
    ...origin,
    ...more,
  };
}

export function approvalItem(
  revision: number,
  second: number,
  more: Partial<ApprovalItem> = {},
): ApprovalItem {
  return {
    pk: approvalPartition(RUN),
    sk: "approval#1#editor",
    kind: "approval",
    run: RUN,
    epoch: 1,
    workflow: "w",
    approval: "editor",
    path: "editor",
    state: "pending",
    level: 1,
    token: "t",
    fence: 1,
    show: { film: "f" },
    askedAt: at(second),
    revision,
    changedAt: at(second),
    expiresAt: 9,
    ...origin,
    ...more,
  } as ApprovalItem;
}

export function waiterItem(revision: number, second: number, more: Partial<WaiterItem> = {}): WaiterItem {
  return {
    ...waiterKey("wait#order.paid#k", RUN, "payment"),
    kind: "waiter",
    run: RUN,
    epoch: 1,
    workflow: "w",
    path: "payment",
    purpose: "event",
    event: "order.paid",
    key: "o1",
    consumer: RUN,
    state: "waiting",
    token: "t",
    fence: Date.parse(at(second)) * 1001 + 1,
    revision,
    changedAt: at(second),
    expiresAt: 9,
    ...origin,
    ...more,
  } as WaiterItem;
}

export function deferredItem(second: number, more: Partial<DeferredItem> = {}): DeferredItem {
  return {
    ...deferredKey(RUN, 1, "a", "do"),
    kind: "deferred",
    run: RUN,
    epoch: 1,
    workflow: "w",
    step: "a",
    path: "a",
    reason: "run paused",
    owner: `o${second}`,
    queueUrl: "q",
    fence: 1,
    deferredAt: at(second),
    list: "l",
    listedAt: at(second),
    message: { taskToken: "t", run: { correlation: "c", event: "e", hops: 0 }, path: "a", direction: "do" },
    revision: 1,
    changedAt: at(second),
    expiresAt: 9,
    ...more,
  } as DeferredItem;
}

/** The changes that lead from each item to the next. */
export function changesOf<Item extends TableItem>(...items: Item[]): { before?: Item; after: Item }[] {
  return items.map((after, position) => ({ ...(position > 0 && { before: items[position - 1]! }), after }));
}

/** What the log has of an item that was these, one after the other. */
export function log(...items: TableItem[]): LogItem[] {
  return changesOf(...items).flatMap(({ before, after }) =>
    entriesOf({ before, after, events: changeEventsOf(before, after) }, 90),
  );
}

/** The entries among what the relay adds to the log. */
export function logIn(items: readonly { kind: string }[]): LogItem[] {
  const isLog = (item: { kind: string }): item is StoredLog =>
    item.kind === "log" || item.kind === "log-pack";
  return unpack(items.filter(isLog));
}

const compensation = { round: 1, open: true, undone: 0, failed: 0 };

/** A change for each event that is only in the log: the item after it, and the one before where there is one. */
export const LOGGED: Record<LoggedEvent, TableItem[]> = {
  "run.accepted": [runItem(1, 0)],
  "run.closing": [runItem(1, 0), runItem(2, 5, { status: "closing" })],
  "run.compensating": [
    runItem(2, 5, { status: "closing" }),
    runItem(3, 6, { status: "compensating", compensation }),
  ],
  "run.compensated": [
    runItem(3, 6, { status: "succeeded", compensation }),
    runItem(4, 7, { status: "succeeded", compensation: { ...compensation, open: false } }),
  ],
  "step.started": [claimItem(1, 1)],
  "step.released": [claimItem(1, 1), claimItem(2, 2, { state: undefined as never })],
  "step.sealed": [claimItem(1, 1), claimItem(2, 2, { state: "sealed" })],
  "step.deferred": [deferredItem(2)],
  "wait.started": [waiterItem(1, 1)],
  "wait.matched": [
    waiterItem(2, 2, { state: "matched" }),
    waiterItem(3, 3, { state: "delivered", taken: "p" }),
  ],
  "approval.closed": [approvalItem(1, 1), approvalItem(2, 2, { state: "closed" })],
};
