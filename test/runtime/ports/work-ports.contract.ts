import { describe, expect, test } from "vitest";
import { deferredItem } from "../../../lambdas/runtime/defer/defer.ts";
import type { DeferredMessages } from "../../../lambdas/runtime/defer/ports.ts";
import type { Claims } from "../../../lambdas/runtime/ports/claims.ts";
import type { Runs } from "../../../lambdas/runtime/ports/runs.ts";
import type { Breakers } from "../../../lambdas/runtime/work/breaker/ports.ts";
import { recordOutcome } from "../../../lambdas/runtime/work/breaker/record.ts";
import { isInDoubt } from "../../../lambdas/runtime/work/claim.ts";
import type { Budgets, StartConditionReader } from "../../../lambdas/runtime/work/ports.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { openBudget } from "../../../lib/contract/budget.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { claimKey, runOfWork } from "../../../lib/contract/keys/claim.ts";
import type { ItemKey } from "../../../lib/contract/keys/item-key.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";
import { BEGAN, first } from "../work/work-harness.ts";
import { claimRequest } from "./claim-request.ts";
import { after, recordedBy } from "./recorded.ts";

/** An implementation of the worker's ports over state. */
export interface WorkImplementation {
  runs: Pick<Runs, "accept" | "read">;
  claims: Claims;
  startConditions: StartConditionReader;
  breakers: Breakers;
  budgets: Budgets;
  deferred: DeferredMessages;
}

let count = 0;

/** What every implementation of the worker's ports must do. Each test uses a run and a breaker of its own. */
export function workPortsContract(name: string, open: () => Promise<WorkImplementation>): void {
  describe(name, () => {
    const fresh = async (limit?: { usd?: number; tokens?: number }) => {
      const harness = await open();
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
      await harness.runs.accept({ ...item, ...(limit && { budget: openBudget(limit) }) } as RunItem);
      const budget = async () => (await harness.runs.read(run))?.budget;
      return { harness, run, budget };
    };
    const defer = (run: string, owner: string, attempt = 1) =>
      deferredItem(
        { ...first, run: { ...first.run, id: run }, attempt },
        { reason: "run paused", due: undefined, owner },
        { retentionDays: 1 },
        BEGAN,
      );
    const breakerPorts = (breakers: Breakers, now: () => number) => ({
      breakers,
      now,
      ...memoryObservation(),
    });

    test("run, operator actions and breaker are read in one call, each or undefined", async () => {
      const { harness, run } = await fresh();
      const stored = await harness.startConditions.read(run, `of ${run}`, `breaker-${run}`);
      expect(stored).toMatchObject({ run: { run }, workflow: undefined, breaker: undefined });
      expect((await harness.startConditions.read("unknown", "w", undefined)).run).toBeUndefined();
    });

    test("a claim keeps what undoes its effect, in time and late; claims are read in the order of their keys", async () => {
      const { harness, run } = await fresh();
      const [done, late, absent] = ["a", "b", "c"].map((path) => claimKey(run, 1, path)) as [
        ItemKey,
        ItemKey,
        ItemKey,
      ];
      const undo = { step: "refund", input: { cents: 1 } };
      for (const path of ["a", "b"])
        await harness.claims.claim(claimRequest(run, path, { lease: BEGAN * 2 }));
      expect(await harness.claims.complete(done, "o", { result: null, emitted: [], undo })).toBe("completed");
      await harness.claims.seal(run, 1);
      expect(await harness.claims.complete(late, "o", { result: { n: 1 }, emitted: [], undo })).toBe("late");
      expect(await harness.claims.read(absent, late, done)).toMatchObject([
        undefined,
        { state: "sealed", late: { n: 1 }, undo },
        { state: "done", result: null, undo },
      ]);
    });

    const claimed = async (claims: Claims, key: ItemKey, owner: string, epoch = 1, more: object = {}) => {
      const about = { step: "s", epoch, ...more };
      return await claims.claim(claimRequest(runOfWork(key), "p", { key, owner, lease: BEGAN * 2, about }));
    };
    const undo = { step: "refund", input: { cents: 1 } };

    describe("an effect of an earlier epoch", () => {
      const earlier = async (more: { late?: boolean; undo?: typeof undo | undefined } = { undo }) => {
        const { harness, run } = await fresh();
        const [first, undone, second] = [
          claimKey(run, 1, "p"),
          claimKey(run, 1, "p", "undo"),
          claimKey(run, 2, "p"),
        ] as const;
        await claimed(harness.claims, first, "o");
        if (more.late) await harness.claims.seal(run, 1);
        await harness.claims.complete(first, "o", { result: { n: 1 }, emitted: [], undo: more.undo });
        await claimed(harness.claims, second, "o2", 2);
        const [effect] = await harness.claims.read(first);
        return { claims: harness.claims, run, undone, second, effect: effect! };
      };

      test.each([false, true])(
        "is reused with its undo, which no worker gets any more; late: %s",
        async (late) => {
          const { claims, undone, second, effect } = await earlier({ late, undo });
          expect(await claims.reuse(second, "o2", effect)).toBe("completed");
          // The answer was lost, and the SDK tried again.
          expect(await claims.reuse(second, "o2", effect)).toBe("completed");
          expect(await claims.read(second, undone)).toMatchObject([
            { state: "done", result: { n: 1 }, undo, reusedFrom: 1 },
            { state: "sealed", direction: "undo", step: "refund", epoch: 1, path: "p" },
          ]);
          expect(await claimed(claims, undone, "o3", 1, { direction: "undo" })).toEqual({ kind: "sealed" });
        },
      );

      test("is not reused once its undo has begun, and nothing is written then", async () => {
        const { claims, undone, second, effect } = await earlier();
        await claimed(claims, undone, "o3", 1, { direction: "undo" });
        expect(await claims.reuse(second, "o2", effect)).toBe("undo begun");
        expect(await claims.read(second, undone)).toMatchObject([{ state: "running" }, { state: "running" }]);
      });

      test("is not reused by a claim that was sealed or taken over, and its undo stays free", async () => {
        const { claims, run, undone, second, effect } = await earlier();
        expect(await claims.reuse(second, "other", effect)).toBe("lost");
        await claims.seal(run, 2);
        expect(await claims.reuse(second, "o2", effect)).toBe("lost");
        expect(await claims.read(undone)).toEqual([undefined]);
      });

      test("without an undo is reused alone; a released undo may still be claimed", async () => {
        const alone = await earlier({ undo: undefined });
        expect(await alone.claims.reuse(alone.second, "o2", alone.effect)).toBe("completed");
        expect(await alone.claims.read(alone.undone)).toEqual([undefined]);
        const { claims, undone, second, effect } = await earlier();
        await claimed(claims, undone, "o3", 1, { direction: "undo" });
        await claims.release(undone, "o3");
        expect(await claims.reuse(second, "o2", effect)).toBe("completed");
        expect(await claims.read(undone)).toMatchObject([{ state: "sealed" }]);
      });
    });

    describe("a claim that is sealed while its worker is at it", () => {
      const doubtful = async () => {
        const { harness, run } = await fresh();
        const key = claimKey(run, 1, "p");
        await claimed(harness.claims, key, "o");
        await harness.claims.seal(run, 1);
        const again = () => claimed(harness.claims, key, "other");
        const [item] = await harness.claims.read(key);
        return { claims: harness.claims, key, again, item: item! };
      };

      test("is in doubt until its worker reports the outcome", async () => {
        const { again, claims, key } = await doubtful();
        expect(await again()).toEqual({ kind: "in doubt", owner: "o", lease: BEGAN * 2 });
        expect(await claims.complete(key, "o", { result: 1, emitted: [], undo })).toBe("late");
        expect(await again()).toEqual({ kind: "sealed" });
      });

      test.each(["retry", "ask"] as const)(
        "a failure (%s) ends the doubt; one whose policy is to ask is asked about",
        async (policy) => {
          const { again, claims, key } = await doubtful();
          expect(await claims.fail(key, "other", { policy, name: "x", message: "y" })).toBe(false);
          expect(await again()).toMatchObject({ kind: "in doubt" });
          expect(await claims.fail(key, "o", { policy, name: "x", message: "y" })).toBe(false);
          expect(await again()).toEqual({ kind: "sealed" });
          const [item] = await claims.read(key);
          expect(item).toMatchObject({ state: "sealed", failure: { name: "x" } });
          expect(item!.asked).toBe(policy === "ask" ? true : undefined);
          expect(await claims.takeOver(key, "o", { owner: "other", lease: BEGAN * 3 })).toBe(false);
        },
      );

      test("released unchanged, it is not in doubt", async () => {
        const { again, claims, key } = await doubtful();
        await claims.release(key, "other");
        expect(await again()).toMatchObject({ kind: "in doubt" });
        await claims.release(key, "o");
        expect(await again()).toEqual({ kind: "sealed" });
      });

      test("is taken over by one, and stays sealed: its result is late", async () => {
        const { again, claims, key } = await doubtful();
        const taken = await Promise.all(
          ["a", "b"].map((owner) => claims.takeOver(key, "o", { owner, lease: BEGAN * 3 })),
        );
        expect(taken.toSorted()).toEqual([false, true]);
        const owner = taken[0] ? "a" : "b";
        expect(await claims.takeOver(key, "o", { owner, lease: BEGAN * 3 })).toBe(true);
        expect(await again()).toEqual({ kind: "in doubt", owner, lease: BEGAN * 3 });
        expect(await claims.complete(key, "o", { result: 1, emitted: [] })).toBe("lost");
        expect(await claims.complete(key, owner, { result: 1, emitted: [] })).toBe("late");
        expect(await claims.takeOver(key, owner, { owner: "c", lease: BEGAN * 3 })).toBe(false);
      });

      test("one that had failed before it was sealed is not in doubt", async () => {
        const { harness, run } = await fresh();
        const key = claimKey(run, 1, "p");
        await claimed(harness.claims, key, "o");
        await harness.claims.fail(key, "o", { policy: "retry", name: "x", message: "y" });
        await harness.claims.seal(run, 1);
        expect(await claimed(harness.claims, key, "other")).toEqual({ kind: "sealed" });
      });
    });

    describe("the completion of a run's last step with the end of the run", () => {
      const last = async () => {
        const { harness, run } = await fresh();
        const key = claimKey(run, 1, "send");
        await harness.claims.claim(claimRequest(run, "send", { lease: BEGAN + 60_000 }));
        const end = async (owner = "o", epoch = 1) =>
          await harness.claims.completeAndEnd(
            key,
            owner,
            { result: { n: 1 }, emitted: [] },
            { run, epoch, acceptedAt: new Date(BEGAN).toISOString(), output: { all: 1 } },
          );
        const state = async () => (await harness.claims.read(key))[0]?.state;
        return { harness, run, end, state };
      };

      test("writes both, or the completion alone", async () => {
        const { harness, run, end, state } = await last();
        const outcome = await end();
        expect(["ended", "completed"]).toContain(outcome);
        expect(await state()).toBe("done");
        expect(await harness.runs.read(run)).toMatchObject(
          outcome === "ended" ? { status: "succeeded", output: { all: 1 } } : { status: "running" },
        );
        expect(await end()).toBe("completed");
      });

      test("ends no run of another epoch", async () => {
        const { harness, run, end, state } = await last();
        expect(await end("o", 2)).toBe("completed");
        expect([await state(), (await harness.runs.read(run))?.status]).toEqual(["done", "running"]);
      });

      test("ends no run whose last claim is lost, or sealed", async () => {
        const { harness, run, end, state } = await last();
        expect(await end("p")).toBe("lost");
        expect(await state()).toBe("running");
        await harness.claims.seal(run, 1);
        expect(await end()).toBe("late");
        expect([await state(), (await harness.runs.read(run))?.status]).toEqual(["sealed", "running"]);
      });
    });

    describe("results of steps without claims that are written together", () => {
      const walked = async () => {
        const { harness, run } = await fresh();
        const resultsBy = (owner: string) => recordedBy(owner, run);
        const keys = resultsBy("o").map(({ request }) => request.key);
        const ended = { run, epoch: 1, acceptedAt: after(0), output: { all: 3 } };
        return { harness, run, keys, resultsBy, ended };
      };

      test("are the claims that each would have alone", async () => {
        const { harness, run, keys, resultsBy } = await walked();
        expect(await harness.claims.recordTogether(resultsBy("o"))).toBe("recorded");
        const found = await harness.claims.read(...keys);
        expect(found).toMatchObject(
          resultsBy("o").map(({ request: { key, about }, startedAt, endedAt }, at) => ({
            ...key,
            state: "done",
            run,
            path: about.path,
            position: at,
            revision: 1,
            startedAt,
            endedAt,
            result: { at },
          })),
        );
        expect(await harness.claims.find(keys[2]!)).toEqual(found[2]);
        await harness.claims.seal(run, 1);
        expect(await harness.claims.read(...keys)).toEqual(found);
      });

      test("are written once, by the first", async () => {
        const { harness, keys, resultsBy } = await walked();
        expect(await harness.claims.recordTogether(resultsBy("o"))).toBe("recorded");
        expect(await harness.claims.recordTogether(resultsBy("o"))).toBe("recorded");
        expect(await harness.claims.recordTogether(resultsBy("p"))).toBe("refused");
        expect((await harness.claims.read(...keys)).map((claim) => claim?.owner)).toEqual(["o", "o", "o"]);
      });

      test("are all refused where the first step is known", async () => {
        const { harness, keys, resultsBy, ended, run } = await walked();
        const [{ request, startedAt, end }] = resultsBy("other");
        await harness.claims.record(request, startedAt, end);
        expect(await harness.claims.recordTogether(resultsBy("o"), ended)).toBe("refused");
        expect(await harness.claims.read(...keys.slice(1))).toEqual([undefined, undefined]);
        expect((await harness.runs.read(run))?.status).toBe("running");
      });

      test("end the run in the same transaction, or not at all", async () => {
        const { harness, run, keys, resultsBy, ended } = await walked();
        const outcome = await harness.claims.recordTogether(resultsBy("o"), ended);
        expect(["ended", "recorded"]).toContain(outcome);
        expect((await harness.claims.read(...keys)).map((claim) => claim?.state)).toEqual([
          "done",
          "done",
          "done",
        ]);
        expect(await harness.runs.read(run)).toMatchObject(
          outcome === "ended" ? { status: "succeeded", output: { all: 3 } } : { status: "running" },
        );
      });

      test("are written where the run cannot end with them", async () => {
        const { harness, run, keys, resultsBy, ended } = await walked();
        expect(await harness.claims.recordTogether(resultsBy("o"), { ...ended, epoch: 2 })).toBe("recorded");
        expect((await harness.claims.read(...keys)).map((claim) => claim?.state)).toEqual([
          "done",
          "done",
          "done",
        ]);
        expect((await harness.runs.read(run))?.status).toBe("running");
      });
    });

    describe("a claim whose earlier attempt may have completed the effect", () => {
      const failure = { policy: "retry", name: "x", message: "y" } as const;
      const doubtful = async () => {
        const { harness, run } = await fresh();
        const key = claimKey(run, 1, "p");
        const again = (fence = 2) => {
          const about = { step: "s", attempt: fence };
          return harness.claims.claim(
            claimRequest(run, "p", { owner: "other", lease: BEGAN * 2, fence, about }),
          );
        };
        const seal = () => harness.claims.seal(run, 1);
        const read = async () => (await harness.claims.read(key))[0]!;
        await claimed(harness.claims, key, "o");
        return { claims: harness.claims, key, again, seal, read };
      };

      test("is in doubt when it is sealed, though the last attempt failed for certain", async () => {
        const { claims, key, again, seal, read } = await doubtful();
        await claims.fail(key, "o", failure, true);
        expect(await again()).toEqual({ kind: "claimed" });
        await claims.fail(key, "other", failure);
        await seal();
        expect(isInDoubt(await read())).toBe(true);
        expect(await again(3)).toMatchObject({ kind: "in doubt", owner: "other" });
        expect(await claims.takeOver(key, "other", { owner: "b", lease: BEGAN * 3 })).toBe(true);
        expect(await claims.complete(key, "b", { result: 1, emitted: [] })).toBe("late");
        expect(isInDoubt(await read())).toBe(false);
      });

      test("is so if it was released, without an owner", async () => {
        const { claims, key, again, seal, read } = await doubtful();
        await claims.fail(key, "o", failure, true);
        await again();
        await claims.release(key, "other");
        await seal();
        expect(await again(3)).toEqual({ kind: "in doubt", owner: undefined, lease: 0 });
        expect(await claims.takeOver(key, "o", { owner: "b", lease: 1 })).toBe(false);
        expect(await claims.takeOver(key, undefined, { owner: "b", lease: 1 })).toBe(true);
        await claims.release(key, "b");
        expect(isInDoubt(await read())).toBe(true);
        expect(await claims.fail(key, undefined, failure)).toBe(false);
        expect(await read()).toMatchObject({ state: "sealed", failure: { name: "x" } });
        expect(isInDoubt(await read())).toBe(false);
      });

      test("is certain again by a completion", async () => {
        const { claims, key, again, read } = await doubtful();
        await claims.fail(key, "o", failure, true);
        await again();
        expect((await read()).doubt).toBeDefined();
        await claims.complete(key, "other", { result: 1, emitted: [] });
        expect((await read()).doubt).toBeUndefined();
      });

      test("needs no second question where a person was asked", async () => {
        const { claims, key, again, seal, read } = await doubtful();
        await claims.fail(key, "o", { ...failure, policy: "ask" }, true);
        await seal();
        expect(isInDoubt(await read())).toBe(false);
        expect(await again()).toEqual({ kind: "sealed" });
      });

      test("is none that was released unchanged, or that failed for certain", async () => {
        const { claims, key, again, seal, read } = await doubtful();
        await claims.release(key, "o");
        await again();
        await claims.fail(key, "other", failure);
        await again(3);
        await claims.release(key, "other");
        await seal();
        expect(await read()).not.toHaveProperty("state");
        expect(await read()).not.toHaveProperty("doubt");
      });
    });

    test("a deferred message is replaced by a later one of its effect, never by an earlier one", async () => {
      const { harness, run } = await fresh();
      expect(await harness.deferred.put(defer(run, "a", 2))).toBe(true);
      expect(await harness.deferred.put(defer(run, "b", 1))).toBe(false);
      expect(await harness.deferred.put(defer(run, "c", 2))).toBe(true);
      expect(await harness.deferred.read(defer(run, "c"))).toMatchObject({
        owner: "c",
        fence: fenceOf({ ...first, attempt: 2 }),
      });
    });

    test("exactly the current item is removed, once", async () => {
      const { harness, run } = await fresh();
      await harness.deferred.put(defer(run, "a"));
      expect(await harness.deferred.remove(defer(run, "b"))).toBe(false);
      expect(await harness.deferred.remove(defer(run, "a"))).toBe(true);
      expect(await harness.deferred.remove(defer(run, "a"))).toBe(false);
      expect(await harness.deferred.read(defer(run, "a"))).toBeUndefined();
    });

    test("a hundred reservations at once stay within the budget to the cent", async () => {
      const { harness, run, budget } = await fresh({ usd: 1 });
      const estimate = { usd: 0.07, tokens: 10 };
      const keys = Array.from({ length: 100 }, (_, at) => `key ${at}`);
      const outcomes = await Promise.all(keys.map((key) => harness.budgets.reserve(run, key, key, estimate)));
      const reserved = keys.filter((_, at) => outcomes[at]!.kind === "reserved");
      expect(reserved).toHaveLength(14);
      expect(await budget()).toMatchObject({ free: { usd: 0.02 } });
      const actual = { usd: 0.05, tokens: 8 };
      const settle = (key: string) =>
        harness.budgets.settle(run, key, { owner: key, usage: estimate, limit: { usd: 1 } }, actual);
      await Promise.all([...reserved, ...reserved].map(settle));
      expect(await budget()).toEqual({
        limit: { usd: 1 },
        free: { usd: 0.3 },
        spent: { usd: 0.7, tokens: 112 },
        reserved: {},
      });
    });

    test("a reservation of the same attempt is reused; a run without a budget is unlimited", async () => {
      const { harness, run } = await fresh({ tokens: 100 });
      const estimate = { usd: 9, tokens: 90 };
      await harness.budgets.reserve(run, "key", "try 1", estimate);
      // The answer to the first write was lost.
      expect(await harness.budgets.reserve(run, "key", "try 1", estimate)).toMatchObject({
        kind: "reserved",
        usage: estimate,
      });
      expect(await harness.budgets.reserve(run, "other", "try 1", { usd: 1, tokens: 11 })).toMatchObject({
        kind: "refused",
        free: { tokens: 10 },
      });
      const { harness: other, run: unlimited } = await fresh();
      expect(await other.budgets.reserve(unlimited, "key", "try 1", { usd: 1, tokens: 1 })).toEqual({
        kind: "unlimited",
      });
    });

    test("what is left may be reserved as a whole; one part that is lacking refuses it", async () => {
      const { harness, run, budget } = await fresh({ usd: 1, tokens: 10 });
      const free = { usd: 1, tokens: 10 };
      for (const more of [{ usd: 2 }, { tokens: 11 }])
        expect(await harness.budgets.reserve(run, "key", "try 1", { ...free, ...more })).toEqual({
          kind: "refused",
          free,
        });
      expect(await harness.budgets.reserve(run, "key", "try 1", free)).toMatchObject({ kind: "reserved" });
      expect(await budget()).toMatchObject({ free: { usd: 0, tokens: 0 } });
    });

    test("an earlier attempt's unsettled reservation counts as spent, and the later one makes its own", async () => {
      const { harness, run, budget } = await fresh({ tokens: 100 });
      await harness.budgets.reserve(run, "key", "try 1", { usd: 2, tokens: 30 });
      expect(await harness.budgets.reserve(run, "key", "try 2", { usd: 1, tokens: 71 })).toMatchObject({
        kind: "refused",
        free: { tokens: 70 },
      });
      expect(await budget()).toMatchObject({ free: { tokens: 70 }, spent: { usd: 0, tokens: 0 } });
      const reservation = await harness.budgets.reserve(run, "key", "try 2", { usd: 1, tokens: 60 });
      expect(reservation).toMatchObject({ kind: "reserved", usage: { usd: 1, tokens: 60 } });
      expect(await budget()).toMatchObject({ free: { tokens: 10 }, spent: { usd: 2, tokens: 30 } });
      await harness.budgets.settle(run, "key", reservation as never, { usd: 1, tokens: 50 });
      expect(await budget()).toEqual({
        limit: { tokens: 100 },
        free: { tokens: 20 },
        spent: { usd: 3, tokens: 80 },
        reserved: {},
      });
    });

    test("a reservation that a later attempt has replaced is not settled by the earlier one", async () => {
      const { harness, run, budget } = await fresh({ tokens: 100 });
      const estimate = { usd: 0, tokens: 40 };
      const first = await harness.budgets.reserve(run, "key", "try 1", estimate);
      await harness.budgets.reserve(run, "key", "try 2", estimate);
      await harness.budgets.settle(run, "key", first as never, { usd: 0, tokens: 10 });
      expect(await budget()).toMatchObject({ free: { tokens: 20 }, spent: { tokens: 40 } });
      expect(Object.keys((await budget())!.reserved)).toEqual(["key"]);
    });

    test("hundreds of concurrent reports are counted exactly, and exactly one of them opens the breaker", async () => {
      const { harness, run } = await fresh();
      const breaker = defineBreaker(run, { failures: 1000, rate: { share: 0.25, least: 200 } });
      const now = () => BEGAN;
      const ports = breakerPorts(harness.breakers, now);
      await recordOutcome(breaker, { kind: "failed", owner: "first" }, ports);
      await Promise.all(
        Array.from({ length: 198 }, (_, at) =>
          recordOutcome(breaker, { kind: at % 4 === 0 ? "failed" : "answered", owner: `o${at}` }, ports),
        ),
      );
      const before = await harness.breakers.read(run);
      expect(before).toMatchObject({ state: "closed", failed: { [BEGAN]: 51 }, answered: { [BEGAN]: 148 } });
      await Promise.all(
        Array.from({ length: 50 }, (_, at) =>
          recordOutcome(breaker, { kind: "failed", owner: `p${at}` }, ports),
        ),
      );
      expect(await harness.breakers.read(run)).toMatchObject({ state: "open", revision: 1, failed: {} });
    });

    test("one of a hundred makes the probe", async () => {
      const { harness, run } = await fresh();
      const breaker = defineBreaker(run, { failures: 1 });
      const ports = breakerPorts(harness.breakers, () => BEGAN);
      await recordOutcome(breaker, { kind: "failed", owner: "first" }, ports);
      const later = breakerPorts(harness.breakers, () => BEGAN + 30_000);
      const states = await Promise.all(
        Array.from({ length: 100 }, (_, at) =>
          recordOutcome(breaker, { kind: "asked", owner: `o${at}`, lease: BEGAN + 60_000 }, later),
        ),
      );
      expect(new Set(states.map(({ probe }) => probe?.owner)).size).toBe(1);
      expect(await harness.breakers.read(run)).toMatchObject({ state: "half-open", revision: 2 });
    });

    test("a call is counted once for each writer, and only on the state that was read", async () => {
      const { harness, run } = await fresh();
      const breaker = defineBreaker(run, { failures: 3 });
      const ports = breakerPorts(harness.breakers, () => BEGAN);
      await recordOutcome(breaker, { kind: "failed", owner: "first" }, ports);
      const stored = (await harness.breakers.read(run))!;
      const observation = { kind: "failed" as const, slot: String(BEGAN), stale: [] };
      // The answer to the first write was lost, and the SDK tried again.
      for (let tries = 0; tries < 2; tries++) {
        const { counted, item } = await harness.breakers.count(stored, "second", observation);
        expect([counted, item.inARow, item.failed]).toEqual([true, 2, { [BEGAN]: 2 }]);
      }
      await recordOutcome(breaker, { kind: "failed", owner: "third" }, ports);
      const opened = await harness.breakers.read(run);
      expect(opened).toMatchObject({ state: "open", revision: stored.revision + 1 });
      expect(await harness.breakers.count(stored, "fourth", observation)).toEqual({
        counted: false,
        item: opened,
      });
      expect(await harness.breakers.read(run)).toEqual(opened);
    });

    test("parts that have left the window are removed", async () => {
      const { harness, run } = await fresh();
      const breaker = defineBreaker(run);
      const at = (now: number) => breakerPorts(harness.breakers, () => now);
      await recordOutcome(breaker, { kind: "failed", owner: "a" }, at(BEGAN));
      await recordOutcome(breaker, { kind: "answered", owner: "b" }, at(BEGAN));
      await recordOutcome(breaker, { kind: "failed", owner: "c" }, at(BEGAN + 60_000));
      expect(await harness.breakers.read(run)).toMatchObject({
        answered: {},
        failed: { [BEGAN + 60_000]: 1 },
        inARow: 1,
      });
    });
  });
}
