import { describe, expect, test } from "vitest";
import { parkedItem } from "../../lambdas/runtime/defer/defer.ts";
import type { ParkedMessages } from "../../lambdas/runtime/defer/ports.ts";
import type { Claims, Runs } from "../../lambdas/runtime/ports.ts";
import { tell } from "../../lambdas/runtime/work/breaker/tell.ts";
import { fenceOf } from "../../lambdas/runtime/work/claim.ts";
import type { Breakers, Budgets, Standings } from "../../lambdas/runtime/work/ports.ts";
import { defineBreaker } from "../../lib/contract/breaker.ts";
import { openBudget } from "../../lib/contract/budget.ts";
import { claimKey, type ItemKey, runKey } from "../../lib/contract/keys.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import { memoryObservation } from "./memory.ts";
import { BEGAN, first } from "./work-world.ts";

/** An implementation of the worker's ports over state. */
export interface WorkImplementation {
  runs: Pick<Runs, "accept" | "read">;
  claims: Claims;
  standings: Standings;
  breakers: Breakers;
  budgets: Budgets;
  parked: ParkedMessages;
}

let count = 0;

/** What every implementation of the worker's ports must do. Each test uses a run and a breaker of its own. */
export function workPortsContract(name: string, open: () => Promise<WorkImplementation>): void {
  describe(name, () => {
    const fresh = async (limit?: { usd?: number; tokens?: number }) => {
      const world = await open();
      const run = `work-${++count}`;
      const item = {
        ...runKey(run),
        kind: "run",
        run,
        workflow: "w",
        epoch: 1,
        status: "running",
        revision: 1,
      };
      await world.runs.accept({ ...item, ...(limit && { budget: openBudget(limit) }) } as RunItem);
      const budget = async () => (await world.runs.read(run))?.budget;
      return { world, run, budget };
    };
    const park = (run: string, owner: string, attempt = 1) =>
      parkedItem(
        { ...first, run: { ...first.run, id: run }, attempt },
        { reason: "run paused", due: undefined, owner },
        { queueUrl: "q", retentionDays: 1 },
        BEGAN,
      );
    const breakerPorts = (breakers: Breakers, now: () => number) => ({
      breakers,
      now,
      ...memoryObservation(),
    });

    test("run, orders and breaker are read at once, each or undefined", async () => {
      const { world, run } = await fresh();
      const standing = await world.standings.read(run, `of ${run}`, `breaker-${run}`);
      expect(standing).toMatchObject({ run: { run }, workflow: undefined, breaker: undefined });
      expect((await world.standings.read("nobody", "w", undefined)).run).toBeUndefined();
    });

    test("a claim keeps what undoes its effect, in time and late; claims are read in the order of their keys", async () => {
      const { world, run } = await fresh();
      const [done, late, absent] = ["a", "b", "c"].map((path) => claimKey(run, 1, path)) as [
        ItemKey,
        ItemKey,
        ItemKey,
      ];
      const undo = { step: "refund", input: { cents: 1 } };
      for (const key of [done, late]) {
        const about = { run, epoch: 1, workflow: "w", step: "s", path: "p", direction: "do" as const };
        await world.claims.claim({
          ...{ key, owner: "o", lease: BEGAN * 2, fence: 1, takeover: true },
          about: { ...about, attempt: 1, correlation: "c", cause: "e", hops: 0 },
        });
      }
      expect(await world.claims.complete(done, "o", null, [], { undo, reusedFrom: 3 })).toBe("completed");
      await world.claims.seal(run, 1);
      expect(await world.claims.complete(late, "o", { n: 1 }, [], { undo })).toBe("late");
      expect(await world.claims.read(absent, late, done)).toMatchObject([
        undefined,
        { state: "sealed", late: { n: 1 }, undo },
        { state: "done", result: null, undo, reusedFrom: 3 },
      ]);
    });

    test("a parked message is replaced by a later one of its effect, never by an earlier one", async () => {
      const { world, run } = await fresh();
      expect(await world.parked.put(park(run, "a", 2))).toBe(true);
      expect(await world.parked.put(park(run, "b", 1))).toBe(false);
      expect(await world.parked.put(park(run, "c", 2))).toBe(true);
      expect(await world.parked.read(park(run, "c"))).toMatchObject({
        owner: "c",
        fence: fenceOf({ ...first, attempt: 2 }),
      });
    });

    test("exactly the item in hand is removed, once", async () => {
      const { world, run } = await fresh();
      await world.parked.put(park(run, "a"));
      expect(await world.parked.remove(park(run, "b"))).toBe(false);
      expect(await world.parked.remove(park(run, "a"))).toBe(true);
      expect(await world.parked.remove(park(run, "a"))).toBe(false);
      expect(await world.parked.read(park(run, "a"))).toBeUndefined();
    });

    test("a hundred reservations at once stay within the budget to the cent", async () => {
      const { world, run, budget } = await fresh({ usd: 1 });
      const estimate = { usd: 0.07, tokens: 10 };
      const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`);
      const outcomes = await Promise.all(keys.map((key) => world.budgets.reserve(run, key, estimate)));
      const reserved = keys.filter((_, at) => outcomes[at]!.kind === "reserved");
      expect(reserved).toHaveLength(14);
      expect(await budget()).toMatchObject({ free: { usd: 0.02 } });
      const actual = { usd: 0.05, tokens: 8 };
      const settle = (key: string) =>
        world.budgets.settle(run, key, { usage: estimate, limit: { usd: 1 } }, actual);
      await Promise.all([...reserved, ...reserved].map(settle));
      expect(await budget()).toEqual({
        limit: { usd: 1 },
        free: { usd: 0.3 },
        spent: { usd: 0.7, tokens: 112 },
        reserved: {},
      });
    });

    test("a reservation that stands is taken as it is; a run without a budget is unlimited", async () => {
      const { world, run } = await fresh({ tokens: 100 });
      await world.budgets.reserve(run, "key", { usd: 9, tokens: 90 });
      expect(await world.budgets.reserve(run, "key", { usd: 1, tokens: 50 })).toMatchObject({
        kind: "reserved",
        usage: { usd: 9, tokens: 90 },
      });
      expect(await world.budgets.reserve(run, "other", { usd: 1, tokens: 11 })).toMatchObject({
        kind: "refused",
        free: { tokens: 10 },
      });
      const { world: other, run: unlimited } = await fresh();
      expect(await other.budgets.reserve(unlimited, "key", { usd: 1, tokens: 1 })).toEqual({
        kind: "unlimited",
      });
    });

    test("hundreds that report at once are counted exactly, and exactly one of them opens the breaker", async () => {
      const { world, run } = await fresh();
      const breaker = defineBreaker(run, { failures: 1000, rate: { share: 0.25, least: 200 } });
      const now = () => BEGAN;
      const ports = breakerPorts(world.breakers, now);
      await tell(breaker, { kind: "failed", owner: "first" }, ports);
      await Promise.all(
        Array.from({ length: 198 }, (_, at) =>
          tell(breaker, { kind: at % 4 === 0 ? "failed" : "answered", owner: `o${at}` }, ports),
        ),
      );
      const before = await world.breakers.read(run);
      expect(before).toMatchObject({ state: "closed", failed: { [BEGAN]: 51 }, answered: { [BEGAN]: 148 } });
      await Promise.all(
        Array.from({ length: 50 }, (_, at) => tell(breaker, { kind: "failed", owner: `p${at}` }, ports)),
      );
      expect(await world.breakers.read(run)).toMatchObject({ state: "open", revision: 1, failed: {} });
    });

    test("one of a hundred becomes the one that tries", async () => {
      const { world, run } = await fresh();
      const breaker = defineBreaker(run, { failures: 1 });
      const ports = breakerPorts(world.breakers, () => BEGAN);
      await tell(breaker, { kind: "failed", owner: "first" }, ports);
      const later = breakerPorts(world.breakers, () => BEGAN + 30_000);
      const states = await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          tell(breaker, { kind: "asked", owner: `o${at}`, lease: BEGAN + 60_000 }, later),
        ),
      );
      expect(new Set(states.map(({ probe }) => probe?.owner)).size).toBe(1);
      expect(await world.breakers.read(run)).toMatchObject({ state: "half-open", revision: 2 });
    });

    test("parts of the window that have gone by are forgotten", async () => {
      const { world, run } = await fresh();
      const breaker = defineBreaker(run);
      const at = (now: number) => breakerPorts(world.breakers, () => now);
      await tell(breaker, { kind: "failed", owner: "a" }, at(BEGAN));
      await tell(breaker, { kind: "answered", owner: "b" }, at(BEGAN));
      await tell(breaker, { kind: "failed", owner: "c" }, at(BEGAN + 60_000));
      expect(await world.breakers.read(run)).toMatchObject({
        answered: {},
        failed: { [BEGAN + 60_000]: 1 },
        inARow: 1,
      });
    });
  });
}
