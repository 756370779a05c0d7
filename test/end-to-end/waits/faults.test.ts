import { expect, test } from "vitest";
import type { Faults, SimulationOptions } from "../../../local/simulate.ts";
import { seeds, soaking, sweepCalls } from "../../seeds.ts";
import { expectPeace, openShop, type Shop, shopAssembly } from "./shop.ts";

shopAssembly();

const DAY = 24 * 60 * 60 * 1000;
const SEEDS = seeds([1, 2, 3], 50);

const order = { orderId: "o1", address: "Main Street" };
const pay = (shop: Shop, amount: number, id: string) =>
  shop.send("order.paid", { orderId: "o1", amount }, id);

/** Opens the shop for as long as `use` takes. */
async function withShop<T>(options: Partial<SimulationOptions>, use: (shop: Shop) => Promise<T>): Promise<T> {
  const shop = await openShop(options);
  try {
    return await use(shop);
  } finally {
    await shop.cloud.close();
  }
}

/** Each wait has its own event; no event in time is published as late, and no message was given up. */
async function expectStates(shop: Shop, states: string[]): Promise<void> {
  expect(await shop.run("fulfil-order")).toMatchObject({
    status: "succeeded",
    output: { payment: { amount: 10 }, parcel: { tracking: "to Main Street" } },
  });
  expect(await shop.run("ship-parcel")).toMatchObject({ status: "succeeded" });
  const waiters = await shop.items("waiter");
  expect(waiters.map(({ path, state }) => `${path} ${state}`).sort()).toEqual(states);
  expect(await shop.published("event.late")).toEqual([]);
  await expectPeace(shop);
}

/** A crash of the queue's function at its n-th call; answers whether there was such a call. */
async function crashed(kind: "crash-before" | "crash-after", on: number): Promise<boolean> {
  return await withShop({ faults: { calls: [{ kind, function: "WaitsWait", on }] } }, async (shop) => {
    await pay(shop, 10, "p1");
    await shop.send("order.placed", order);
    await shop.cloud.advance("1 hour");
    await expectStates(shop, ["cancel-on#1 waiting", "payment delivered", "ship-parcel delivered"]);
    return shop.cloud.calls.some(({ trouble }) => trouble === kind);
  });
}

/** To crash before a call is mostly to crash after the one before it: the suite has one of the two for a call. */
test("a crash before or after any call of the queue's function is repaired by the redelivery", async () => {
  const kinds = ["crash-before", "crash-after"] as const;
  const calls = await sweepCalls(5, async (call) => {
    const found = await crashed(kinds[(call + 1) % 2]!, call);
    if (found && soaking) expect(await crashed(kinds[call % 2]!, call)).toBe(true);
    return found;
  });
  expect(calls).toBeGreaterThan(20);
}, 240_000);

test.each(seeds([1], 50))(
  "with all faults, the results are correct: seed %i",
  async (seed) => {
    const faults: Faults = {
      duplicates: 0.3,
      delays: { chance: 0.3, upTo: "90 seconds" },
      interleave: true,
      calls: [
        { kind: "throttle", chance: 0.02 },
        { kind: "error", chance: 0.02 },
        { kind: "lost", chance: 0.05 },
        { kind: "slow", chance: 0.04, for: "20 seconds" },
        { kind: "crash-before", chance: 0.01 },
        { kind: "crash-after", chance: 0.02 },
      ],
    };
    await withShop({ seed, faults }, async (shop) => {
      await pay(shop, 10, "p1");
      await shop.send("order.placed", order);
      await shop.send("books.opened", { orderId: "o1" });
      await shop.cloud.advance("1 hour");
      await Promise.all([pay(shop, 10, "p1"), pay(shop, 5, "p2")]);
      await shop.cloud.advance("8 hours");
      const { output } = await shop.run("book-payments");
      expect(Object.values(output as object).sort()).toEqual([10, 5]);
      await expectStates(shop, [
        "cancel-on#1 waiting",
        "first delivered",
        "payment delivered",
        "second delivered",
        "ship-parcel delivered",
      ]);
    });
  },
  60_000,
);

const outcomes = new Set<"answer" | "late">();

test.each(SEEDS)(
  "an event at the time of the timeout is either the answer or late: seed %i",
  async (seed) => {
    const faults: Faults = { delays: { chance: 0.5, upTo: "2 seconds" }, interleave: true };
    await withShop({ seed, faults }, async (shop) => {
      await shop.send("order.placed", order);
      await shop.cloud.advance("1 minute");
      const waiter = (await shop.items("waiter")).find(({ path }) => path === "payment")!;
      // The fence holds the time at which the state was entered.
      const timeout = Math.floor(waiter.fence / 1_001) + DAY;
      await shop.cloud.advance(timeout - 500 - shop.cloud.now());
      await pay(shop, 10, "p1");
      await shop.cloud.advance("1 hour");
      const { output } = (await shop.run("fulfil-order")) as { output: { payment?: unknown } };
      const late = (await shop.published("event.late")).map(({ id, path }) => `${path} ${id}`);
      expect(late).toEqual(output.payment === undefined ? ["payment p1"] : []);
      outcomes.add(output.payment === undefined ? "late" : "answer");
      await expectPeace(shop);
    });
  },
);

test("at the time of the timeout, both outcomes occur among the seeds", () => {
  expect(outcomes).toEqual(new Set(["answer", "late"]));
});
