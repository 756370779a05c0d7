import { expect, test } from "vitest";
import { changeEventsOf } from "../../lambdas/runtime/relay/change-events.ts";
import { claimKey } from "../../lib/contract/keys/claim.ts";
import { deferredKey } from "../../lib/contract/keys/deferred.ts";
import type { TableItem } from "../../lib/contract/table.ts";
import { approvalItem, claimItem, deferredItem, runItem, seconds } from "../runtime/relay/log-items.ts";
import { idOf } from "../runtime/run-ids.ts";

/** What a step can write: any item under the keys of its own run's claims and deferred messages. */
const OWN = idOf("own");
const CLAIM = claimKey(OWN, 1, "a");
const DEFERRED = deferredKey(OWN, 1, "a", "do");
const OF_OTHER = { run: OWN, workflow: "other" };
const LONGER = idOf("own", "w-w");
const OF_LONGER = { ...claimKey(LONGER, 1, "a"), run: LONGER, workflow: "w" };
const events = (item: object) => changeEventsOf(undefined, item as TableItem);
const names = (item: object) => events(item).map(({ event }) => event.name);

test.each([
  ["a run that succeeded", { ...runItem(2, 1, { status: "succeeded" }), ...CLAIM }],
  ["its own run that succeeded", { ...runItem(2, 1, { status: "succeeded", run: OWN }), ...CLAIM }],
  ["a decided approval", { ...approvalItem(2, 1, { state: "decided" }), ...CLAIM }],
  ["a request of an approval", { ...approvalItem(1, 1), ...DEFERRED }],
  ["a claim of another run", { ...claimItem(2, 1, { state: "done" }), ...CLAIM }],
  ["a deferred message of another run", { ...deferredItem(5), ...DEFERRED }],
  ["a claim of its own run for another workflow", { ...claimItem(2, 1, OF_OTHER), ...CLAIM }],
  ["a deferred message of its own run for another workflow", { ...deferredItem(5, OF_OTHER), ...DEFERRED }],
  [
    "a claim for the workflow whose name its own begins with",
    { ...claimItem(2, 1, OF_LONGER), ...OF_LONGER },
  ],
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
