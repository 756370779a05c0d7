import { beforeEach, describe, expect, test, vi } from "vitest";
import { missingTasks } from "../../../lambdas/runtime/completion/progress.ts";
import { answered } from "../../../lambdas/runtime/dead-letters/answered.ts";
import { stepInGroup } from "../../../lambdas/runtime/dead-letters/group.ts";
import { recordOutcome } from "../../../lambdas/runtime/work/breaker/record.ts";
import { answerGroup, LONGEST_ANSWER } from "../../../lambdas/runtime/work/group/walk.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { ask, giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { claimKey, pathOfClaim } from "../../../lib/contract/keys/claim.ts";
import { breakerKey } from "../../../lib/contract/keys/control.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import type { DeadLetterItem, DeferredItem } from "../../../lib/contract/table.ts";
import {
  ALL_REPEATABLE,
  ANSWER,
  FAILING,
  group,
  groupHarness,
  NAMES,
  repeatable,
  SEEN_WITHIN,
  specs,
  walkDespiteDeath,
} from "./group-harness.ts";
import { LEASE_OF_A_DEAD_WORKER, RUN } from "./work-harness.ts";

let harness: ReturnType<typeof groupHarness>;
beforeEach(() => {
  harness = groupHarness();
});
const order = { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" };
const steps = () => harness.began.map(({ step, attempt }) => `${step} ${attempt}`);
const deferredAt = (path: string) =>
  harness.state.get(deferredKey(RUN, 1, path, "do")) as DeferredItem | undefined;
const states = () => NAMES.map((name) => harness.claim(name)?.state);

test("each step reports its call to a breaker that they share", async () => {
  const breaker = defineBreaker("model", { failures: 5, rate: { share: 0.5, least: 3 } });
  const shared = Object.entries(specs).map(([name, spec]) => [name, { ...spec, breaker }]);
  harness = groupHarness(Object.fromEntries(shared));
  await recordOutcome(breaker, { kind: "failed", owner: "earlier" }, harness.ports);
  await harness.deliver({}, { weigh: () => Promise.reject(new Error("503")) });
  expect(harness.state.get(breakerKey("model"))).toMatchObject({ state: "open" });
});

test("steps run one after another, each with its own claim, and the message is answered once", async () => {
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(harness.machines.answers).toEqual([{ token: "t1", output: ANSWER }]);
  expect(harness.began.map(({ input }) => input)).toEqual([
    { text: "o1" },
    { text: "o1 pack" },
    { text: "o1 pack weigh" },
  ]);
  expect(states()).toEqual(["done", "done", "done"]);
  expect(harness.claim("pack")).toMatchObject({
    step: "pack",
    attempt: 1,
    undo: { step: "unpack", input: { text: "o1" } },
  });
});

test.each([
  ["that just fit are answered", 0, "success"],
  ["with one byte more fail", 1, "failure"],
])("results %s", async (_, more, answer) => {
  const message = { ...group, group: { ...group.group, answer: { f: 0 } } };
  const text = "x".repeat(LONGEST_ANSWER - JSON.stringify({ f: "" }).length + more);
  expect(await answerGroup(message, [text], harness.ports)).toMatchObject({ answer });
});

test("a message that is delivered again answers from the claims", async () => {
  await harness.deliver();
  expect(await harness.deliver()).toMatchObject({ answer: "success", delivered: false });
  expect(steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
});

describe("a step that fails", () => {
  test.each([
    ["anything thrown", new TypeError("odd"), "Millrace.Retry:weigh"],
    ["ask", ask("did it happen?"), "Millrace.Ask:weigh"],
    ["giveUp", giveUp("wrong"), "Millrace.GiveUp"],
  ])("%s: it fails as itself, and nothing after it begins", async (_, thrown, error) => {
    const weigh = () => Promise.reject(thrown);
    expect(await harness.deliver({}, { weigh })).toMatchObject({ answer: "failure" });
    const [answer] = harness.machines.answers;
    expect(answer).toMatchObject({ token: "t1", error });
    expect(JSON.stringify(answer)).toContain("weigh");
    expect(states()).toEqual(["done", "failed", undefined]);
  });

  test("is retried with the group, counts its own attempts, and completed steps are not repeated", async () => {
    const weigh = () => Promise.reject(new Error("no"));
    const send = () => Promise.reject(new Error("no"));
    await harness.deliver({}, { weigh });
    await harness.deliver({ attempt: 2, taskToken: "t2" }, { weigh });
    await harness.deliver({ attempt: 3, taskToken: "t3" }, { send });
    await harness.deliver({ attempt: 4, taskToken: "t4" });
    expect(steps()).toEqual(["pack 1", "weigh 1", "weigh 2", "weigh 3", "send 1", "send 2"]);
    expect(harness.claim("send")).toMatchObject({ state: "done", attempt: 2 });
    expect(harness.machines.answers.at(-1)).toEqual({ token: "t4", output: ANSWER });
  });

  test("counts its attempts also if it is the first", async () => {
    const pack = () => Promise.reject(new Error("no"));
    await harness.deliver({}, { pack });
    await harness.deliver({ attempt: 2, taskToken: "t2" }, { pack });
    await harness.deliver({ attempt: 3, taskToken: "t3" });
    expect(steps()).toEqual(["pack 1", "pack 2", "pack 3", "weigh 1", "send 1"]);
  });

  test("an old message that is redelivered does not run it again", async () => {
    const weigh = () => Promise.reject(new Error("no"));
    await harness.deliver({}, { weigh });
    await harness.deliver({ attempt: 2, taskToken: "t2" }, { weigh });
    await harness.deliver({ attempt: 1 });
    await harness.deliver({ attempt: 2, taskToken: "t2" });
    expect(steps()).toEqual(["pack 1", "weigh 1", "weigh 2"]);
  });

  test("a state that is entered again begins with attempt 1", async () => {
    const weigh = () => Promise.reject(ask("sure?"));
    await harness.deliver({}, { weigh });
    await harness.deliver({ entered: "2026-11-21T10:05:00.000Z", taskToken: "t2" });
    expect(steps()).toEqual(["pack 1", "weigh 1", "weigh 1", "send 1"]);
  });
});

describe("when a message stays in the queue", () => {
  test("a run that is paused between two steps is deferred there, with the whole message, and continues there", async () => {
    const pack = () => {
      harness.change({ paused: order });
      harness.clock.now += SEEN_WITHIN;
    };
    expect(await harness.deliver({}, { pack })).toMatchObject({ kind: "deferred", why: "run paused" });
    expect(deferredAt("weigh")).toMatchObject({ step: "weigh", path: "weigh", message: group });
    expect(states()).toEqual(["done", undefined, undefined]);
    harness.change({ paused: undefined });
    const again = await harness.resend(deferredKey(RUN, 1, "weigh", "do"));
    expect(await harness.deliver(again as typeof group)).toMatchObject({ answer: "success" });
    expect(steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
    expect(deferredAt("weigh")).toBeUndefined();
  });

  test("a step that asks to wait defers the message, and keeps its attempt", async () => {
    const weigh = () => Promise.reject(waitAndRetry("busy", 60_000));
    await harness.deliver({ attempt: 3 }, { weigh });
    expect(deferredAt("weigh")).toMatchObject({ reason: "retry after", message: { ...group, attempt: 3 } });
    harness.clock.now += 60_000;
    const again = await harness.resend(deferredKey(RUN, 1, "weigh", "do"));
    await harness.deliver(again as typeof group);
    expect(steps()).toEqual(["pack 1", "weigh 1", "weigh 1", "send 1"]);
  });

  test("a run that ends between two steps begins nothing more, and keeps what is done for its undo", async () => {
    const pack = async () => {
      harness.change({ status: "closing" });
      await harness.ports.claims.seal(RUN, 1);
    };
    expect(await harness.deliver({}, { pack })).toMatchObject({ kind: "dropped" });
    expect(steps()).toEqual(["pack 1"]);
    expect(harness.claim("pack")).toMatchObject({ state: "sealed", late: { text: "o1 pack" } });
  });

  test("a step with too little time left waits for the next delivery", async () => {
    const pack = () => {
      harness.clock.now += LEASE_OF_A_DEAD_WORKER - 9_000;
    };
    const outcome = await harness.deliver({}, { pack });
    expect(outcome).toEqual({
      kind: "later",
      at: harness.clock.now,
      why: "too little time is left for weigh",
    });
    expect(await harness.deliver()).toMatchObject({ answer: "success" });
    expect(steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
  });

  test("two deliveries at once do each step once", async () => {
    const [one, other] = await Promise.all([harness.deliver(), harness.deliver()]);
    expect([one.kind, other.kind].sort()).toEqual(["later", "reported"]);
    harness.clock.now += LEASE_OF_A_DEAD_WORKER + 5_000;
    await harness.deliver();
    expect(steps()).toEqual(["pack 1", "weigh 1", "send 1"]);
  });
});

test("a later epoch reuses what the earlier one has done, and continues with what it has not", async () => {
  const weigh = () => Promise.reject(giveUp("no"));
  await harness.deliver({}, { weigh });
  harness.change({ epoch: 2 });
  await harness.deliver({ run: { ...group.run, epoch: 2 }, taskToken: "t2" });
  expect(steps()).toEqual(["pack 1", "weigh 1", "weigh 1", "send 1"]);
  expect(harness.claim("pack", 2)).toMatchObject({ state: "done", reusedFrom: 1 });
});

test("results that are too large together fail the group with a remedy", async () => {
  const large = () => ({ text: "x".repeat(200 * 1024) });
  await harness.deliver(
    { group: { ...group.group, steps: group.group.steps.map((step) => ({ ...step, reads: [""] })) } },
    { pack: large, send: large },
  );
  expect(harness.machines.answers).toMatchObject([{ error: "Millrace.GiveUp" }]);
  expect(JSON.stringify(harness.machines.answers)).toContain("apart: true");
});

describe.each(["before", "after"] as const)("a worker that dies %s any call", (when) => {
  test.each(FAILING)("is followed by one that ends the group: %s", async (_, failing) => {
    for (let at = 0; ; at++) {
      harness = groupHarness();
      const reached = await walkDespiteDeath(harness, failing, at, when);
      expect(harness.machines.answers.at(-1)).toMatchObject({ output: ANSWER });
      expect(states()).toEqual(["done", "done", "done"]);
      const order = harness.began.map(({ step }) => NAMES.indexOf(step));
      expect(order).toEqual(order.toSorted());
      if (!reached) break;
    }
  });
});

describe("a group's message that nothing explains", () => {
  const since = "2026-11-21T10:00:00.000Z";
  const task = { queueUrl: "q", message: group, since };
  const missing = (known: object) =>
    missingTasks(
      [task],
      { run: {}, claims: [], deferred: [], items: [], paused: false, hasEnded: () => false, ...known },
      Date.parse(since) + 2 * 60 * 60_000,
    );
  const later = Date.parse(since) + 3 * 60 * 60_000;

  test("is missing, unless a step of it is held, deferred or dead", () => {
    expect(missing({})).toEqual([task]);
    const claim = { ...claimKey(RUN, 1, "weigh"), state: "running", lease: later };
    expect(missing({ claims: [claim] })).toEqual([]);
    const item = { ...deferredKey(RUN, 1, "send", "do"), fence: fenceOf(group), dueAt: since };
    expect(missing({ deferred: [item] })).toEqual([]);
    expect(missing({ run: { stuck: { path: "weigh" } } })).toEqual([]);
    expect(missing({ run: { stuck: { path: "other" } } })).toEqual([task]);
  });
});

describe("a dead message of a group", () => {
  const letter = (message: object = {}) =>
    ({
      purpose: "step",
      run: RUN,
      epoch: 1,
      path: "pack",
      step: "pack",
      body: JSON.stringify({ ...group, ...message }),
    }) as DeadLetterItem;
  const fail = () => Promise.reject(giveUp("no"));

  test("is answered where all its steps are done", async () => {
    harness.ports.executions.succeed = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver()).rejects.toThrow("killed");
    const succeed = vi.fn(async () => "delivered" as const);
    const executions = { ...harness.ports.executions, succeed };
    expect(await answered(letter(), { ...harness.ports, executions })).toBe(true);
    expect(succeed).toHaveBeenCalledWith("t1", ANSWER);
  });

  test("is answered with the failure of its step, but not by an earlier attempt's", async () => {
    await harness.deliver({}, { weigh: fail });
    expect(await answered(letter({ attempt: 2 }), harness.ports)).toBe(false);
    expect(await answered(letter(), harness.ports)).toBe(true);
  });

  test("is answered with a failure after which the step is retried, although later steps have not begun", async () => {
    const { fail: report } = harness.ports.executions;
    harness.ports.executions.fail = () => Promise.reject(new Error("killed"));
    const weigh = () => Promise.reject(new Error("no"));
    await expect(harness.deliver({}, { weigh })).rejects.toThrow("killed");
    harness.ports.executions.fail = report;
    expect(await answered(letter(), harness.ports)).toBe(true);
    expect(harness.machines.answers).toMatchObject([{ token: "t1", error: "Millrace.Retry:weigh" }]);
  });

  test("is kept at the step that is not done, and waits for a worker that holds it", async () => {
    const weigh = () => new Promise<never>(() => {});
    void harness.deliver({}, { weigh });
    await vi.waitFor(() => expect(harness.claim("weigh")?.state).toBe("running"));
    expect(await answered(letter(), harness.ports)).toMatchObject({ until: expect.any(Number) });
    expect(await stepInGroup(letter(), harness.ports)).toEqual({ step: "weigh", path: "weigh" });
  });
});

describe("a repeatable step of a group", () => {
  const claimsWritten = (path: string) =>
    harness.state.changes.filter(({ after }) => after?.kind === "claim" && after.path === path).length;

  beforeEach(() => {
    harness = groupHarness(repeatable("weigh"));
  });

  test("is written once, between two that are claimed", async () => {
    expect(await harness.deliver()).toMatchObject({ answer: "success" });
    expect(harness.machines.answers).toEqual([{ token: "t1", output: ANSWER }]);
    expect(NAMES.map(claimsWritten)).toEqual([2, 1, 2]);
  });

  test("runs in two deliveries at once, and the group continues with the first result in both", async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const slow = harness.deliver({}, { weigh: () => promise.then(() => ({ text: "slow" })) });
    await vi.waitFor(() => expect(steps()).toContain("weigh 1"));
    expect(await harness.deliver({}, { weigh: () => ({ text: "quick" }) })).toMatchObject({
      answer: "success",
    });
    resolve();
    expect(await slow).toMatchObject({ answer: "success" });
    expect(harness.claim("weigh")!.result).toEqual({ text: "quick" });
    expect(harness.began.filter(({ step }) => step === "send").map(({ input }) => input)).toEqual([
      { text: "quick" },
    ]);
    expect(NAMES.map(claimsWritten)).toEqual([2, 1, 2]);
  });

  describe("after one that is repeatable, too", () => {
    beforeEach(() => {
      harness = groupHarness(ALL_REPEATABLE);
    });

    test("is not looked up by the delivery that has just completed the one before", async () => {
      const { claims } = harness.ports;
      const read: string[] = [];
      harness.ports.claims = {
        ...claims,
        async read(...keys) {
          read.push(...keys.map(pathOfClaim));
          return await claims.read(...keys);
        },
      };
      expect(await harness.deliver()).toMatchObject({ answer: "success" });
      expect(read).toEqual(["pack"]);
      expect(NAMES.map(claimsWritten)).toEqual([1, 1, 1]);
    });
  });

  test("counts its attempts in its claim", async () => {
    const weigh = () => Promise.reject(new Error("no"));
    await harness.deliver({}, { weigh });
    await harness.deliver({ attempt: 2, taskToken: "t2" }, { weigh });
    await harness.deliver({ attempt: 3, taskToken: "t3" });
    expect(steps()).toEqual(["pack 1", "weigh 1", "weigh 2", "weigh 3", "send 1"]);
    expect(harness.claim("weigh")).toMatchObject({ state: "done", attempt: 3 });
  });
});
