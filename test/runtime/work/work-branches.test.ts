import { beforeEach, describe, expect, test, vi } from "vitest";
import { owedEffects } from "../../../lambdas/runtime/completion/undo.ts";
import { answered } from "../../../lambdas/runtime/dead-letters/answered.ts";
import { stepInGroup } from "../../../lambdas/runtime/dead-letters/group.ts";
import { ask, giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import type { ClaimItem, DeadLetterItem, DeferredItem } from "../../../lib/contract/table.ts";
import {
  DIAMOND_ANSWER,
  DIAMOND_NAMES,
  diamond,
  groupHarness,
  SEEN_WITHIN,
  specs,
  walkDespiteDeath,
} from "./group-harness.ts";
import { LEASE_OF_A_DEAD_WORKER, RUN } from "./work-harness.ts";

/** A group with branches that run at the same time. */
let harness: ReturnType<typeof groupHarness>;
beforeEach(() => {
  harness = groupHarness(specs, diamond);
});
const steps = () => harness.began.map(({ step, attempt }) => `${step} ${attempt}`);
const times = (name: string) => harness.began.filter(({ step }) => step === name).length;
const states = () => DIAMOND_NAMES.map((name) => harness.claim(name)?.state);
const deferred = () =>
  DIAMOND_NAMES.flatMap((name) => (harness.state.get(deferredKey(RUN, 1, name, "do")) as DeferredItem) ?? []);
const order = { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" };
const gate = () => Promise.withResolvers<void>();
const running = (name: string) => vi.waitFor(() => expect(harness.claim(name)?.state).toBe("running"));

describe("branches", () => {
  test("run at the same time, and the step after them has the results of both", async () => {
    const both = gate();
    const weigh = async () => {
      await both.promise;
    };
    const stamp = () => both.resolve();
    // Stamp comes after label: it begins although weigh still runs.
    expect(await harness.deliver({}, { weigh, stamp })).toMatchObject({ answer: "success" });
    expect(harness.machines.answers).toEqual([{ token: "t1", output: DIAMOND_ANSWER }]);
    expect(harness.began.at(-1)).toMatchObject({
      step: "send",
      input: { text: "o1 pack label stamp", also: "o1 pack weigh" },
    });
    expect(states()).toEqual(["done", "done", "done", "done", "done"]);
  });

  test("are done once, and a message that is delivered again answers from the claims", async () => {
    await harness.deliver();
    expect(await harness.deliver()).toMatchObject({ answer: "success", delivered: false });
    expect(steps().toSorted()).toEqual(["label 1", "pack 1", "send 1", "stamp 1", "weigh 1"]);
  });

  test("have owners of their own, and a step that is claimed with the end of another has its owner", async () => {
    await harness.deliver();
    const owner = (name: string) => harness.claim(name)!.owner;
    expect(owner("weigh")).not.toBe(owner("label"));
    expect(owner("stamp")).toBe(owner("label"));
  });

  test("are undone in the reverse order of their ends, also if those are at the same time", async () => {
    await harness.deliver();
    const claims = DIAMOND_NAMES.map((name) => harness.claim(name)!) as ClaimItem[];
    expect(owedEffects(claims, "all").map(({ path }) => path)).toEqual(["label", "pack"]);
  });
});

describe("a step that fails", () => {
  test("finally: it is reported at once, nothing else begins, and what runs ends as a late result", async () => {
    const end = gate();
    const weigh = () => Promise.reject(giveUp("no"));
    const label = () => end.promise;
    const delivery = harness.deliver({}, { weigh, label });
    await vi.waitFor(() => expect(harness.machines.answers).toHaveLength(1));
    expect(harness.machines.answers).toMatchObject([{ token: "t1", error: "Millrace.GiveUp" }]);
    harness.change({ status: "closing" });
    await harness.ports.claims.seal(RUN, 1);
    end.resolve();
    expect(await delivery).toMatchObject({ kind: "reported", answer: "failure", delivered: true });
    expect(steps()).toEqual(["pack 1", "label 1", "weigh 1"]);
    expect(harness.claim("label")).toMatchObject({ state: "sealed", late: { text: "o1 pack label" } });
    expect(harness.claim("label")!.undo).toMatchObject({ step: "peel" });
  });

  test("finally: a step that is claimed already is given back", async () => {
    const { ports } = harness;
    const failed = gate();
    const claims = {
      ...ports.claims,
      completeAndClaim: async (...given: Parameters<typeof ports.claims.completeAndClaim>) => {
        const completed = await ports.claims.completeAndClaim(...given);
        if (given[0].about.path === "label") await failed.promise;
        return completed;
      },
      fail: async (...given: Parameters<typeof ports.claims.fail>) => {
        await vi.waitFor(() => expect(harness.claim("stamp")?.state).toBe("running"));
        return await ports.claims.fail(...given);
      },
    };
    const executions = {
      ...ports.executions,
      fail: async (...given: Parameters<typeof ports.executions.fail>) => {
        failed.resolve();
        return await ports.executions.fail(...given);
      },
    };
    await harness.deliver(
      {},
      { weigh: () => Promise.reject(giveUp("no")) },
      { ...ports, claims, executions },
    );
    expect(steps()).toEqual(["pack 1", "label 1", "weigh 1"]);
    expect(harness.claim("stamp")?.state).toBeUndefined();
  });

  test("and is retried: the other branch ends first, and is not repeated", async () => {
    const end = gate();
    const weigh = () => Promise.reject(new Error("no"));
    const label = () => end.promise;
    const delivery = harness.deliver({}, { weigh, label });
    await vi.waitFor(() => expect(harness.claim("weigh")?.state).toBe("failed"));
    expect(harness.machines.answers).toEqual([]);
    end.resolve();
    expect(await delivery).toMatchObject({ answer: "failure" });
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.Retry:weigh" }]);
    expect(states()).toEqual(["done", "done", "done", "failed", undefined]);
    await harness.deliver({ attempt: 2, taskToken: "t2" });
    expect(steps()).toEqual(["pack 1", "label 1", "weigh 1", "stamp 1", "weigh 2", "send 1"]);
    expect(harness.machines.answers.at(-1)).toEqual({ token: "t2", output: DIAMOND_ANSWER });
  });

  test("together with another: each counts its own attempts, and the last one of each is final", async () => {
    const fails = () => Promise.reject(new Error("no"));
    const { attempts } = specs.weigh!.retry;
    expect(attempts).toBe(3);
    for (let attempt = 1; attempt <= attempts; attempt++)
      await harness.deliver({ attempt, taskToken: `t${attempt}` }, { weigh: fails, label: fails });
    expect(harness.machines.answers.map((answer: any) => answer.error)).toEqual([
      "Millrace.Retry:label",
      "Millrace.Retry:label",
      "Millrace.GiveUp",
    ]);
    expect(times("weigh")).toBe(3);
    expect(times("label")).toBe(3);
    // The state machine has counted no failure of weigh: a further message does not run it.
    await harness.deliver({ attempt: 3, taskToken: "t4" });
    expect(times("weigh")).toBe(3);
  });

  test("with a question: it is asked before anything is retried, also if another step fails finally later", async () => {
    const asked = gate();
    const label = () => Promise.reject(ask("did it happen?"));
    const weigh = async () => {
      await vi.waitFor(() => expect(harness.claim("label")?.state).toBe("failed"));
      asked.resolve();
      throw new Error("no");
    };
    await harness.deliver({}, { label, weigh });
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.Ask:label" }]);

    harness = groupHarness(specs, diamond);
    const first = () => Promise.reject(new Error("no"));
    const later = async () => {
      await vi.waitFor(() => expect(harness.claim("weigh")?.state).toBe("failed"));
      throw ask("did it happen?");
    };
    await harness.deliver({}, { label: later, weigh: first });
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.Ask:label" }]);

    harness = groupHarness(specs, diamond);
    const final = async () => {
      await vi.waitFor(() => expect(harness.claim("label")?.state).toBe("failed"));
      throw giveUp("no");
    };
    await harness.deliver({}, { label, weigh: final });
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.Ask:label" }]);
  });

  test("an error of the infrastructure keeps the message, after the other branch has ended", async () => {
    const { ports } = harness;
    const end = gate();
    const startConditions = {
      read: async (...given: Parameters<typeof ports.startConditions.read>) => {
        if (given[3]?.place?.path === "weigh") throw new Error("throttled");
        return await ports.startConditions.read(...given);
      },
    };
    const delivery = harness.deliver({}, { label: () => end.promise }, { ...ports, startConditions });
    const ended = vi.fn();
    delivery.catch(ended);
    await running("label");
    await new Promise(setImmediate);
    expect(ended).not.toHaveBeenCalled();
    end.resolve();
    await expect(delivery).rejects.toThrow("throttled");
    expect(states()).toEqual(["done", "done", "done", "running", undefined]);
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 6_000;
    expect(await harness.deliver()).toMatchObject({ answer: "success" });
    expect(times("label")).toBe(1);
  });
});

describe("when a message waits", () => {
  test("a step that asks to wait lets the other branch end, and then defers the whole message once", async () => {
    const end = gate();
    const weigh = () => Promise.reject(waitAndRetry("busy", 60_000));
    const delivery = harness.deliver({}, { weigh, label: () => end.promise });
    await vi.waitFor(() => expect(steps()).toContain("weigh 1"));
    await new Promise(setImmediate);
    expect(deferred()).toEqual([]);
    end.resolve();
    expect(await delivery).toMatchObject({ kind: "deferred", why: "retry after" });
    expect(deferred()).toMatchObject([{ path: "weigh", message: diamond }]);
    expect(states()).toEqual(["done", "done", "done", undefined, undefined]);
    harness.clock.now += 60_000;
    const again = await harness.resend(deferredKey(RUN, 1, "weigh", "do"));
    expect(await harness.deliver(again as typeof diamond)).toMatchObject({ answer: "success" });
    expect(steps()).toEqual(["pack 1", "label 1", "weigh 1", "stamp 1", "weigh 1", "send 1"]);
  });

  test("two steps that ask to wait have one copy of the message, at the later time", async () => {
    const weigh = () => Promise.reject(waitAndRetry("busy", 60_000));
    const label = () => Promise.reject(waitAndRetry("busy", 90_000));
    expect(await harness.deliver({}, { weigh, label })).toMatchObject({
      kind: "deferred",
      due: harness.clock.now + 90_000,
    });
    expect(deferred()).toMatchObject([
      { path: "label", dueAt: new Date(harness.clock.now + 90_000).toISOString() },
    ]);
    expect(states()).toEqual(["done", undefined, undefined, undefined, undefined]);
  });

  test("two steps that ask to wait both try to store the message, and without success it is delivered again", async () => {
    const weigh = () => Promise.reject(waitAndRetry("busy", 60_000));
    const label = () => Promise.reject(waitAndRetry("busy", 90_000));
    const tried: string[] = [];
    const put = async ({ path }: DeferredItem) => {
      tried.push(path!);
      throw new Error("throttled");
    };
    const { ports } = harness;
    const delivery = harness.deliver(
      {},
      { weigh, label },
      { ...ports, deferred: { ...ports.deferred, put } },
    );
    await expect(delivery).rejects.toThrow("throttled");
    expect(tried).toEqual(["label", "weigh"]);
  });

  test("a step that waits keeps the retry of another until the message is delivered again", async () => {
    const weigh = () => Promise.reject(waitAndRetry("busy", 60_000));
    const label = () => Promise.reject(new Error("no"));
    expect(await harness.deliver({}, { weigh, label })).toMatchObject({ kind: "deferred" });
    expect(harness.machines.answers).toEqual([]);
    const again = await harness.resend(deferredKey(RUN, 1, "weigh", "do"));
    await harness.deliver(again as typeof diamond);
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.Retry:label" }]);
    await harness.deliver({ attempt: 2, taskToken: "t2" });
    expect(harness.machines.answers.at(-1)).toEqual({ token: "t2", output: DIAMOND_ANSWER });
    expect(times("label")).toBe(2);
  });

  test("a step that waits does not keep a final failure of another", async () => {
    const weigh = () => Promise.reject(waitAndRetry("busy", 60_000));
    const label = () => Promise.reject(giveUp("no"));
    expect(await harness.deliver({}, { weigh, label })).toMatchObject({ answer: "failure" });
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.GiveUp" }]);
    expect(deferred()).toEqual([]);
    expect(harness.claim("weigh")?.state).toBeUndefined();
  });

  test("a run that is paused stops in each branch, and continues in each", async () => {
    const weigh = () => {
      harness.change({ paused: order });
      harness.clock.now += SEEN_WITHIN;
    };
    const label = async () => {
      await vi.waitFor(() => expect(harness.run().paused).toBeDefined());
    };
    expect(await harness.deliver({}, { weigh, label })).toMatchObject({
      kind: "deferred",
      why: "run paused",
    });
    expect(deferred()).toMatchObject([{ message: diamond }]);
    expect(states()).toEqual(["done", "done", undefined, "done", undefined]);
    harness.change({ paused: undefined });
    const again = await harness.resend(deferredKey(RUN, 1, "stamp", "do"));
    expect(await harness.deliver(again as typeof diamond)).toMatchObject({ answer: "success" });
    expect(steps()).toEqual(["pack 1", "label 1", "weigh 1", "stamp 1", "send 1"]);
  });

  test("a pause that ends while it is written keeps the message", async () => {
    harness.change({ paused: order });
    const { ports } = harness;
    const put = async (item: DeferredItem) => {
      harness.change({ paused: undefined });
      return await ports.deferred.put(item);
    };
    const delivery = harness.deliver({}, {}, { ...ports, deferred: { ...ports.deferred, put } });
    expect(await delivery).toMatchObject({ kind: "later" });
    expect(deferred()).toEqual([]);
    expect(await harness.deliver()).toMatchObject({ answer: "success" });
  });

  test("a run that ends between two steps begins nothing more in any branch", async () => {
    const weigh = () => void harness.change({ status: "closing" });
    const label = async () => {
      await vi.waitFor(() => expect(harness.run().status).toBe("closing"));
      await harness.ports.claims.seal(RUN, 1);
    };
    expect(await harness.deliver({}, { weigh, label })).toMatchObject({ kind: "dropped" });
    expect(steps()).toEqual(["pack 1", "label 1", "weigh 1"]);
    expect(harness.claim("label")).toMatchObject({ state: "sealed", late: { text: "o1 pack label" } });
  });

  test("a step with too little time left waits for the next delivery, and the other branch ends", async () => {
    const late = { ...specs, stamp: { ...specs.stamp!, timeout: "20 seconds" as const } };
    harness = groupHarness(late, diamond);
    const label = () => {
      harness.clock.now += LEASE_OF_A_DEAD_WORKER - 12_000;
    };
    expect(await harness.deliver({}, { label })).toMatchObject({
      kind: "later",
      why: "too little time is left for stamp",
    });
    expect(states()).toEqual(["done", "done", undefined, "done", undefined]);
    expect(await harness.deliver()).toMatchObject({ answer: "success" });
  });
});

describe("deliveries of the same message", () => {
  test("two at once do each step once, and each of them ends", async () => {
    const deliveries = await Promise.all([harness.deliver(), harness.deliver()]);
    expect(deliveries.map(({ kind }) => kind).toSorted()).toEqual(["later", "reported"]);
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 5_000;
    await harness.deliver();
    expect(steps().toSorted()).toEqual(["label 1", "pack 1", "send 1", "stamp 1", "weigh 1"]);
  });

  test("where another delivery holds one branch, the other one ends, and the last step begins once", async () => {
    const end = gate();
    const first = harness.deliver(
      {},
      { weigh: () => end.promise, label: () => new Promise<never>(() => {}) },
    );
    void first;
    await running("weigh");
    await running("label");
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 5_000;
    // It takes over both.
    const second = harness.deliver();
    await second;
    expect(harness.machines.answers).toEqual([{ token: "t1", output: DIAMOND_ANSWER }]);
    end.resolve();
    await new Promise(setImmediate);
    expect(times("send")).toBe(1);
    expect(times("weigh")).toBe(2);
  });
});

test("a later epoch reuses what the earlier one has done in each branch", async () => {
  await harness.deliver({}, { stamp: () => Promise.reject(giveUp("no")) });
  harness.change({ epoch: 2 });
  await harness.deliver({ run: { ...diamond.run, epoch: 2 }, taskToken: "t2" });
  expect(times("label")).toBe(1);
  expect(times("stamp")).toBe(2);
  expect(harness.machines.answers.at(-1)).toEqual({ token: "t2", output: DIAMOND_ANSWER });
  expect(harness.claim("label", 2)).toMatchObject({ state: "done", reusedFrom: 1 });
});

describe.each(["before", "after"] as const)("a worker that dies %s any call", (when) => {
  test.each([
    ["all goes well", {}],
    ["a branch fails once", { weigh: 1 }],
    ["both branches fail once", { weigh: 1, label: 1 }],
    ["each step fails once", { pack: 1, label: 1, stamp: 1, weigh: 1, send: 1 }],
  ])("is followed by one that ends the group: %s", async (_, failing: Record<string, number>) => {
    for (let at = 0; ; at++) {
      harness = groupHarness(specs, diamond);
      const reached = await walkDespiteDeath(harness, failing, at, when);
      expect(harness.machines.answers.at(-1)).toMatchObject({ output: DIAMOND_ANSWER });
      expect(states()).toEqual(["done", "done", "done", "done", "done"]);
      const last = (name: string) => steps().findLastIndex((line) => line.startsWith(name));
      const first = (name: string) => steps().findIndex((line) => line.startsWith(name));
      expect(first("send")).toBeGreaterThan(Math.max(last("stamp"), last("weigh")));
      expect(first("stamp")).toBeGreaterThan(last("label"));
      if (!reached) break;
    }
  });
});

describe("a dead message", () => {
  const letter = (message: object = {}) =>
    ({
      purpose: "step",
      run: RUN,
      epoch: 1,
      path: "pack",
      step: "pack",
      body: JSON.stringify({ ...diamond, ...message }),
    }) as DeadLetterItem;

  test("is answered with a failure only if no other branch is stuck", async () => {
    const label = () => new Promise<never>(() => {});
    void harness.deliver({}, { weigh: () => Promise.reject(new Error("no")), label });
    await running("label");
    await vi.waitFor(() => expect(harness.claim("weigh")?.state).toBe("failed"));
    expect(await answered(letter(), harness.ports)).toMatchObject({ until: expect.any(Number) });
    expect(await stepInGroup(letter(), harness.ports)).toEqual({ step: "label", path: "label" });
    expect(harness.machines.answers).toEqual([]);
  });

  test("waits until no worker holds a claim of any branch", async () => {
    const never = () => new Promise<never>(() => {});
    void harness.deliver({}, { weigh: never, label: never });
    await running("weigh");
    await running("label");
    const { lease } = harness.claim("label")!;
    harness.state.put({ ...harness.claim("weigh")!, lease: lease - 1 });
    expect(await answered(letter(), harness.ports)).toEqual({ until: lease });
  });

  test("is answered with a final failure in any case", async () => {
    const fail = harness.ports.executions.fail;
    const executions = { ...harness.ports.executions, fail: () => Promise.reject(new Error("killed")) };
    const label = () => new Promise<never>(() => {});
    void harness
      .deliver({}, { weigh: () => Promise.reject(giveUp("no")), label }, { ...harness.ports, executions })
      .catch(() => {});
    await running("label");
    await vi.waitFor(() => expect(harness.claim("weigh")?.state).toBe("failed"));
    expect(await answered(letter(), { ...harness.ports, executions: { ...executions, fail } })).toBe(true);
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.GiveUp" }]);
  });
});
