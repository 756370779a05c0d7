import { expect, test } from "vitest";
import type { OverdueDeliveries } from "../../../lambdas/runtime/ledger/ports.ts";
import { watch } from "../../../lambdas/runtime/ledger/watch.ts";
import type { DeliveryItem } from "../../../lib/contract/table.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");

/** What the watch counts, where so many are due and every third has just been taken up. */
async function watchOver(due: number) {
  const left = Array.from({ length: due }, (_, at) => ({
    pk: `delivery#${at}`,
    sk: at % 2 ? "odd" : "even",
  }));
  const counted = new Map<string, number>();
  const looks: number[] = [];
  const deliveries: OverdueDeliveries = {
    async due(time, limit) {
      expect(time).toBe(new Date(NOW).toISOString());
      const found = left.splice(0, limit);
      looks.push(found.length);
      return found;
    },
    async overdue({ pk, sk }) {
      return Number(pk.slice("delivery#".length)) % 3 === 0
        ? undefined
        : ({ event: pk, name: "n", subscriber: sk } as DeliveryItem);
    },
  };
  await watch({
    ...{ deliveries, now: () => NOW, log: { info() {}, warn() {}, error() {} } },
    metrics: {
      count(name, value = 1, { subscriber = "all" } = {}) {
        expect(name).toBe("DeliveriesOverdue");
        counted.set(subscriber, (counted.get(subscriber) ?? 0) + value);
      },
      milliseconds() {},
    },
  });
  return { counted: Object.fromEntries(counted), looks };
}

test("what is overdue is counted as a whole and for each subscriber; what was taken up meanwhile is not", async () => {
  expect(await watchOver(12)).toEqual({ counted: { all: 8, even: 4, odd: 4 }, looks: [12] });
  expect(await watchOver(0)).toEqual({ counted: {}, looks: [0] });
});

test("it looks until nothing is left, but not for ever", async () => {
  expect((await watchOver(250)).looks).toEqual([100, 100, 50]);
  expect((await watchOver(10_000)).looks).toHaveLength(50);
});
