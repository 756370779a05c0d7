import { expect, test } from "vitest";
import { liveUpdates } from "../../../lambdas/runtime/api/live.ts";
import { feedKey } from "../../../lib/contract/keys/log.ts";
import type { FeedItem } from "../../../lib/contract/table.ts";
import { NOW } from "./fixtures.ts";

/** A feed on virtual time, in which items appear while a viewer waits. */
function feed(wholeSince = 0) {
  let now = NOW;
  const items: FeedItem[] = [];
  const coming: { at: number; item: FeedItem }[] = [];
  const item = (at: number, name: string): FeedItem => ({
    ...feedKey(new Date(NOW + at).toISOString(), `${name}${"x".repeat(26 - name.length)}`),
    kind: "feed",
    changes: [{ name, at: new Date(NOW + at).toISOString() }],
    revision: 1,
    changedAt: "",
    expiresAt: 0,
  });
  const ports = {
    feed: async (after: string) =>
      items.filter(({ sk }) => sk > after).sort((a, b) => (a.sk < b.sk ? -1 : 1)),
    registerViewer: async () => wholeSince,
    now: () => now,
    pause: async (milliseconds: number) => {
      now += milliseconds;
      for (const one of coming) if (NOW + one.at <= now && !items.includes(one.item)) items.push(one.item);
    },
  };
  const listen = async (since?: string) => {
    const text = await liveUpdates(since, ports);
    const line = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(text)?.[1];
    const data = line("data");
    return {
      text,
      id: line("id")!,
      received: data ? JSON.parse(data).map(({ name }: { name: string }) => name) : [],
    };
  };
  return {
    listen,
    elapsed: () => now - NOW,
    put: (at: number, name: string) => void items.push(item(at, name)),
    /** Turns up after `at` milliseconds, as what was seen at `seen`. */
    later: (at: number, seen: number, name: string) => void coming.push({ at, item: item(seen, name) }),
  };
}

test("a new viewer receives changes from then on, at once", async () => {
  const { listen, later, put, elapsed } = feed();
  put(-60_000, "long-ago");
  later(3_000, 2_500, "new");
  const { received, text } = await listen();
  expect(received).toEqual(["new"]);
  expect(elapsed()).toBe(3_000);
  expect(text).toContain("retry: 500");
  expect(text.endsWith("\n\n")).toBe(true);
});

test("the answer is empty after 25 seconds at the latest, with an id from which to continue", async () => {
  const { listen, elapsed, put } = feed();
  const first = await listen();
  expect(first.received).toEqual([]);
  expect(first.text).toContain(": nothing changed");
  expect(elapsed()).toBeLessThanOrEqual(25_000);
  expect(elapsed()).toBeGreaterThan(20_000);
  put(20_000, "meanwhile");
  expect((await listen(first.id)).received).toEqual(["meanwhile"]);
});

test("a viewer that continues from an id receives everything once, including late items", async () => {
  const { listen, put } = feed();
  put(100, "a");
  const first = await listen();
  put(2_000, "c");
  const second = await listen(first.id);
  put(1_500, "b");
  const third = await listen(second.id);
  put(2_100, "d");
  const fourth = await listen(third.id);
  expect([first, second, third, fourth].map(({ received }) => received)).toEqual([
    ["a"],
    ["c"],
    ["b"],
    ["d"],
  ]);
  const fifth = await listen(fourth.id);
  expect(fifth.received).toEqual([]);
});

test("old ids are not carried along for ever", async () => {
  const { listen, put } = feed();
  put(0, "a");
  const first = await listen();
  put(10_000, "b");
  const second = await listen(first.id);
  expect(second.id.split(",")).toHaveLength(1);
});

test("for any number of changes, an id fits into a header, and nothing is left out", async () => {
  const { listen, put } = feed();
  const names = Array.from({ length: 1_000 }, (_, number) => `change-${number}`);
  names.forEach((name, number) => void put(number, name));
  const first = await listen();
  expect(first.received).toEqual(names);
  expect(first.id.length).toBeLessThan(4_000);
  put(1_001, "last");
  expect((await listen(first.id)).received).toContain("last");
});

test.each(["nonsense", "", "2026-01-01T00:00:00.000Z#old", ",,,"])(
  "the id %j starts again from now",
  async (since) => {
    const { listen, put, later } = feed();
    put(-120_000, "long-ago");
    later(1_000, 900, "new");
    expect((await listen(since)).received).toEqual(["new"]);
  },
);

test("the first viewer for an hour learns once that something may have been missed, and then receives the rest", async () => {
  const { listen, later, elapsed } = feed(NOW + 5_000);
  later(2_000, 1_900, "early");
  later(6_000, 5_900, "then");
  const first = await listen();
  expect(first.received).toEqual(["early"]);
  const second = await listen(first.id);
  expect(second.text).toContain("event: missed\n");
  expect(second.received).toEqual([]);
  expect(elapsed()).toBe(5_000);
  const third = await listen(second.id);
  expect([third.received, third.text.includes("event:")]).toEqual([["then"], false]);
});
