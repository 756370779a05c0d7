import { beforeEach, describe, expect, test } from "vitest";
import { withNextTry } from "../../../lambdas/runtime/reactions/backoff.ts";
import type { ReactionFunction } from "../../../lambdas/runtime/reactions/context.ts";
import { react } from "../../../lambdas/runtime/reactions/react.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import type { ReactionSpec } from "../../../lib/contract/reaction.ts";
import type { ClaimItem } from "../../../lib/contract/table.ts";
import {
  BEGAN,
  bill,
  bills,
  id,
  key,
  never,
  placed,
  type ReactionHarness,
  reactionHarness,
} from "./reaction-harness.ts";

/** The rules of reactions, one by one. */
let harness: ReactionHarness;
beforeEach(() => {
  harness = reactionHarness();
});
const iso = (time: number) => new Date(time).toISOString();
const DAY = 86_400;
const throwing =
  (error: unknown): ReactionFunction<unknown> =>
  () => {
    throw error;
  };
const spec = (more: object) => ({ ...bill, ...more }) as unknown as ReactionSpec;
const paused = { paused: { by: "ada", why: "", key: "k", at: iso(BEGAN) } };

describe("the pause before the next attempt", () => {
  const retry = { attempts: 9, backoff: "2 seconds" } as never;
  const failure = { policy: "retry", name: "x", message: "y" } as const;
  test.each<[string, number, object, number, number | undefined]>([
    ["is the backoff after the first", 1, {}, 1, 2_000],
    ["is twice as long each time", 3, {}, 1, 8_000],
    ["grows by the rate", 3, { rate: 3 }, 1, 18_000],
    ["is a random part of it", 3, {}, 0.5, 4_000],
    ["is at most the longest delay", 3, { maxDelay: "5 seconds" }, 1, 5_000],
    ["is shorter than the longest delay", 1, { maxDelay: "5 seconds" }, 1, 2_000],
    ["is none after the last", 9, {}, 1, undefined],
  ])("%s", (_, attempt, more, random, after) => {
    expect(withNextTry(failure, attempt, { ...(retry as object), ...more } as never, random).after).toBe(
      after,
    );
  });
});

describe("a reaction that is deferred", () => {
  test("until a time is kept for the retention after it, however late it is", async () => {
    const after = 200 * DAY * 1_000;
    await harness.deliver(placed(), throwing(waitAndRetry("busy", after)));
    const [item] = harness.deferred();
    const due = Date.parse(item!.dueAt!);
    expect(item).toMatchObject({
      due: expect.stringMatching(/^deferred-due#/),
      expiresAt: due / 1_000 + 90 * DAY,
    });
    expect(item).not.toHaveProperty("list");
    expect(harness.counts.get("ReactionsDeferred")).toBe(1);
  });

  test("until an operator resumes is listed for the reaction", async () => {
    harness.order(paused);
    await harness.deliver(placed(), never);
    expect(harness.deferred()).toMatchObject([
      {
        list: expect.stringMatching(/^deferred#bill#/),
        listedAt: iso(BEGAN),
        expiresAt: BEGAN / 1_000 + 90 * DAY,
      },
    ]);
    expect(harness.deferred()[0]).not.toHaveProperty("due");
  });

  test("while its pause ends is delivered again at once", async () => {
    harness.order(paused);
    const { read } = harness.ports.starts;
    let reads = 0;
    harness.ports.starts = {
      read: async (...given) => ({ ...(await read(...given)), ...(++reads > 1 && { control: undefined }) }),
    };
    expect(await harness.deliver(placed(), never)).toMatchObject({ kind: "later", at: BEGAN });
    expect(harness.deferred()).toEqual([]);
  });
});

describe("what is counted", () => {
  const counted = () => [...harness.counts.keys()];

  test.each<[string, () => ReactionFunction<any>, string[]]>([
    ["a success", bills, ["ReactionsCompleted"]],
    ["a failure that is retried", () => throwing(new Error("no")), ["ReactionsFailed"]],
    ["a failure that is final", () => throwing(giveUp("no")), ["ReactionsFailed", "ReactionsDeadLettered"]],
  ])("%s", async (_, code, names) => {
    await harness.deliver(placed(), code());
    expect(counted()).toEqual(names);
  });

  test("an event that was handled before, and its receipt names the first", async () => {
    await harness.deliver(placed(), bills());
    harness.counts.clear();
    const receipts: unknown[] = [];
    harness.ports.deliveries = { record: async (receipt) => void receipts.push(receipt) };
    expect(await harness.deliver(placed(), never)).toEqual({ kind: "duplicate" });
    expect(receipts).toEqual([]);
    expect(await harness.deliver(placed({}, { id: "e2" }), never)).toEqual({ kind: "duplicate" });
    expect(receipts).toMatchObject([
      { event: "e2", subscriber: "bill", run: id, why: expect.stringContaining("Event e1 ") },
    ]);
    expect(harness.counts.get("EventsDuplicate")).toBe(2);
  });

  test("a call that the breaker refuses, for the breaker; a healthy one costs no write", async () => {
    const breaker = defineBreaker("mail", { cooldown: "1 minute" } as never);
    const refuse = async () => Promise.reject(new Error("called"));
    const { breakers } = harness.ports;
    harness.ports.breakers = { read: refuse, count: refuse, change: refuse } as never;
    const code: ReactionFunction<any> = async () => {
      harness.ports.breakers = breakers;
    };
    expect(await harness.deliver(placed(), code, { spec: spec({ breaker }) })).toEqual({ kind: "handled" });
    harness = reactionHarness();
    const { starts: own } = harness.ports;
    const open = { state: "open", until: BEGAN + 60_000, inARow: 0, answered: {}, failed: {}, revision: 1 };
    harness.ports.starts = {
      read: async (...given) => ({ ...(await own.read(...given)), breaker: open as never }),
    };
    harness.ports.breakers = { ...harness.ports.breakers, read: async () => open as never };
    expect(await harness.deliver(placed(), never, { spec: spec({ breaker }) })).toMatchObject({
      kind: "deferred",
      why: "breaker open",
    });
    expect(harness.measured).toContainEqual({
      name: "BreakerRefusals",
      value: 1,
      dimensions: { breaker: "mail" },
    });
  });
});

describe("another delivery of the same event", () => {
  const meanwhile =
    (more: Partial<ClaimItem>): ReactionFunction<any> =>
    async () => {
      harness.state.put({ ...harness.claim()!, ...more });
    };

  test.each([
    ["took the claim of a success", meanwhile({ owner: "other" })],
    [
      "took the claim of a failure",
      async () => {
        harness.state.put({ ...harness.claim()!, owner: "other" });
        throw new Error("no");
      },
    ],
  ])("%s: this one is dropped", async (_, code) => {
    expect(await harness.deliver(placed(), code)).toEqual({
      kind: "dropped",
      why: "another delivery took the claim",
    });
    expect(harness.counts.get("ReactionsCompleted")).toBeUndefined();
  });

  const claimed = (outcome: object) => {
    harness.ports.claims = { ...harness.ports.claims, claim: async () => outcome as never };
  };
  test.each<[string, object, object]>([
    ["failed meanwhile: this one is delivered again", { kind: "failed" }, { kind: "later", at: BEGAN }],
    [
      "runs: this one is delivered again after it",
      { kind: "held", lease: BEGAN + 5 },
      { kind: "later", at: BEGAN + 5 },
    ],
    ["has handled it", { kind: "done" }, { kind: "duplicate" }],
    ["was sealed", { kind: "sealed" }, { kind: "duplicate" }],
    ["is in doubt", { kind: "in doubt" }, { kind: "duplicate" }],
  ])("%s", async (_, outcome, expected) => {
    claimed(outcome);
    expect(await harness.deliver(placed(), never)).toMatchObject(expected);
  });

  test("died: the event is dead-lettered, unless another one has taken the claim", async () => {
    claimed({ kind: "expired", owner: "gone" });
    expect(await harness.deliver(placed(), never)).toEqual({
      kind: "later",
      at: BEGAN,
      why: "the claim has a new owner",
    });
    harness.ports.claims = { ...harness.ports.claims, fail: async () => true };
    expect(await harness.deliver(placed(), never)).toMatchObject({ kind: "dead-lettered" });
  });
});

describe("an event that is refused", () => {
  const findings = () => harness.quarantined().map((item: any) => item.findings);

  test("is no event: the beginning of its text is kept", async () => {
    await harness.deliver("x".repeat(300), never);
    expect(findings()).toMatchObject([[{ path: "", value: "x".repeat(200) }]]);
  });

  test("contradicts an earlier one, which is named", async () => {
    await harness.deliver(placed(), bills());
    await harness.deliver(placed({ cents: 7 }, { id: "e2" }), never);
    expect(findings()).toMatchObject([
      [{ path: "", message: expect.stringContaining(`Event e1 of the same identity`) }],
    ]);
  });

  test.each([
    ["has as many hops as it may have", 0, "handled"],
    ["has more", 1, "quarantined"],
  ])("%s", async (_, more, kind) => {
    expect(await harness.deliver(placed({}, { hops: bill.mostHops + more }), bills())).toMatchObject({
      kind,
    });
  });
});

test("what is logged names the run, its epoch, the event and the attempt", async () => {
  const about: object[] = [];
  harness.ports.about = (fields) => void about.push(fields);
  await harness.deliver(placed(), bills());
  expect(about).toMatchObject([
    { run: id, epoch: 1, event: "e1", trace: expect.any(String) },
    { attempt: 1 },
  ]);
  expect(harness.state.get(key)).toMatchObject({ attempt: 1 });
});

test("a pause of exactly a quarter of an hour stays in the queue, and a longer one is deferred", async () => {
  const fails = (backoff: string) =>
    harness.deliver(placed(), throwing(new Error("no")), { spec: spec({ retry: { attempts: 3, backoff } }) });
  expect(await fails("15 minutes")).toMatchObject({ kind: "later", at: BEGAN + 900_000 });
  harness = reactionHarness();
  expect(await fails("16 minutes")).toMatchObject({ kind: "deferred", why: "retry scheduled" });
});

describe("a replay", () => {
  const replay = (more: object) => {
    const counts: string[] = [];
    const replays = {
      find: async () => undefined,
      count: async (_replay: string, _reaction: string, outcome: string) => void counts.push(outcome),
      recordDryRun: async () => undefined,
    };
    const requested = { by: "ada", why: "", key: "p", at: iso(BEGAN) };
    const brought = {
      replay: { replay: "p", requested, again: false, dry: false, ...more },
      replays,
    } as never;
    const deliver = (detail: object, code: ReactionFunction<any>, sent = BEGAN) =>
      react({ body: JSON.stringify(placed(detail)), sent, brought }, bill, code, invocation, harness.ports);
    return { counts, deliver };
  };
  const invocation = { id: "replayed", deadline: BEGAN + 30_000 };

  test("counts a dead-lettered event as failed, and nothing for one that is delivered again", async () => {
    const { counts, deliver } = replay({});
    await deliver({}, throwing(new Error("no")));
    expect(counts).toEqual([]);
    harness = reactionHarness();
    await deliver({}, throwing(giveUp("no")));
    expect(counts).toEqual(["failed"]);
  });

  test("as a dry run says what each event would do", async () => {
    const dry = async (detail: object, more: object = {}) => {
      const { counts, deliver } = replay({ dry: true, ...more });
      await deliver(detail, never);
      return counts;
    };
    expect(await dry({})).toEqual(["new"]);
    await harness.deliver(placed(), bills());
    expect(await dry({})).toEqual(["duplicate"]);
    expect(await dry({ cents: 7 })).toEqual(["quarantined"]);
    expect(await dry({}, { again: true })).toEqual(["again"]);
    expect(await dry({ cents: 7 }, { again: true })).toEqual(["quarantined"]);
  });

  test("that handles events again handles a failed one in its own epoch", async () => {
    await harness.deliver(placed(), throwing(giveUp("no")));
    const { counts, deliver } = replay({ again: true });
    await deliver({}, bills(), BEGAN + 1);
    expect(counts).toEqual(["new"]);
    expect(harness.claim()).toMatchObject({ state: "done", epoch: 1 });
    expect(harness.claim()!.replayed).toBeUndefined();
  });
});
