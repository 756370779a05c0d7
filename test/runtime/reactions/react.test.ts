import { beforeEach, describe, expect, test, vi } from "vitest";
import type { ReactionFunction } from "../../../lambdas/runtime/reactions/context.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { ask, giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { breakerKey, controlKey } from "../../../lib/contract/keys/control.ts";
import type { ControlItem } from "../../../lib/contract/table.ts";
import {
  BEGAN,
  Billed,
  bill,
  bills,
  id,
  LEASE_OF_A_DEAD_FUNCTION,
  never,
  OrderPlaced,
  placed,
  type ReactionHarness,
  reactionHarness,
} from "./reaction-harness.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const order = { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" };

let harness: ReactionHarness;
beforeEach(() => {
  harness = reactionHarness();
});
/** What the table's changes publish, in order. */
const published = () => harness.state.changes.flatMap(({ before, after }) => eventsOf(before, after));
const names = () => published().map(({ name }) => name);
const fails = (error: Error) => vi.fn(() => Promise.reject(error));

describe("an event", () => {
  test("is handled, and the events of its handler are published with its completion", async () => {
    const code = bills();
    expect(await harness.deliver(placed(), code)).toEqual({ kind: "handled" });
    const [data, context] = code.mock.calls[0]!;
    expect(data).toEqual({ orderId: "o1", cents: 100 });
    expect(context).toMatchObject({
      attempt: 1,
      idempotencyKey: `work#${id}#claim#1#bill#do`,
      event: { id: "e1", name: "order.placed", source: "shop" },
    });
    expect(published()).toMatchObject([
      {
        name: "reaction.completed",
        subject: id,
        correlation: "e1",
        causation: "e1",
        hops: 1,
        data: { reaction: "bill", handling: id, event: { id: "e1", name: "order.placed" }, attempt: 1 },
      },
      { name: "order.billed", source: "bill", causation: "e1", hops: 1, data: { cents: 100 } },
    ]);
  });

  test("with a field that looks like a reference is handled as it was sent", async () => {
    const note = { "millrace:ref": { uri: "s3://elsewhere/secret", bytes: 1, sha256: "x" } };
    const code = bills();
    expect(await harness.deliver(placed({ note }), code)).toEqual({ kind: "handled" });
    expect(code.mock.calls[0]![0]).toMatchObject({ note });
  });

  test("that is delivered again, by its identity, is not handled again", async () => {
    await harness.deliver(placed(), bills());
    expect(await harness.deliver(placed({}, { id: "e2" }), never)).toEqual({ kind: "duplicate" });
    expect(names()).toEqual(["reaction.completed", "order.billed"]);
  });

  test("of the same identity with another payload is a contradiction, whether the first is done or failed", async () => {
    await harness.deliver(placed(), fails(new Error("later")));
    const outcome = { kind: "quarantined", reason: "contradiction" };
    expect(await harness.deliver(placed({ cents: 5 }), never)).toEqual(outcome);
    harness.clock.now += MINUTE;
    await harness.deliver(placed(), bills());
    expect(await harness.deliver(placed({ cents: 7 }), never)).toEqual(outcome);
    expect(names().filter((name) => name === "escalation.raised")).toHaveLength(2);
  });

  test.each([
    ["not-an-event", "no JSON"],
    ["not-an-event", { keyQueue: "x" }],
    ["contract", placed({ cents: "many" })],
    ["unknown-version", { ...placed(), "detail-type": "order.lost" }],
    ["loop", placed({}, { hops: 33 })],
  ])("that is invalid is quarantined: %s", async (reason, body) => {
    expect(await harness.deliver(body, never)).toEqual({ kind: "quarantined", reason });
    expect(harness.quarantined()).toMatchObject([{ reason, subscriber: "bill" }]);
    expect(harness.claim()).toBeUndefined();
  });

  test("with an invalid emitted event is given up, with the name of the field", async () => {
    const outcome = await harness.deliver(placed(), (_, { emit }) => emit(Billed, { cents: "all" as never }));
    expect(outcome).toMatchObject({ kind: "dead-lettered", failure: { name: "InvalidEvent" } });
  });
});

describe("a failure", () => {
  test("is retried after its pause, until the attempts are used up; then the message is a dead letter", async () => {
    const body = placed();
    const code = fails(new Error("down"));
    expect(await harness.deliver(body, code)).toMatchObject({ kind: "later", at: BEGAN + 2 * SECOND });
    expect(await harness.deliver(body, never)).toMatchObject({ kind: "later", at: BEGAN + 2 * SECOND });
    harness.clock.now += 2 * SECOND;
    expect(await harness.deliver(body, code)).toMatchObject({ kind: "later", at: BEGAN + 6 * SECOND });
    harness.clock.now += 4 * SECOND;
    expect(await harness.deliver(body, code)).toMatchObject({ kind: "dead-lettered" });
    expect(harness.dead).toMatchObject([{ body: JSON.stringify(body), reason: { message: "down" } }]);
    expect(published().map(({ name, data }) => [name, data.attempt, data.final])).toEqual([
      ["reaction.failed", 1, false],
      ["reaction.failed", 2, false],
      ["reaction.failed", 3, true],
    ]);
  });

  test("that is final is a dead letter at once; one that asks is reported to a person, too", async () => {
    expect(await harness.deliver(placed(), fails(giveUp("wrong")))).toMatchObject({ kind: "dead-lettered" });
    const other = placed({ orderId: "o2" });
    expect(await harness.deliver(other, fails(ask("who knows")))).toMatchObject({ kind: "dead-lettered" });
    expect(harness.dead.map(({ reason }) => reason.policy)).toEqual(["give-up", "ask"]);
    expect(names()).toEqual(["reaction.failed", "reaction.failed", "escalation.raised"]);
  });

  test("whose dead letter was not stored is not retried, but stored", async () => {
    const put = vi.spyOn(harness.ports.deadLetters, "put").mockRejectedValueOnce(new Error("killed"));
    await expect(harness.deliver(placed(), fails(giveUp("wrong")))).rejects.toThrow("killed");
    expect(await harness.deliver(placed(), never)).toMatchObject({ kind: "dead-lettered" });
    expect(put).toHaveBeenCalledTimes(2);
  });

  test("redriven, begins a round of attempts of its own; a completed one is not repeated", async () => {
    await harness.deliver(placed(), fails(giveUp("wrong")));
    harness.clock.now += MINUTE;
    const sent = harness.clock.now - SECOND;
    expect(await harness.deliver(placed(), fails(new Error("down")), { sent })).toMatchObject({
      kind: "later",
    });
    expect(harness.claim()).toMatchObject({ attempt: 1, fence: 2 });
    harness.clock.now += MINUTE;
    expect(await harness.deliver(placed(), bills(), { sent })).toEqual({ kind: "handled" });
    expect(await harness.deliver(placed(), never, { sent: sent + MINUTE })).toEqual({ kind: "duplicate" });
  });

  test("that asks to wait is deferred until then, and does not count as an attempt", async () => {
    const due = BEGAN + 40 * MINUTE;
    const busy = fails(waitAndRetry("slow down", 40 * MINUTE));
    expect(await harness.deliver(placed(), busy)).toEqual({ kind: "deferred", why: "retry after", due });
    expect(harness.queues.wakes).toMatchObject([{ time: due }]);
    harness.clock.now = due;
    const again = await harness.resend();
    expect(again).toEqual({ ...placed(), deferred: 1, sent: BEGAN });
    const code = bills();
    expect(await harness.deliver(again, code)).toEqual({ kind: "handled" });
    expect(code.mock.calls[0]![1].attempt).toBe(1);
  });

  test("that asks to wait without a time waits longer with each deferral", async () => {
    const busy = fails(waitAndRetry("slow down"));
    await harness.deliver(placed(), busy);
    const first = harness.queues.wakes[0]!.time;
    harness.clock.now = first;
    await harness.deliver(await harness.resend(), busy);
    expect(harness.queues.wakes.at(-1)!.time - first).toBeGreaterThan(first - BEGAN);
  });

  test("whose pause is longer than a queue should keep a message is deferred meanwhile", async () => {
    const spec = { ...bill, retry: { attempts: 2, backoff: "3 days" as const } };
    const due = BEGAN + 3 * 24 * 60 * MINUTE;
    const failed = await harness.deliver(placed(), fails(new Error("down")), { spec });
    expect(failed).toEqual({ kind: "deferred", why: "retry scheduled", due });
    harness.clock.now = due;
    expect(await harness.deliver(await harness.resend(), bills(), { spec })).toEqual({ kind: "handled" });
    expect(harness.claim()).toMatchObject({ state: "done", attempt: 2 });
  });
});

describe("a pause of the reaction", () => {
  test("defers events, claims nothing, and continues with them when it is resumed", async () => {
    harness.order({ paused: order });
    const deferred = { kind: "deferred", why: "subscriber paused", due: undefined };
    expect(await harness.deliver(placed(), never)).toEqual(deferred);
    expect([harness.claim(), harness.queues.wakes]).toEqual([undefined, []]);
    harness.order({});
    expect(await harness.deliver(await harness.resend(), bills())).toEqual({ kind: "handled" });
    expect(harness.deferred()).toEqual([]);
  });

  test("that ends between the read and the deferral leaves nothing behind", async () => {
    harness.order({ paused: order });
    const { put } = harness.ports.deferred;
    harness.ports.deferred.put = async (item) => {
      harness.order({});
      return await put(item);
    };
    expect(await harness.deliver(placed(), never)).toMatchObject({ kind: "later", at: BEGAN });
    expect(harness.deferred()).toEqual([]);
  });

  test("keeps both of two contradicting events", async () => {
    harness.order({ paused: order });
    await harness.deliver(placed(), never);
    await harness.deliver(placed({ cents: 5 }, { id: "e2" }), never);
    expect(harness.deferred()).toHaveLength(2);
  });

  test("keeps both of two events with one identity that agree: each has an outcome; the same event twice is stored once", async () => {
    harness.order({ paused: order });
    await harness.deliver(placed(), never);
    await harness.deliver(placed(), never);
    await harness.deliver(placed({}, { id: "e2" }), never);
    expect(harness.deferred().map(({ event }) => event!.id)).toEqual(["e1", "e2"]);
  });

  test("stores a large payload in the bucket, and restores it", async () => {
    harness.order({ paused: order });
    const note = "x".repeat(900_000);
    await harness.deliver(placed({ note }), never);
    expect(JSON.stringify(harness.deferred()).length).toBeLessThan(5_000);
    harness.order({});
    const code = bills();
    expect(await harness.deliver(await harness.resend(), code)).toEqual({ kind: "handled" });
    expect(code.mock.calls[0]![0]).toMatchObject({ note });
  });

  test("is not a drain, which lets begun work continue", async () => {
    await harness.deliver(placed(), fails(new Error("down")));
    harness.order({ drained: order });
    harness.clock.now += MINUTE;
    expect(await harness.deliver(placed({ orderId: "o2" }), never)).toMatchObject({ kind: "deferred" });
    expect(await harness.deliver(placed(), bills())).toEqual({ kind: "handled" });
  });
});

describe("another invocation", () => {
  /** An invocation that dies in the middle. */
  const die = async () => {
    const { complete } = harness.ports.claims;
    harness.ports.claims = { ...harness.ports.claims, complete: () => Promise.reject(new Error("killed")) };
    await expect(harness.deliver(placed(), bills())).rejects.toThrow("killed");
    harness.ports.claims = { ...harness.ports.claims, complete };
  };

  test("that handles the event is waited for, and taken over after it certainly died", async () => {
    await die();
    expect(await harness.deliver(placed(), never)).toMatchObject({ kind: "later" });
    harness.clock.now += LEASE_OF_A_DEAD_FUNCTION + 6 * SECOND;
    expect(await harness.deliver(placed(), bills())).toEqual({ kind: "handled" });
    expect(names()).toEqual(["reaction.completed", "order.billed"]);
    expect(harness.counts.get("WorkersDied")).toBe(1);
  });

  test("that died is not taken over if the effect must not happen twice: a person decides by a redrive", async () => {
    await die();
    const spec = { ...bill, onLeaseExpiry: "ask" as const };
    harness.clock.now += LEASE_OF_A_DEAD_FUNCTION + 6 * SECOND;
    const outcome = await harness.deliver(placed(), never, { spec });
    expect(outcome).toMatchObject({ kind: "dead-lettered", failure: { name: "LeaseExpired" } });
    expect(names()).toEqual(["reaction.failed", "escalation.raised"]);
    expect(harness.counts.get("WorkersDied")).toBe(1);
    harness.clock.now += MINUTE;
    const redriven = await harness.deliver(placed(), bills(), { spec, sent: harness.clock.now });
    expect(redriven).toEqual({ kind: "handled" });
  });
});

test("a deferred event that another delivery has given up meanwhile begins no other round when it is sent again", async () => {
  harness.order({ paused: { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" } });
  expect(await harness.deliver(placed(), never)).toMatchObject({ kind: "deferred" });
  harness.order({});
  harness.clock.now += MINUTE;
  await harness.deliver(placed(), fails(giveUp("no such customer")));
  const again = await harness.resend();
  harness.clock.now += MINUTE;
  const outcome = await harness.deliver(again, never, { sent: harness.clock.now });
  expect(outcome).toMatchObject({ kind: "dead-lettered", failure: { message: "no such customer" } });
});

test("an open breaker defers events until its cooldown is over; then one tries", async () => {
  const breaker = defineBreaker("bank", { failures: 1, cooldown: "30 seconds" });
  const spec = { ...bill, breaker };
  await harness.deliver(placed(), fails(new Error("down")), { spec });
  const other = placed({ orderId: "o2" });
  expect(await harness.deliver(other, never, { spec })).toMatchObject({
    kind: "deferred",
    why: "breaker open",
  });
  harness.clock.now += MINUTE;
  const again = await harness.resend();
  expect(await harness.deliver(again, bills(), { spec })).toEqual({ kind: "handled" });
  expect(harness.state.get(breakerKey("bank"))).toMatchObject({ state: "closed", revision: 3 });
});

test("a crash before or after any write is repaired by the next delivery, and the events are published once", async () => {
  const METHODS = ["claims.claim", "claims.complete", "claims.fail", "deadLetters.put"] as const;
  for (const method of METHODS) {
    for (const when of ["before", "after"]) {
      harness = reactionHarness();
      const [port, name] = method.split(".") as ["claims", "claim"];
      const whole = harness.ports[port];
      const crashing = async (...given: unknown[]) => {
        harness.ports[port] = whole;
        if (when === "after") await (whole[name] as (...given: unknown[]) => unknown)(...given);
        throw new Error("killed");
      };
      harness.ports[port] = { ...whole, [name]: crashing };
      let tries = 0;
      const code = bills();
      const flaky = async (data: { cents: number }, context: Parameters<typeof code>[1]) => {
        if (++tries < 2 && method !== "claims.complete") throw giveUp("once");
        await code(data, context);
      };
      let sent = BEGAN;
      for (let deliveries = 0; harness.claim()?.state !== "done" && deliveries < 10; deliveries++) {
        await harness.deliver(placed(), flaky, { sent }).catch(() => {});
        harness.clock.now += MINUTE;
        if (harness.dead.length > 0) sent = harness.clock.now;
      }
      const completed = names().filter(
        (event) => event === "reaction.completed" || event === OrderPlaced.name,
      );
      expect([method, when, completed]).toEqual([method, when, ["reaction.completed"]]);
      expect(published().filter(({ name: event }) => event === Billed.name)).toHaveLength(1);
    }
  }
});

describe("a budget", () => {
  const spec = { ...bill, budget: { usd: 0.03, tokens: 1_000 } };
  const call = (usd: number) => async () => ({ value: usd, actual: { usd, tokens: 10 } });

  test("limits what one attempt spends: a call that may exceed it is not made, and an operator is asked", async () => {
    const dear = vi.fn(call(0.02));
    const outcome = await harness.deliver(
      placed(),
      async (_, { spend }) => {
        expect(await spend({ usd: 0.03, tokens: 100 }, call(0.02))).toBe(0.02);
        await spend({ usd: 0.02, tokens: 100 }, dear);
      },
      { spec },
    );
    expect(dear).not.toHaveBeenCalled();
    expect(outcome).toMatchObject({
      kind: "dead-lettered",
      failure: {
        name: "BudgetExceeded",
        message:
          'A call needs $0.02 and 100 tokens, and the budget of the attempt has $0.01 and 990 tokens left. Raise "budget" of the reaction, deploy, and redrive the dead letter.',
      },
    });
    expect(names()).toContain("escalation.raised");
  });

  test("has no room for calls that run at once, either", async () => {
    const made = vi.fn(call(0.01));
    await harness.deliver(
      placed(),
      async (_, { spend }) => {
        await Promise.all([1, 2, 3].map(() => spend({ usd: 0.02 }, made)));
      },
      { spec },
    );
    expect(made).toHaveBeenCalledTimes(1);
  });

  test("is whole again for the next attempt, and a call that failed keeps its estimate", async () => {
    const spendAll =
      (fail: boolean): ReactionFunction<unknown> =>
      async (_, { spend }) => {
        await spend({ usd: 0.02 }, call(0));
        await spend({ usd: 0.03 }, fail ? () => Promise.reject(new Error("no answer")) : call(0.03)).catch(
          () => {},
        );
        await spend({ usd: 0.01 }, call(0)).catch(() => {
          throw new Error("nothing left");
        });
      };
    expect(await harness.deliver(placed(), spendAll(true), { spec })).toMatchObject({ kind: "later" });
    harness.clock.now += MINUTE;
    const again = await harness.deliver(
      placed(),
      async (_, { spend }) => void (await spend({ usd: 0.03 }, call(0.03))),
      {
        spec,
      },
    );
    expect(again).toEqual({ kind: "handled" });
  });

  test("that is not given limits nothing", async () => {
    const code: ReactionFunction<unknown> = async (_, { spend }) =>
      void (await spend({ usd: 1e6 }, call(1e6)));
    expect(await harness.deliver(placed(), code)).toEqual({ kind: "handled" });
  });
});

describe("settings", () => {
  const set = (target: "subscriber" | "breaker", name: string, values: Record<string, number | string>) =>
    harness.state.write({
      ...controlKey(target, name),
      kind: "control",
      target,
      name,
      settings: {
        revision: 1,
        values: Object.fromEntries(
          Object.entries(values).map(([key, value]) => [key, { value, by: "ada", why: "w", at: "" }]),
        ),
      },
    } as unknown as ControlItem);
  const failing = fails(new Error("503"));

  test("attempts and pauses are those of the settings, from the next attempt on", async () => {
    expect(await harness.deliver(placed(), failing)).toMatchObject({ at: BEGAN + 2 * SECOND });
    set("subscriber", "bill", { "retry.attempts": 2, "retry.backoff": "1 minute" });
    harness.clock.now += 2 * SECOND;
    expect(await harness.deliver(placed(), failing)).toMatchObject({ kind: "dead-lettered" });
  });

  test("the pause is that of the settings", async () => {
    set("subscriber", "bill", { "retry.backoff": "1 minute" });
    expect(await harness.deliver(placed(), failing)).toMatchObject({ at: BEGAN + MINUTE });
  });

  test("more attempts than the queue was deployed for are not made", async () => {
    set("subscriber", "bill", { "retry.attempts": 50, "retry.backoff": "1 ms" });
    for (const attempt of [1, 2, 3]) {
      const outcome = await harness.deliver(placed(), failing);
      expect(outcome.kind).toBe(attempt === 3 ? "dead-lettered" : "later");
      harness.clock.now += SECOND;
    }
  });

  test("its breaker has the threshold of the settings", async () => {
    set("breaker", "mail", { failures: 1 });
    const spec = { ...bill, breaker: defineBreaker("mail") };
    await harness.deliver(placed(), failing, { spec });
    expect(harness.state.get(breakerKey("mail"))).toMatchObject({ state: "open" });
  });
});
