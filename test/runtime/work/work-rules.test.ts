import { beforeEach, describe, expect, test, vi } from "vitest";
import * as z from "zod";
import { offload } from "../../../lambdas/runtime/payload/offload.ts";
import { restore } from "../../../lambdas/runtime/payload/restore.ts";
import { answerIfOver } from "../../../lambdas/runtime/wait/answer-if-over.ts";
import { admitByBreaker, admitByRun, unavailable } from "../../../lambdas/runtime/work/admission.ts";
import { admitEffect } from "../../../lambdas/runtime/work/admit-effect.ts";
import { attempt } from "../../../lambdas/runtime/work/attempt.ts";
import { asRecorded, lastFailure } from "../../../lambdas/runtime/work/attempts.ts";
import { askBreaker } from "../../../lambdas/runtime/work/breaker/ask.ts";
import { earlierEffect } from "../../../lambdas/runtime/work/earlier.ts";
import { effectOf } from "../../../lambdas/runtime/work/effect.ts";
import { failedBefore, located } from "../../../lambdas/runtime/work/failed-before.ts";
import { fail, succeed } from "../../../lambdas/runtime/work/outcome.ts";
import type { WorkPorts } from "../../../lambdas/runtime/work/ports.ts";
import { portsFor } from "../../../lambdas/runtime/work/repeatable.ts";
import { refitted } from "../../../lambdas/runtime/work/result.ts";
import { remembering } from "../../../lambdas/runtime/work/route-to-version.ts";
import { spender } from "../../../lambdas/runtime/work/spend.ts";
import { yieldTo } from "../../../lambdas/runtime/work/yield-to.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { ask, giveUp, StepFailure, waitAndRetry } from "../../../lib/contract/failure.ts";
import { EXPRESS_ATTEMPT } from "../../../lib/contract/groups/express.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { defineStep, type StepSpec } from "../../../lib/contract/step.ts";
import type { ClaimItem, RunItem } from "../../../lib/contract/table.ts";
import { BEGAN, charge, first, key, never, RUN, workHarness } from "./work-harness.ts";

/** The rules of a worker, one by one. */
let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});
const FAILURE = { policy: "retry", name: "x", message: "y" } as const;
const mail = defineBreaker("mail", { cooldown: "1 minute" } as never);
const calls = { ...charge, breaker: mail } as unknown as StepSpec;
const spec = charge as unknown as StepSpec;
const invocation = { id: "me", deadline: BEGAN + 30_000 };
const effect = (more: object = {}, of: StepSpec = spec) => effectOf({ ...first, ...more }, of, invocation);
const refuse = async () => Promise.reject(new Error("called"));

describe("an effect begins", () => {
  const run = (more: Partial<RunItem> = {}) => ({ status: "running", epoch: 1, ...more }) as RunItem;
  const order = { by: "ada", why: "", key: "k", at: "" };
  test.each<[string, object, object, object]>([
    ["in a run that runs", {}, { run: run() }, { kind: "proceed" }],
    [
      "in a run whose start is not recorded yet",
      {},
      { run: run({ status: "accepted" }) },
      { kind: "proceed" },
    ],
    ["not without a run", {}, {}, { kind: "drop", why: "the run does not exist" }],
    [
      "not in another epoch",
      {},
      { run: run({ epoch: 2 }) },
      { kind: "drop", why: "the run is running in epoch 2" },
    ],
    ["not in a run that is closing", {}, { run: run({ status: "closing" }) }, { kind: "drop" }],
    [
      "not in a way that has lost",
      {},
      { run: run(), lost: { race: "first", way: "a" } },
      { kind: "drop", why: "another way of first has won" },
    ],
    [
      "not where an execution has taken over",
      { express: {} },
      { run: run({ execution: "arn" }) },
      { kind: "drop" },
    ],
    ["without an execution", { express: {} }, { run: run() }, { kind: "proceed" }],
    [
      "later in a paused run",
      {},
      { run: run({ paused: order }) },
      { kind: "defer", reason: "run paused", due: undefined },
    ],
    [
      "later in a paused workflow",
      {},
      { run: run(), workflow: { paused: order } },
      { kind: "defer", reason: "workflow paused" },
    ],
    [
      "as an undo, whatever is paused",
      { direction: "undo" },
      { run: run({ status: "closing", paused: order }) },
      { kind: "proceed" },
    ],
  ])("%s", (_, more, conditions, expected) => {
    expect(admitByRun({ ...first, ...more } as never, conditions as never)).toMatchObject(expected);
  });

  const open = { state: "open", until: BEGAN + 120_000, inARow: 0, answered: {}, failed: {} } as never;
  const at = { owner: "me", now: BEGAN, random: 0.5 };
  test.each([
    ["half of the time is the spread of the first wait", 0, 120_000 + 30_000],
    ["and more with each wait", 3, 120_000 + 120_000],
    ["up to ten", 10, 120_000 + 330_000],
    ["and not after", 11, 120_000 + 330_000],
  ])("while a breaker is open, %s", (_, deferred, due) => {
    const admission = admitByBreaker({ ...first, deferred }, { breaker: mail }, open, at);
    expect(admission).toEqual({ kind: "defer", reason: "breaker open", due: BEGAN + due });
  });

  test("with a fallback instead, if there is one, and at once without a known state", () => {
    const message = { ...first, fallback: true };
    expect(admitByBreaker(message, { breaker: mail }, open, at)).toEqual({
      kind: "unavailable",
      breaker: "mail",
    });
    expect(admitByBreaker(message, { breaker: mail }, undefined, at)).toEqual({ kind: "proceed" });
    expect(admitByBreaker(message, { breaker: undefined }, open, at)).toEqual({ kind: "proceed" });
    expect(unavailable("mail")).toMatchObject({ policy: "unavailable", name: "Unavailable" });
  });

  test("with one read that may be a moment old, and what the run has spent", async () => {
    const asked: unknown[][] = [];
    const read = async (...given: unknown[]) => {
      asked.push(given);
      return { run: { ...harness.run(), acceptedAt: "now" } };
    };
    const ports = { ...harness.ports, startConditions: { read } } as never as WorkPorts;
    expect((await admitEffect(effect(), ports)).soFar).toEqual({
      acceptedAt: "now",
      spent: { usd: 0, tokens: 0 },
    });
    expect(asked).toEqual([[RUN, "w", undefined, { recent: true, place: { epoch: 1, path: "charge" } }]]);
  });

  test("without a write, if its breaker is healthy; a refusal is counted for the breaker", async () => {
    const breakers = { read: refuse, count: refuse, change: refuse } as never;
    expect(await askBreaker(effect({}, calls), undefined, { ...harness.ports, breakers })).toEqual({
      kind: "proceed",
    });
    expect(harness.counts.size).toBe(0);
    await harness.ports.breakers.read("mail");
    const stored = { ...harness.ports.breakers, read: async () => ({ ...(open as object), revision: 1 }) };
    const admission = await askBreaker(effect({}, calls), open, {
      ...harness.ports,
      breakers: stored as never,
    });
    expect(admission.kind).toBe("defer");
    expect(harness.measured).toEqual([
      { name: "BreakerRefusals", value: 1, dimensions: { breaker: "mail" } },
    ]);
  });
});

describe("an attempt", () => {
  const attempts = (code: () => unknown, more: object = {}) =>
    attempt(effect(more), code as never, harness.ports);
  const throwing = (error: unknown) => () => {
    throw error;
  };
  test.each<[string, unknown, object]>([
    [
      "that is retried",
      new Error("no"),
      { downstream: "failed", inDoubt: false, failure: { policy: "retry" } },
    ],
    ["that was refused", giveUp("no"), { downstream: "answered", inDoubt: false }],
    ["that has to wait", waitAndRetry("busy", 1_000), { downstream: "busy", inDoubt: false }],
    ["that asks", ask("did it?"), { downstream: "unknown", inDoubt: true }],
  ])("%s says what it means for the downstream, and whether it is in doubt", async (_, error, expected) => {
    expect(await attempts(throwing(error))).toMatchObject({ kind: "failed", ...expected });
  });

  test("whose input is wrong has called nothing", async () => {
    expect(await attempts(never, { input: { cents: "x" } })).toMatchObject({
      downstream: "unknown",
      inDoubt: false,
    });
  });

  test("whose result is wrong has happened all the same", async () => {
    expect(await attempts(() => ({ receipt: 1 }))).toMatchObject({ downstream: "answered", inDoubt: true });
  });

  test.each<[string, unknown, number, string]>([
    ["a refusal", giveUp("no"), 1, "error charge failed: StepFailure: no"],
    ["a failure that is retried", new Error("no"), 2, "warn charge failed: Error: no"],
    ["the last failure", new Error("no"), 3, "error charge failed after 3 attempts: Error: no"],
    ["a wait of the last attempt", waitAndRetry("busy", 1), 3, "warn charge failed: StepFailure: busy"],
    ["a question of the last attempt", ask("sure?"), 3, "warn charge failed: StepFailure: sure?"],
  ])("%s is logged as what it is", async (_, error, number, expected) => {
    const three = { ...spec, retry: { ...spec.retry, attempts: 3 } };
    await attempt(effect({ attempt: number }, three), throwing(error) as never, harness.ports);
    expect(harness.lines.map(({ level, message }) => `${level} ${message}`)).toEqual([expected]);
  });

  test("has the number that its run has recorded, or that of the step", () => {
    expect(asRecorded(spec, { settings: undefined } as never)).toBe(spec);
    expect(asRecorded(spec, { settings: { values: {} } } as never)).toBe(spec);
  });

  test.each<[string, object, object, string]>([
    ["final if none is left", FAILURE, { attempts: 2, most: 5 }, "give-up"],
    ["a question although none is left", { ...FAILURE, policy: "ask" }, { attempts: 2, most: 5 }, "ask"],
    ["retried by the state machine, if that counts", FAILURE, { attempts: 2 }, "retry"],
    ["retried if one is left", FAILURE, { attempts: 3, most: 5 }, "retry"],
  ])("is %s", (_, failure, retry, policy) => {
    const step = { retry: { ...spec.retry, most: undefined, ...retry } } as never;
    expect(lastFailure(failure as never, { ...first, attempt: 2 }, step).policy).toBe(policy);
  });
});

describe("a run that an execution takes over", () => {
  const taken = { run: { ...first.run, express: true as const } };
  const fence = (number: number) => Date.parse(first.entered) * 1_001 + number;
  const failed = (more: Partial<ClaimItem> = {}) =>
    harness.state.put({
      ...key,
      kind: "claim",
      run: RUN,
      state: "failed",
      failure: FAILURE,
      fence: fence(EXPRESS_ATTEMPT),
      ...more,
    } as ClaimItem);

  test("finds its claims where the run has put them", async () => {
    const found = (claim: object | undefined) => ({
      claims: { ...harness.ports.claims, find: async () => claim as never },
    });
    const asked = effect(taken);
    expect(await located(asked, found(undefined))).toBe(asked);
    expect(await located(asked, found({}))).toBe(asked);
    expect((await located(asked, found({ within: "claim#1#a#do" }))).key).toEqual({
      ...asked.key,
      within: "claim#1#a#do",
    });
    expect((await located(asked, found({ within: "claim#1#a#do" }))).message).toBe(asked.message);
    const other = effect();
    expect(await located(other, { claims: { ...harness.ports.claims, find: refuse } })).toBe(other);
  });

  test("has the failure of the run, once", async () => {
    expect(await failedBefore(effect(taken), harness.ports)).toBeUndefined();
    failed();
    expect(await failedBefore(effect(taken), harness.ports)).toEqual(FAILURE);
    expect(await failedBefore(effect(taken), harness.ports)).toBeUndefined();
  });

  test.each<[string, object, Partial<ClaimItem>]>([
    ["of an execution's own attempt", taken, { fence: fence(1) }],
    ["that was completed", taken, { state: "done" }],
    ["of a run that began with an execution", {}, {}],
  ])("has no failure %s", async (_, more, claim) => {
    failed(claim);
    expect(await failedBefore(effect(more), harness.ports)).toBeUndefined();
  });
});

describe("a message whose effect must not begin", () => {
  test("is answered with the result, and counted as a duplicate", async () => {
    expect(await yieldTo({ kind: "done", result: 1 }, effect(), harness.ports)).toMatchObject({
      answer: "success",
    });
    expect(harness.counts).toEqual(new Map([["StepsDuplicate", 1]]));
  });

  test("fails if its worker died, and is delivered again if another one has the claim or the write is refused", async () => {
    const failing = (answer: unknown) =>
      ({
        ...harness.ports,
        claims: { ...harness.ports.claims, fail: async () => answer },
      }) as never as WorkPorts;
    const expired = { kind: "expired", owner: "gone" } as const;
    expect(await yieldTo(expired, effect(), failing(true))).toMatchObject({ answer: "failure" });
    for (const answer of [false, { instead: { kind: "sealed" } }])
      expect(await yieldTo(expired, effect(), failing(answer))).toEqual({
        kind: "later",
        at: BEGAN,
        why: "the claim has a new owner",
      });
  });

  test("is not answered if it is an undo, or if its run is not over", async () => {
    await answerIfOver(first, harness.ports);
    harness.change({ paused: { by: "a", why: "", key: "k", at: "" } });
    await answerIfOver(first, harness.ports);
    harness.change({ status: "failed" });
    await answerIfOver({ ...first, direction: "undo" }, harness.ports);
    expect(harness.machines.answers).toEqual([]);
    await answerIfOver(first, harness.ports);
    expect(harness.machines.answers).toMatchObject([{ error: "Millrace.RunOver" }]);
  });

  test("is said to be no longer awaited only where that is so", async () => {
    const sending = (delivery: string) =>
      ({
        ...harness.ports,
        executions: { succeed: async () => delivery, fail: async () => delivery },
      }) as never as WorkPorts;
    expect(await succeed(first, 1, sending("delivered"))).toEqual({
      kind: "reported",
      answer: "success",
      delivered: true,
    });
    expect(harness.lines).toEqual([]);
    expect(await fail(first, FAILURE, sending("gone"))).toEqual({
      kind: "reported",
      answer: "failure",
      delivered: false,
    });
    expect(harness.lines).toHaveLength(1);
  });
});

describe("what is counted", () => {
  const deliver = async (code: () => unknown, before = () => {}) => {
    await harness.deliver({}, (async () => {
      before();
      return await code();
    }) as never);
    return [...harness.counts.keys()];
  };
  const sealed = () => harness.state.put({ ...(harness.state.get(key) as ClaimItem), state: "sealed" });

  test("a failed attempt", async () => {
    expect(await deliver(() => Promise.reject(new Error("no")))).toEqual(["StepsFailed"]);
  });

  test("a result that comes after the end of its run", async () => {
    expect(await deliver(async () => ({ receipt: "ok" }), sealed)).toEqual(["StepsLate"]);
  });

  test("a failure after the seal is not answered", async () => {
    const outcome = await harness.deliver({}, async () => {
      sealed();
      throw new Error("no");
    });
    expect(outcome).toEqual({ kind: "dropped", why: "the claim was sealed or taken over" });
  });
});

describe("an effect of an earlier epoch", () => {
  const later = effect({ run: { ...first.run, epoch: 3 } });
  const done = (epoch: number, more: Partial<ClaimItem> = {}) =>
    harness.state.put({
      ...claimKey(RUN, epoch, "charge"),
      kind: "claim",
      run: RUN,
      epoch,
      path: "charge",
      direction: "do",
      state: "done",
      result: epoch,
      ...more,
    } as ClaimItem);

  test("is the latest one that still exists, and never that of an undo", async () => {
    done(1);
    expect(await earlierEffect(later, harness.ports)).toMatchObject({ epoch: 1 });
    done(2, { reusedFrom: 1 });
    // A copy without an undo says nothing: the effect is that of the first epoch.
    expect(await earlierEffect(later, harness.ports)).toMatchObject({ epoch: 1 });
    done(2, { reusedFrom: 1, undo: { step: "refund", input: 1 } });
    expect(await earlierEffect(later, harness.ports)).toMatchObject({ epoch: 2 });
    const undo = effect({ run: { ...first.run, epoch: 3 }, direction: "undo" });
    expect(await earlierEffect(undo, { claims: { ...harness.ports.claims, find: refuse } })).toBeUndefined();
  });

  test("is looked for again if its undo has begun meanwhile", async () => {
    done(1);
    done(2);
    harness.change({ epoch: 3 });
    const reuse = vi.fn(harness.ports.claims.reuse);
    reuse.mockImplementationOnce(async () => {
      harness.state.put({
        ...claimKey(RUN, 2, "charge", "undo"),
        kind: "claim",
        run: RUN,
        state: "running",
      } as ClaimItem);
      return "undo begun";
    });
    harness.ports.claims.reuse = reuse;
    expect(await harness.deliver({ run: { ...first.run, epoch: 3 } }, never)).toMatchObject({
      answer: "success",
    });
    expect(harness.machines.answers).toMatchObject([{ output: "1" }]);
  });

  test("of a repeatable step is not recorded over another end", async () => {
    done(1);
    harness.change({ epoch: 2 });
    const record = async () => ({ kind: "done", result: "other" }) as const;
    harness.ports.claims.record = record as never;
    const repeatable = { ...charge, repeatable: true } as never;
    const code = vi.fn(never);
    expect(await harness.deliver({ run: { ...first.run, epoch: 2 } }, code, repeatable)).toMatchObject({
      answer: "success",
    });
    expect(code).not.toHaveBeenCalled();
    expect(harness.machines.answers).toMatchObject([{ output: '"other"' }]);
  });
});

describe("a repeatable step", () => {
  const repeatable = { ...spec, repeatable: true } as StepSpec;

  test("reads with its claim what decides whether it may begin, once", async () => {
    const asked: unknown[][] = [];
    const read = async (...given: unknown[]) => {
      asked.push(given);
      return {} as never;
    };
    const one = effect({}, repeatable);
    const ports = portsFor(one, { ...harness.ports, startConditions: { read } });
    await ports.claims.claim({ key, owner: "me", lease: 0, fence: 1, takeover: true, about: {} as never });
    expect(asked).toEqual([[RUN, "w", undefined, { recent: true, place: { epoch: 1, path: "charge" } }]]);
    await ports.startConditions.read(RUN, "w", undefined);
    expect(asked).toHaveLength(1);
    await ports.startConditions.read(RUN, "w", undefined);
    expect(asked).toHaveLength(2);
  });

  test("that is not begun does not fail because that could not be read", async () => {
    harness.state.put({ ...key, kind: "claim", run: RUN, state: "done", result: 1 } as ClaimItem);
    harness.ports.startConditions = { read: refuse };
    expect(await harness.deliver({}, never, repeatable as never)).toMatchObject({ answer: "success" });
    await new Promise((over) => setImmediate(over));
  });
});

describe("a stored result", () => {
  const list = defineStep("list", { input: z.any(), output: z.any(), timeout: "1 second" });
  const message = (resultLimit: number | undefined, reads: string[] = []) => ({
    ...first,
    step: list.name,
    resultLimit,
    reads,
  });
  const text = "x".repeat(300);
  const bytes = JSON.stringify(text).length;

  test.each([
    ["without a limit", undefined],
    ["at the limit", bytes],
  ])("%s is given as it is", async (_, limit) => {
    const artifacts = { ...harness.ports.artifacts, get: refuse, put: refuse };
    expect(await refitted(text, message(limit), artifacts)).toEqual({ fits: true, result: text });
  });

  test("that is larger than its share of a list is stored", async () => {
    const fitted = await refitted(text, message(bytes - 1), harness.ports.artifacts);
    expect(fitted).toMatchObject({ fits: true, result: { "millrace:ref": expect.anything() } });
  });

  test("that contains what only looks like a reference is restored as it was", async () => {
    const { artifacts } = harness.ports;
    const lookalike = { "millrace:ref": { uri: "s3://b/k", bytes: 2, sha256: "s" } };
    const result = { read: 1, seen: lookalike, text: text + text };
    const kept = await offload(
      result,
      { what: "It", reads: ["read"], literal: true, above: 10_000, most: 10_000 },
      artifacts,
    );
    const fitted = await refitted(kept, message(500, ["read"]), artifacts);
    expect(fitted).toMatchObject({ result: { text: { "millrace:ref": expect.anything() } } });
    expect(await restore((fitted as { result: unknown }).result, artifacts)).toEqual(result);
  });

  test("that is larger and has to be read fails, and its message too", async () => {
    const fitted = await refitted({ text }, message(200, ["text"]), harness.ports.artifacts);
    expect(fitted).toMatchObject({ fits: false, failure: { policy: "give-up" } });
    expect(await succeed(message(200, ["text"]), { text }, harness.ports)).toMatchObject({
      answer: "failure",
    });
  });

  test("that cannot be read or stored at the moment is tried again", async () => {
    const artifacts = { ...harness.ports.artifacts, put: async () => Promise.reject(new Error("throttled")) };
    await expect(refitted({ text }, message(200), artifacts)).rejects.toThrow("throttled");
  });
});

test("a result that is smaller than its share is given as it is, though it would be stored without one", async () => {
  const text = "x".repeat(1_500);
  const artifacts = { ...harness.ports.artifacts, put: refuse };
  expect(await refitted(text, { ...first, reads: [], resultLimit: 2_000 }, artifacts)).toEqual({
    fits: true,
    result: text,
  });
  const long = "x".repeat(40_000);
  expect(await refitted(long, { ...first, reads: [], resultLimit: undefined }, artifacts)).toEqual({
    fits: true,
    result: long,
  });
});

test("a result that cannot be stored has happened all the same", async () => {
  const artifacts = { ...harness.ports.artifacts, put: async () => Promise.reject(new Error("throttled")) };
  const ended = await attempt(
    effect({ reads: [] }),
    (async () => ({ receipt: "x".repeat(40_000) })) as never,
    {
      ...harness.ports,
      artifacts,
    },
  );
  expect(ended).toMatchObject({ kind: "failed", inDoubt: true, failure: { name: "NotStored" } });
});

test("a call that fails is settled at its estimate, unless the failure says what it cost", async () => {
  const settled: unknown[] = [];
  const budgets = {
    reserve: async () => ({ kind: "reserved", owner: "me", usage: { usd: 1, tokens: 0 } }),
    settle: async (...given: unknown[]) => void settled.push(given.at(-1)),
  } as never as WorkPorts["budgets"];
  const spend = spender(effect(), { budgets });
  const fails = (error: unknown) => spend({ usd: 1 }, async () => Promise.reject(error));
  await expect(fails(new Error("no"))).rejects.toThrow("no");
  await expect(fails(new StepFailure("retry", "500", { cost: {} }))).rejects.toThrow("500");
  expect(await spend({ usd: 1 }, async () => ({ value: 7, actual: { usd: 0.5 } }))).toBe(7);
  expect(settled).toEqual([1, 0, 0.5].map((usd) => ({ usd, tokens: 0 })));
});

test("the key of an effect says in which item it is, only if that is another one", () => {
  expect(effect().key).toStrictEqual(key);
  expect(effect({ within: "claim#1#a#do" }).key).toStrictEqual({ ...key, within: "claim#1#a#do" });
});

test("the function of a version is looked up once, by workflow and version", async () => {
  const find = vi.fn(async (workflow: string, version: string) => ({ workflow, version }) as never);
  const found = remembering(find);
  for (const [workflow, version] of [
    ["a", "1"],
    ["a", "2"],
    ["b", "1"],
    ["a", "1"],
  ] as const)
    expect(await found(workflow, version)).toEqual({ workflow, version });
  expect(find).toHaveBeenCalledTimes(3);
});
