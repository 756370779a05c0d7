import { describe, expect, test } from "vitest";
import { sentEvent } from "../../../lambdas/runtime/wait/awaited-events.ts";
import type { Waits } from "../../../lambdas/runtime/wait/ports.ts";
import { consume, delivered, lose } from "../../../lambdas/runtime/wait/transitions.ts";
import { eventWaiter } from "../../../lambdas/runtime/wait/waiters.ts";
import type { RunReference } from "../../../lib/contract/messages/message.ts";
import type { WaiterItem } from "../../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
let keys = 0;

/** What every implementation of the port must do. Each test uses a key of its own. */
export function waitsContract(name: string, open: () => Promise<Waits>): void {
  describe(name, () => {
    const fresh = async () => {
      const key = `o${++keys}`;
      const point = { event: "order.paid", key };
      const waiter = (run: string, path: string) =>
        eventWaiter(
          {
            kind: "event",
            ...point,
            path,
            taskToken: `${run} ${path}`,
            attempt: 1,
            entered: "2026-11-21T10:00:00.000Z",
            run: { id: run, workflow: "w", epoch: 1, event: "e", correlation: "c", hops: 0 } as RunReference,
          },
          NOW,
        );
      const event = (id: string) =>
        sentEvent(
          {
            id,
            name: "order.paid",
            version: 1,
            time: "2026-11-21T09:00:00Z",
            source: "shop",
            correlation: "c",
            hops: 0,
            data: { amount: 1, note: undefined },
          },
          key,
          { now: NOW, retentionDays: 90 },
        );
      return { waits: await open(), point, waiter, event };
    };
    const stored = async (waits: Waits, waiter: WaiterItem) => (await waits.waiter(waiter))!;

    test("waiters and events with one key are found together; of the waiters, only those of one run on request", async () => {
      const { waits, point, waiter, event } = await fresh();
      for (const item of [waiter("a", "x"), waiter("a", "y"), waiter("ab", "x"), event("e1"), event("e2")]) {
        expect(await waits.put(undefined, item)).toBe(true);
      }
      const met = await waits.meeting(point);
      expect(met.waiters.map(({ run, path }) => `${run} ${path}`).sort()).toEqual(["a x", "a y", "ab x"]);
      expect(met.events.map(({ id }) => id).sort()).toEqual(["e1", "e2"]);
      const ofRun = await waits.meeting(point, "a");
      expect(ofRun.waiters.map(({ path }) => path).sort()).toEqual(["x", "y"]);
      expect(ofRun.events).toHaveLength(2);
      expect(await waits.meeting({ ...point, key: "other" })).toEqual({ waiters: [], events: [] });
    });

    test("an item is inserted if there is none, and then only replaces the one that was read", async () => {
      const { waits, waiter } = await fresh();
      expect(await waits.put(undefined, waiter("a", "x"))).toBe(true);
      expect(await waits.put(undefined, waiter("a", "x"))).toBe(false);
      const first = await stored(waits, waiter("a", "x"));
      expect(await waits.put(first, { ...first, token: "later" })).toBe(true);
      expect(await waits.put(first, { ...first, token: "other" })).toBe(false);
      expect(await stored(waits, first)).toMatchObject({ token: "later", revision: 2 });
    });

    test("of two waits of a run, one takes an event, however many try at once; another run takes it, too", async () => {
      const { waits, point, waiter, event } = await fresh();
      const all = [waiter("a", "x"), waiter("a", "y"), waiter("b", "x")];
      for (const item of all) await waits.put(undefined, item);
      const tries = [...all, ...all, ...all].map((item) => waits.consume(item, consume(item, event("e1"))));
      expect((await Promise.all(tries)).filter(Boolean)).toHaveLength(2);
      const { waiters } = await waits.meeting(point);
      const took = waiters.filter(({ taken }) => taken === "e1").map(({ run, state }) => `${run} ${state}`);
      expect(took.sort()).toEqual(["a matched", "b matched"]);
    });

    test("a waiter that has changed consumes nothing, and leaves the event free", async () => {
      const { waits, waiter, event } = await fresh();
      const first = waiter("a", "x");
      await waits.put(undefined, first);
      await waits.put(first, { ...first, token: "later" });
      expect(await waits.consume(first, consume(first, event("e1")))).toBe(false);
      const later = await stored(waits, first);
      expect(await waits.consume(later, consume(later, event("e1")))).toBe(true);
    });

    test("a returned event may be consumed again, and is not returned twice", async () => {
      const { waits, waiter, event } = await fresh();
      const [first, second] = [waiter("a", "x"), waiter("a", "y")];
      for (const item of [first, second]) await waits.put(undefined, item);
      await waits.consume(first, consume(first, event("e1")));
      expect(await waits.consume(second, consume(second, event("e1")))).toBe(false);
      const matched = await stored(waits, first);
      expect(await waits.giveBack(matched, lose(matched))).toBe(true);
      expect(await waits.giveBack(matched, lose(matched))).toBe(false);
      expect(await waits.consume(second, consume(second, event("e1")))).toBe(true);
      const lost = await stored(waits, first);
      expect(lost).toMatchObject({ state: "lost", missed: "e1", revision: 3 });
      expect(lost.taken).toBeUndefined();
    });

    test("a delivered event is not returned by a writer that saw it before", async () => {
      const { waits, waiter, event } = await fresh();
      const first = waiter("a", "x");
      await waits.put(undefined, first);
      await waits.consume(first, consume(first, event("e1")));
      const matched = await stored(waits, first);
      await waits.put(matched, delivered(matched));
      expect(await waits.giveBack(matched, lose(matched))).toBe(false);
      expect((await stored(waits, first)).state).toBe("delivered");
    });

    test("an event of any payload and key returns as it went in", async () => {
      const { waits, point, event } = await fresh();
      const long = { ...event("e".repeat(3_000)), payload: { text: "å", list: [null, { a: 0.1 }] } };
      await waits.put(undefined, long);
      const { events } = await waits.meeting(point);
      expect(events).toMatchObject([{ id: long.id, payload: long.payload, key: point.key }]);
    });
  });
}
