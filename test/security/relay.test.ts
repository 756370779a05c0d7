import { expect, test } from "vitest";
import { changeEventsOf } from "../../lambdas/runtime/relay/change-events.ts";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import { deferredKey } from "../../lib/contract/keys/deferred.ts";
import type { TableItem } from "../../lib/contract/table.ts";
import { approvalItem, claimItem, deferredItem, runItem, seconds } from "../runtime/relay/log-items.ts";

/** What a step can write: any item under the keys of its own run's claims and deferred messages. */
const CLAIM = claimKey("w-own", 1, "a");
const DEFERRED = deferredKey("w-own", 1, "a", "do");
const events = (item: object) => changeEventsOf(undefined, item as TableItem);
const names = (item: object) => events(item).map(({ event }) => event.name);

test.each([
  ["a run that succeeded", { ...runItem(2, 1, { status: "succeeded" }), ...CLAIM }],
  ["its own run that succeeded", { ...runItem(2, 1, { status: "succeeded", run: "w-own" }), ...CLAIM }],
  ["a decided approval", { ...approvalItem(2, 1, { state: "decided" }), ...CLAIM }],
  ["a request of an approval", { ...approvalItem(1, 1), ...DEFERRED }],
  ["a claim of another run", { ...claimItem(2, 1, { state: "done" }), ...CLAIM }],
  ["a deferred message of another run", { ...deferredItem(5), ...DEFERRED }],
  [
    "a breaker",
    { kind: "breaker", breaker: "mail", state: "open", revision: 1, changedAt: seconds(1), ...CLAIM },
  ],
  ["an event that another run waits for", { kind: "awaited-event", revision: 1, late: true, ...DEFERRED }],
])("nothing is published of %s that a step wrote under its own key", (_, item) => {
  expect(events(item)).toEqual([]);
});

test("of what a step says that it emits, the events that only Millrace publishes are left out", () => {
  const event = { id: "i", version: 1, time: seconds(1), correlation: "c", hops: 1, data: {} };
  const emitted = [
    { ...event, name: "book.printed", source: "w" },
    { ...event, name: "run.succeeded", source: "w", subject: "other" },
    { ...event, name: "book.printed", source: "millrace" },
  ];
  const claim = claimItem(2, 1, { state: "done", emitted });
  expect(names(claim)).toEqual(["step.completed", "book.printed"]);
  const handled = { id: "e", name: "n", source: "s", payload: "p" };
  expect(names({ ...claim, handled })).toEqual(["reaction.completed", "book.printed"]);
});
