import { afterEach, expect, test } from "vitest";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { Faults } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { expectPeace, openShop, type Shop, shopAssembly } from "./shop.ts";

shopAssembly();

let shop: Shop;
afterEach(() => shop.cloud.close());

const runOf = (orderId: string) => runId("correct-address", "correction.wanted", orderId);

/** A signal to the run of an order. */
async function signal(orderId: string, street: string, id?: string) {
  const { MillraceBus: EventBusName } = (await shop.cloud.outputs("Shop")) as Record<string, string>;
  const Detail = JSON.stringify({ street, millrace: { subject: runOf(orderId), ...(id && { id }) } });
  const Entries = [{ EventBusName, Source: "shop", DetailType: "address.corrected", Detail }];
  expect(await shop.cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
}

async function outcomes() {
  const runs = (await shop.items("run")).filter(({ workflow }) => workflow === "correct-address");
  return Object.fromEntries(runs.map(({ run, status, output }) => [run, [status, output]]));
}

test("a signal reaches one run, each is taken once, and those that come before their wait are kept", async () => {
  shop = await openShop();
  // Before the run exists.
  await signal("a", "first");
  await shop.cloud.advance("1 minute");
  await shop.send("correction.wanted", { orderId: "a" });
  await shop.send("correction.wanted", { orderId: "b" });
  await shop.cloud.advance("1 minute");
  expect(await outcomes()).toEqual({
    [runOf("a")]: ["running", undefined],
    [runOf("b")]: ["running", undefined],
  });
  await signal("a", "second");
  await shop.cloud.advance("1 minute");
  expect(await outcomes()).toEqual({
    [runOf("a")]: ["succeeded", { first: "first", second: "second" }],
    [runOf("b")]: ["running", undefined],
  });
  // The same signal twice is one.
  await signal("b", "only", "s1");
  await signal("b", "only", "s1");
  await shop.cloud.advance("2 days");
  expect((await outcomes())[runOf("b")]).toEqual(["succeeded", { first: "only" }]);
  expect(await shop.published("event.late")).toEqual([]);
  await expectPeace(shop);
});

test("a signal that breaks its contract wakes no run", async () => {
  shop = await openShop();
  await shop.send("correction.wanted", { orderId: "a" });
  await shop.cloud.advance("1 minute");
  await signal("a", 7 as unknown as string);
  await shop.cloud.advance("1 minute");
  expect((await outcomes())[runOf("a")]).toEqual(["running", undefined]);
  expect(await shop.items("quarantine")).toMatchObject([{ reason: "contract" }]);
});

test.each(seeds([1, 2], 50))("with all faults, each signal is taken once: seed %i", async (seed) => {
  const faults: Faults = {
    duplicates: 0.3,
    delays: { chance: 0.3, upTo: "90 seconds" },
    interleave: true,
    calls: [
      { kind: "throttle", chance: 0.02 },
      { kind: "lost", chance: 0.05 },
      { kind: "crash-before", chance: 0.01 },
      { kind: "crash-after", chance: 0.02 },
    ],
  };
  shop = await openShop({ seed, faults });
  await shop.send("correction.wanted", { orderId: "a" });
  await Promise.all([signal("a", "one", "s1"), signal("a", "two", "s2"), signal("a", "one", "s1")]);
  await shop.cloud.advance("6 hours");
  const [status, output] = (await outcomes())[runOf("a")]!;
  expect(status).toBe("succeeded");
  expect(Object.values(output as object).sort()).toEqual(["one", "two"]);
  await expectPeace(shop);
});
