import { beforeEach, describe, expect, test } from "vitest";
import { expectDeliveries } from "../../../lambdas/runtime/ledger/expect.ts";
import { expectedDeliveries } from "../../../lambdas/runtime/ledger/notice.ts";
import type { DeliveryItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";

const SENT = Date.parse("2026-11-21T10:00:00.000Z");
const notice = (more: object = {}) =>
  JSON.stringify({
    within: { show: 300, archive: 330 },
    replay: "",
    id: "bus-id",
    "detail-type": "film.released",
    source: "studio",
    time: "2026-11-20T00:00:00Z",
    detail: { millrace: { id: "e1", correlation: "c" } },
    ...more,
  });

describe("a notice", () => {
  test("expects a delivery to each subscriber, by its own deadline from when the bus had the event", () => {
    expect(expectedDeliveries(notice(), SENT, 90)).toMatchObject([
      {
        pk: "delivery#e1",
        sk: "show",
        event: "e1",
        name: "film.released",
        source: "studio",
        correlation: "c",
        state: "published",
        publishedAt: "2026-11-20T00:00:00Z",
        revision: 1,
        dueAt: "2026-11-21T10:05:00.000Z",
        expiresAt: SENT / 1000 + 90 * 86_400,
      },
      { sk: "archive", dueAt: "2026-11-21T10:05:30.000Z" },
    ]);
  });

  test("of an event without ids has the bus's id, as its subscriber sees it: an empty text means a missing field", () => {
    for (const millrace of ["", { id: 7 }])
      expect(expectedDeliveries(notice({ detail: { millrace } }), SENT, 90)).toMatchObject([
        { event: "bus-id", correlation: "bus-id" },
        { event: "bus-id" },
      ]);
  });

  test("of a replay expects nothing", () => {
    expect(expectedDeliveries(notice({ replay: "millrace-1" }), SENT, 90)).toEqual([]);
  });

  test.each(["no JSON", "null", "7", "{}", '{"within":null,"id":"e"}', '{"within":{"show":1}}'])(
    "that is invalid is refused: %s",
    (body) => {
      expect(() => expectedDeliveries(body, SENT, 90)).toThrow();
    },
  );
});

describe("a batch", () => {
  let observation: ReturnType<typeof memoryObservation>;
  let table: Map<string, DeliveryItem>;
  let puts: string[];
  let reminders: string[];
  let broken: string | undefined;
  let unlooked: string | undefined;
  beforeEach(() => {
    observation = memoryObservation();
    table = new Map();
    puts = [];
    reminders = [];
    broken = undefined;
    unlooked = undefined;
  });
  const keyOf = ({ pk, sk }: { pk: string; sk: string }) => `${pk}|${sk}`;
  const batch = (...bodies: string[]) =>
    expectDeliveries(
      bodies.map((body) => ({ body, sent: SENT })),
      {
        retentionDays: 90,
        log: observation.log,
        reminders: {
          remindAt: async (deliveries) => {
            if (deliveries.some(({ pk }) => pk === unlooked)) throw new Error("throttled");
            reminders.push(...deliveries.map(keyOf));
          },
        },
        deliveries: {
          unmarked: async (items) => {
            expect(new Set(items.map(keyOf)).size).toBe(items.length);
            return items.filter((item) => (table.get(keyOf(item))?.state ?? "published") === "published");
          },
          expect: async (item) => {
            if (item.pk === broken) throw new Error("throttled");
            puts.push(keyOf(item));
            table.set(keyOf(item), item);
          },
        },
      },
    );
  const of = (id: string) => notice({ detail: { millrace: { id } } });

  test("writes deliveries without a receipt, each once", async () => {
    table.set("delivery#e1|show", { state: "done" } as DeliveryItem);
    expect(await batch(of("e1"), of("e1"))).toEqual([]);
    expect(puts).toEqual(["delivery#e1|archive"]);
    expect(reminders).toEqual(puts);
  });

  test("schedules a check of what is written, even if it is redelivered after a crash in between", async () => {
    unlooked = "delivery#e1";
    await expect(batch(of("e1"))).rejects.toThrow("throttled");
    unlooked = undefined;
    expect(await batch(of("e1"))).toEqual([]);
    expect(reminders).toEqual(["delivery#e1|show", "delivery#e1|archive"]);
  });

  test("that is redelivered a hundred times, since the table refuses writes, schedules one check", async () => {
    broken = "delivery#e1";
    for (let delivery = 0; delivery < 100; delivery++) expect(await batch(of("e1"))).toEqual([0]);
    expect(reminders).toEqual([]);
    broken = undefined;
    expect(await batch(of("e1"))).toEqual([]);
    expect(reminders).toEqual(["delivery#e1|show", "delivery#e1|archive"]);
  });

  test("schedules no check if all have receipts", async () => {
    for (const subscriber of ["show", "archive"])
      table.set(`delivery#e1|${subscriber}`, { state: "received" } as DeliveryItem);
    expect(await batch(of("e1"))).toEqual([]);
    expect(reminders).toEqual([]);
  });

  test("fails only for the failed messages", async () => {
    broken = "delivery#e2";
    expect(await batch(of("e1"), "nonsense", of("e2"), of("e3"))).toEqual([1, 2]);
    expect(puts).toHaveLength(4);
    expect(observation.lines.filter(({ level }) => level === "error")).toHaveLength(3);
  });
});
