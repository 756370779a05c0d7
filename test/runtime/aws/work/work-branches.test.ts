import { beforeEach, describe, expect, test } from "vitest";
import { giveUp } from "../../../../lib/contract/failure.ts";
import { claimKey } from "../../../../lib/contract/keys/claim.ts";
import { DIAMOND_ANSWER, DIAMOND_NAMES, diamond, walkDespiteDeath } from "../../work/group-harness.ts";
import { LEASE_OF_A_DEAD_WORKER } from "../../work/work-harness.ts";
import { counting, faulty, openGroups, type StatementFault } from "../group-table.ts";

/** The walk of a group with branches over claims in the table. */
const { tableHarness } = openGroups(diamond);

let harness: ReturnType<typeof tableHarness>;
beforeEach(() => {
  harness = tableHarness();
});
const EACH_ONCE = DIAMOND_NAMES.map((name) => `${name} 1`).toSorted();
const paths = async () => (await harness.all()).map(({ path }) => path).toSorted();
const itemOf = (name: string) => claimKey(harness.run.id, 1, name).sk;

/** Stamp ends when the worker knows that weigh is done. */
async function deliverWeighFirst() {
  const weighed = Promise.withResolvers<void>();
  const { claims } = harness.ports;
  const complete = async (...given: Parameters<typeof claims.complete>) => {
    const completed = await claims.complete(...given);
    setImmediate(weighed.resolve);
    return completed;
  };
  return await harness.deliver(
    {},
    { stamp: () => weighed.promise },
    { ...harness.ports, claims: { ...claims, complete } },
  );
}

test("each branch writes an item of its own: a write for each boundary, and one more for each branch", async () => {
  let counted!: ReturnType<typeof counting>;
  harness = tableHarness((table) => {
    counted = counting(table);
    return counted.table;
  });
  expect(await deliverWeighFirst()).toMatchObject({ answer: "success" });
  expect(harness.machines.answers).toEqual([{ token: "t1", output: DIAMOND_ANSWER }]);
  // Five completions, and the claims with which the two branches begin.
  expect(counted.statements()).toBe(7);
  expect(new Set(counted.calls)).toEqual(new Set(["BatchExecuteStatementCommand"]));
  const places = new Map((await harness.all()).map(({ path, within }) => [path, within]));
  expect(places.get("label")).toBe(itemOf("pack"));
  expect(places.get("stamp")).toBe(itemOf("pack"));
  expect(places.get("weigh")).toBeUndefined();
});

test("the step after branches is claimed with the end of the last one", async () => {
  await deliverWeighFirst();
  const send = (await harness.all()).find(({ path }) => path === "send")!;
  expect(send).toMatchObject({ within: itemOf("pack"), position: 4, state: "done", revision: 2 });
});

test("two completions that are written at once are both kept, and the step after them begins once", async () => {
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const together = async () => {
    if (++waiting === 2) both.resolve();
    await both.promise;
  };
  await harness.deliver({}, { stamp: together, weigh: together });
  expect((await harness.all()).map(({ state }) => state)).toEqual(Array(5).fill("done"));
  expect(await paths()).toEqual(DIAMOND_NAMES.toSorted());
  expect(harness.steps().toSorted()).toEqual(EACH_ONCE);
});

test("two deliveries at once do each step once, and each step has one claim", async () => {
  await Promise.all([harness.deliver(), harness.deliver()]);
  harness.clock.now += LEASE_OF_A_DEAD_WORKER + 5_000;
  await harness.deliver();
  expect(harness.steps().toSorted()).toEqual(EACH_ONCE);
  expect(await paths()).toEqual(DIAMOND_NAMES.toSorted());
});

test("a run that ends seals the step that runs in each branch, and both results are late", async () => {
  const both = Promise.withResolvers<void>();
  let waiting = 0;
  const sealed = async () => {
    if (++waiting === 2) {
      await harness.claims.seal(harness.run.id, 1);
      both.resolve();
    }
    await both.promise;
  };
  expect(await harness.deliver({}, { label: sealed, weigh: sealed })).toMatchObject({ kind: "dropped" });
  const states = (await harness.all()).map(({ path, state, late }) => [path, state, late]);
  expect(states).toEqual([
    ["pack", "done", undefined],
    ["label", "sealed", { text: "o1 pack label" }],
    ["weigh", "sealed", { text: "o1 pack weigh" }],
  ]);
});

test("a later epoch finds what is in the items of branches", async () => {
  await harness.deliver({}, { send: () => Promise.reject(giveUp("no")) });
  harness.change({ epoch: 2 });
  await harness.deliver({ run: { ...harness.run, epoch: 2 }, taskToken: "t2" });
  expect(harness.machines.answers.at(-1)).toEqual({ token: "t2", output: DIAMOND_ANSWER });
  expect(harness.steps().toSorted()).toEqual([...EACH_ONCE, "send 1"].toSorted());
});

describe.each(["before", "after"] as const)("a worker that dies %s any call", (when) => {
  test.each([
    ["all goes well", {}],
    ["each step fails once", { pack: 1, label: 1, stamp: 1, weigh: 1, send: 1 }],
  ])("is followed by one that ends the group: %s", async (_, failing: Record<string, number>) => {
    for (let at = 0; ; at++) {
      harness = tableHarness();
      const reached = await walkDespiteDeath(harness, failing, at, when);
      expect(harness.machines.answers.at(-1)).toMatchObject({ output: DIAMOND_ANSWER });
      const claims = await harness.all();
      expect(claims.map(({ state }) => state)).toEqual(Array(5).fill("done"));
      expect(claims.map(({ path }) => path).toSorted()).toEqual(DIAMOND_NAMES.toSorted());
      if (!reached) break;
    }
  });
});

test.each<StatementFault>(["throttled", "answer lost"])(
  "any single statement that is %s costs a delivery at most",
  async (fault) => {
    for (let at = 0; ; at++) {
      let struck!: ReturnType<typeof faulty>;
      harness = tableHarness((table) => {
        struck = faulty(table, fault, at);
        return struck.table;
      });
      for (let delivery = 0; harness.machines.answers.length === 0; delivery++) {
        expect(delivery).toBeLessThan(4);
        await harness
          .deliver()
          .catch((error: Error) => expect(error.message).toMatch(/Throughput|throttle/i));
        harness.clock.now += LEASE_OF_A_DEAD_WORKER + 6_000;
      }
      expect(harness.machines.answers).toEqual([{ token: "t1", output: DIAMOND_ANSWER }]);
      expect((await harness.all()).map(({ state }) => state)).toEqual(Array(5).fill("done"));
      expect(await paths()).toEqual(DIAMOND_NAMES.toSorted());
      // A lost answer is known by its owner: nothing runs twice.
      if (fault === "answer lost") expect(harness.steps().toSorted()).toEqual(EACH_ONCE);
      if (!struck.isReached()) break;
    }
  },
);
