import { expect, test } from "vitest";
import { match, unanswered } from "../../../lambdas/runtime/wait/match.ts";
import { consume, delivered, enter, late, lose } from "../../../lambdas/runtime/wait/transitions.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { AwaitedEventItem, WaiterItem } from "../../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

const waiter = (run: string, path: string, more: Partial<WaiterItem> = {}): WaiterItem => ({
  pk: "wait#paid#o1",
  sk: `waiter#${run}#${path}`,
  kind: "waiter",
  event: "paid",
  key: "o1",
  run,
  epoch: 1,
  workflow: "w",
  path,
  purpose: "event",
  consumer: run,
  state: "waiting",
  fence: 1,
  token: `${run} ${path}`,
  correlation: "c",
  cause: "e",
  hops: 0,
  revision: 1,
  changedAt: "",
  expiresAt: NOW / 1000 + 60,
  ...more,
});

const event = (id: string, time = "2026-11-21T09:00:00Z", expiresAt = NOW / 1000 + 60): AwaitedEventItem => ({
  pk: "wait#paid#o1",
  sk: `event#${id}`,
  kind: "awaited-event",
  event: "paid",
  key: "o1",
  id,
  time,
  payload: { id },
  correlation: "c",
  cause: id,
  hops: 0,
  revision: 1,
  changedAt: "",
  expiresAt,
});

const pairs = (waiters: WaiterItem[], events: AwaitedEventItem[]) =>
  match({ waiters, events }, NOW).map((made) => `${made.waiter.run}/${made.waiter.path} ${made.event.id}`);

test("one event is for every run, and for one wait of each: the first that was entered", () => {
  const waiters = [waiter("a", "second", { fence: 2 }), waiter("a", "first"), waiter("b", "only")];
  expect(pairs(waiters, [event("e1")])).toEqual(["a/first e1", "b/only e1"]);
});

test("two waits of a run get two events, the oldest first, by their time", () => {
  const waiters = [waiter("a", "first"), waiter("a", "second", { fence: 2 })];
  const events = [event("e1", "2026-11-21T09:00:00.5Z"), event("e2", "2026-11-21T10:30:00+02:00")];
  expect(pairs(waiters, events)).toEqual(["a/first e2", "a/second e1"]);
});

test("a consumed event is not consumed again; a lost one may go to another wait of the run", () => {
  const matched = consume(waiter("a", "first"), event("e1"));
  const second = waiter("a", "second", { fence: 2 });
  for (const state of [matched, delivered(matched)])
    expect(pairs([state, second], [event("e1")])).toEqual([]);
  expect(pairs([lose(matched), second], [event("e1")])).toEqual(["a/second e1"]);
});

test("waits that consume for themselves all get the same event", () => {
  const waiters = ["first", "second"].map((path) => waiter("a", path, { consumer: `a#${path}` }));
  expect(pairs(waiters, [event("e1")])).toEqual(["a/first e1", "a/second e1"]);
});

test("an expired event does not match, although it is not deleted yet", () => {
  expect(pairs([waiter("a", "first")], [event("e1", undefined, NOW / 1000)])).toEqual([]);
});

test("a match without an answer is found again, another is not", () => {
  const matched = consume(waiter("a", "first"), event("e1"));
  const waiters = [matched, delivered(consume(waiter("b", "x"), event("e1"))), waiter("c", "x")];
  expect(unanswered({ waiters, events: [event("e1")] })).toEqual([{ waiter: matched, event: event("e1") }]);
});

test("a later entry replaces the token and keeps its event; a lost one waits again; an earlier one changes nothing", () => {
  const first = waiter("a", "first");
  const later = waiter("a", "first", { fence: 2, token: "later" });
  const matched = consume(first, event("e1"));
  expect(enter(undefined, first)).toEqual(first);
  expect(enter(first, later)).toMatchObject({ state: "waiting", token: "later" });
  for (const state of [matched, delivered(matched)]) {
    expect(enter(state, later)).toMatchObject({ state: "matched", token: "later", taken: "e1" });
  }
  const again = enter(lose(matched), later);
  expect(again).toMatchObject({ state: "waiting", token: "later" });
  expect(again).not.toHaveProperty("taken");
  expect(again).not.toHaveProperty("missed");
  expect(enter(later, first)).toBeUndefined();
  expect(enter(matched, first)).toBeUndefined();
});

test("events of the same time are consumed by their ids, in whatever order they are read", () => {
  const [one, two] = [event("e1"), event("e2")];
  expect(pairs([waiter("a", "first")], [one, two])).toEqual(["a/first e1"]);
  expect(pairs([waiter("a", "first")], [two, one])).toEqual(["a/first e1"]);
});

test("an answer that was not sent is sent with the event of its match, not with another", () => {
  const waiters = [waiter("a", "first", { state: "matched", taken: "e2" })];
  const found = unanswered({ waiters, events: [event("e1"), event("e2")] });
  expect(found.map((made) => made.event.id)).toEqual(["e2"]);
});

test("a lost match and a late event are in a list of what is not published yet", () => {
  const lost = lose(waiter("a", "first", { state: "matched", taken: "e1" }));
  expect(shardsOf("unpublished")).toContain(lost.unpublished);
  expect(shardsOf("unpublished")).toContain(late(event("e1")).unpublished);
});
