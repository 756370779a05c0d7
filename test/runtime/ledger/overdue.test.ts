import { beforeEach, describe, expect, test } from "vitest";
import { delayedReminders } from "../../../lambdas/runtime/aws/table/overdue-reminders.ts";
import { handleMessages } from "../../../lambdas/runtime/ledger/messages.ts";
import { reportOverdue } from "../../../lambdas/runtime/ledger/overdue.ts";
import type { DueDelivery } from "../../../lambdas/runtime/ledger/ports.ts";
import type { DeliveryItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const later = (seconds: number) => new Date(NOW + seconds * 1000).toISOString();
const due = (at: number, seconds = 0): DueDelivery => ({
  pk: `delivery#${at}`,
  sk: at % 2 ? "odd" : "even",
  dueAt: later(seconds),
});

let counted: Map<string, number>;
let again: string[][];
let broken: string | undefined;
beforeEach(() => {
  counted = new Map();
  again = [];
  broken = undefined;
});
const observation = memoryObservation();

/** Every third delivery has just been received. */
const ports = {
  deliveries: {
    unmarked: async () => [],
    expect: async () => {},
    async overdue({ pk, sk }: { pk: string; sk: string }, time: string) {
      expect(time).toBe(later(0));
      if (pk === broken) throw new Error("throttled");
      const taken = Number(pk.slice("delivery#".length)) % 3 === 0;
      return taken ? undefined : ({ event: pk, name: "n", subscriber: sk } as DeliveryItem);
    },
  },
  reminders: {
    remindAt: async (deliveries: readonly DueDelivery[]) => void again.push(deliveries.map(({ pk }) => pk)),
  },
  now: () => NOW,
  retentionDays: 90,
  log: observation.log,
  metrics: {
    count(name: string, value = 1, { subscriber = "all" }: Record<string, string> = {}) {
      expect(name).toBe("DeliveriesOverdue");
      counted.set(subscriber, (counted.get(subscriber) ?? 0) + value);
    },
    milliseconds() {},
  },
};

test("overdue deliveries are counted in total and for each subscriber; those received meanwhile are not", async () => {
  await reportOverdue(
    Array.from({ length: 12 }, (_, at) => due(at)),
    ports,
  );
  expect(Object.fromEntries(counted)).toEqual({ all: 8, even: 4, odd: 4 });
  expect(again).toEqual([]);
});

test("a delivery with time left is checked again, and not published", async () => {
  await reportOverdue([due(1, 60), due(2), due(4, 1)], ports);
  expect(Object.fromEntries(counted)).toEqual({ all: 1, even: 1 });
  expect(again).toEqual([["delivery#1", "delivery#4"]]);
});

describe("a batch of the ledger's queue", () => {
  const batch = (...bodies: unknown[]) =>
    handleMessages(
      bodies.map((body) => ({ body: typeof body === "string" ? body : JSON.stringify(body), sent: NOW })),
      ports,
    );

  test("may contain notices and checks; each fails alone", async () => {
    const notice = { within: {}, id: "e", "detail-type": "n", detail: {} };
    broken = "delivery#2";
    const failed = await batch("nonsense", { look: [due(1)] }, notice, { look: [due(2)] }, "null", {
      look: 7,
    });
    expect(failed.sort()).toEqual([0, 3, 4, 5]);
    expect(Object.fromEntries(counted)).toEqual({ all: 1, odd: 1 });
  });
});

describe("a check", () => {
  const sent: { message: any; delay: number | undefined }[] = [];
  beforeEach(() => void sent.splice(0));
  const queue = { send: async (message: object, delay?: number) => void sent.push({ message, delay }) };
  const reminders = delayedReminders("", () => NOW, queue);

  test("is due with the first delivery, and contains only the keys", async () => {
    await reminders.remindAt([{ ...due(1, 300), event: "e" } as DueDelivery, due(2, 90)]);
    expect(sent).toEqual([{ message: { look: [due(2, 90), due(1, 300)] }, delay: 90_000 }]);
  });

  test("of many deliveries is more than one message, none of them too large", async () => {
    await reminders.remindAt(Array.from({ length: 450 }, (_, at) => due(at, 1000 - at)));
    expect(sent.map(({ message, delay }) => [message.look.length, delay])).toEqual([
      [200, 551_000],
      [200, 751_000],
      [50, 951_000],
    ]);
  });
});
