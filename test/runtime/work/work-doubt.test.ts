import { beforeEach, describe, expect, test, vi } from "vitest";
import { changeEventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { isInDoubt } from "../../../lambdas/runtime/work/claim.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { ask as askPerson, giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { breakerKey } from "../../../lib/contract/keys/control.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import type { BreakerItem, ClaimItem } from "../../../lib/contract/table.ts";
import { BEGAN, charge, key, never, RUN, succeeds, workHarness } from "./work-harness.ts";

/** A worker dies between its effect and saying so, and then the run ends. */
let harness: ReturnType<typeof workHarness>;
const done = vi.fn(async (_input: unknown, _context: { idempotencyKey: string }) => ({ receipt: "ok" }));
beforeEach(() => {
  harness = workHarness();
  done.mockClear();
});
const message = { undo: "refund" };
const ask = { ...charge, onLeaseExpiry: "ask" } as const;
const claim = () => harness.state.get(key) as ClaimItem;
const published = () =>
  harness.state.changes.flatMap(({ before, after }) =>
    after!.kind === "claim" ? changeEventsOf(before, after) : [],
  );
const escalations = () => published().filter(({ event: { name } }) => name === "escalation.raised");

async function dies(more = {}, spec: typeof charge = charge) {
  const { complete } = harness.ports.claims;
  harness.ports.claims.complete = () => Promise.reject(new Error("killed"));
  await expect(harness.deliver({ ...message, ...more }, done, spec)).rejects.toThrow("killed");
  harness.ports.claims.complete = complete;
  harness.change({ status: "closing" });
  await harness.state.claims.seal(RUN, 1);
  harness.change({ status: "failed" });
}
const leaseOver = () => {
  harness.clock.now = claim().lease;
};

test("the redelivery waits for the worker's report as long as it may be alive", async () => {
  await dies();
  expect(await harness.deliver(message, never)).toMatchObject({ kind: "later", at: claim().lease });
});

test("then the step runs again under the same idempotency key, so that its effect is known, and undone as late", async () => {
  await dies();
  leaseOver();
  expect(await harness.deliver(message, done)).toMatchObject({ kind: "dropped", why: "the run had ended" });
  expect(claim()).toMatchObject({ state: "sealed", late: { receipt: "ok" }, undo: { step: "refund" } });
  const keys = done.mock.calls.map(([, { idempotencyKey }]) => idempotencyKey);
  expect(keys).toEqual([keys[0], keys[0]]);
  expect(published().map(({ event: { name } }) => name)).toContain("step.late");
  expect(await harness.deliver(message, never)).toMatchObject({ kind: "dropped" });
});

test("for a step that must not run twice a person is asked, once", async () => {
  await dies({}, ask);
  leaseOver();
  for (let delivery = 0; delivery < 2; delivery++)
    expect(await harness.deliver(message, never, ask)).toMatchObject({ kind: "dropped" });
  expect(escalations()).toMatchObject([
    { event: { data: { why: "ask", error: "LeaseExpired", path: "charge" } } },
  ]);
  // Read alone, the item publishes nothing that was not published before.
  const ids = new Set(published().map(({ event: { id } }) => id));
  expect(changeEventsOf(undefined, claim()).filter(({ event: { id } }) => !ids.has(id))).toEqual([]);
});

test("a step without an undo is not checked", async () => {
  await dies({ undo: undefined });
  leaseOver();
  expect(await harness.deliver({}, never)).toMatchObject({ kind: "dropped", why: "the run is ending" });
});

test("the delivery that finds out may die as well: the next one finds out", async () => {
  await dies();
  leaseOver();
  const { complete } = harness.ports.claims;
  harness.ports.claims.complete = () => Promise.reject(new Error("killed"));
  await expect(harness.deliver(message, done)).rejects.toThrow("killed");
  harness.ports.claims.complete = complete;
  expect(await harness.deliver(message, never)).toMatchObject({ kind: "later" });
  leaseOver();
  await harness.deliver(message, done);
  expect(claim()).toMatchObject({ late: { receipt: "ok" } });
});

test("of two deliveries at once one finds out", async () => {
  await dies();
  leaseOver();
  const code = succeeds();
  const outcomes = await Promise.all([harness.deliver(message, code), harness.deliver(message, code)]);
  expect(code).toHaveBeenCalledTimes(1);
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(["dropped", "later"]);
});

describe("an attempt to find out that fails", () => {
  beforeEach(async () => {
    await dies();
    leaseOver();
  });

  test("temporarily says nothing about the effect: the message is delivered again", async () => {
    expect(await harness.deliver(message, () => Promise.reject(new Error("503")))).toEqual({
      kind: "later",
      at: harness.clock.now + 2000,
      why: "it is still not known how the effect ended",
    });
    expect(claim()).not.toHaveProperty("failure");
    leaseOver();
    await harness.deliver(message, done);
    expect(claim()).toMatchObject({ late: { receipt: "ok" } });
  });

  test("since it has to wait is deferred, and stays in doubt", async () => {
    const outcome = await harness.deliver(message, () => Promise.reject(waitAndRetry("busy", 60_000)));
    expect(outcome).toEqual({ kind: "deferred", why: "retry after", due: harness.clock.now + 60_000 });
    const deferred = deferredKey(RUN, 1, "charge", "do");
    harness.clock.now += 60_000;
    await harness.deliver(await harness.resend(deferred), done);
    expect(claim()).toMatchObject({ late: { receipt: "ok" } });
  });

  test("finally is an answer: there is nothing to undo", async () => {
    await harness.deliver(message, () => Promise.reject(giveUp("no such card")));
    expect(claim()).toMatchObject({ state: "sealed", failure: { message: "no such card" } });
    leaseOver();
    expect(await harness.deliver(message, never)).toMatchObject({
      kind: "dropped",
      why: "the run is ending",
    });
  });
});

test("an open breaker keeps it in doubt, also if the workflow has a fallback", async () => {
  const spec = { ...charge, breaker: defineBreaker("bank") };
  await dies({ fallback: true }, spec);
  leaseOver();
  harness.state.write({
    ...breakerKey("bank"),
    kind: "breaker",
    breaker: "bank",
    state: "open",
    until: BEGAN + 3_600_000,
    inARow: 0,
    answered: {},
    failed: {},
  } as unknown as BreakerItem);
  const outcome = await harness.deliver({ ...message, fallback: true }, never, spec);
  expect(outcome).toMatchObject({ kind: "deferred", why: "breaker open" });
  harness.clock.now += 7_200_000;
  await harness.deliver({ ...message, fallback: true }, done, spec);
  expect(claim()).toMatchObject({ late: { receipt: "ok" } });
});

test("a worker that was asked to drop its message before it began leaves no doubt", async () => {
  const { read } = harness.ports.startConditions;
  harness.ports.startConditions.read = async (...given) => {
    harness.change({ status: "closing" });
    await harness.state.claims.seal(RUN, 1);
    return await read(...given);
  };
  expect(await harness.deliver(message, never)).toMatchObject({ kind: "dropped" });
  harness.clock.now += 3_600_000;
  expect(await harness.deliver(message, never)).toMatchObject({ kind: "dropped", why: "the run is ending" });
});

describe("the effect of an earlier attempt, when a later one has not reported its outcome", () => {
  const ends = async () => {
    harness.change({ status: "closing" });
    await harness.state.claims.seal(RUN, 1);
    harness.change({ status: "failed" });
  };
  /** The worker dies after its effect, in a run that continues. */
  const diesAt = async (attempt: number, spec: typeof charge = charge) => {
    const { complete } = harness.ports.claims;
    harness.ports.claims.complete = () => Promise.reject(new Error("killed"));
    await expect(harness.deliver({ ...message, attempt }, done, spec)).rejects.toThrow("killed");
    harness.ports.claims.complete = complete;
    leaseOver();
  };

  test("a later delivery is deferred, and the run ends: the message finds out", async () => {
    await diesAt(1);
    harness.change({ paused: { by: "me", why: "wait", key: "k", at: "2026-01-01T00:00:00.000Z" } });
    expect(await harness.deliver(message, never)).toMatchObject({ kind: "deferred", why: "run paused" });
    await ends();
    expect(claim()).toMatchObject({ state: "sealed" });
    await harness.deliver(await harness.resend(deferredKey(RUN, 1, "charge", "do")), done);
    expect(claim()).toMatchObject({ state: "sealed", late: { receipt: "ok" }, undo: { step: "refund" } });
  });

  test("a later attempt fails for certain: the effect stays in doubt, until it is found out", async () => {
    await diesAt(1);
    await harness.deliver(message, () => Promise.reject(new Error("not reached")));
    await ends();
    expect(isInDoubt(claim())).toBe(true);
    leaseOver();
    await harness.deliver(message, done);
    expect(claim()).toMatchObject({ late: { receipt: "ok" } });
    expect(isInDoubt(claim())).toBe(false);
  });

  test("a later attempt completes the effect: nothing is in doubt", async () => {
    await diesAt(1);
    expect(await harness.deliver(message, done)).toMatchObject({ kind: "reported", answer: "success" });
    expect(claim().doubt).toBeUndefined();
  });

  test.each([
    ["took too long", {}, () => new Promise<never>(() => {})],
    ["has a result that breaks the contract", {}, async () => ({ receipt: 1 }) as never],
  ])("an attempt that %s may have completed it", async (_, more, code) => {
    vi.useFakeTimers();
    const delivery = harness.deliver({ ...message, ...more }, code);
    await vi.advanceTimersByTimeAsync(3_600_000);
    vi.useRealTimers();
    expect(await delivery).toMatchObject({ answer: "failure" });
    await ends();
    expect(isInDoubt(claim())).toBe(true);
  });

  test("a step's own error says that the effect did not happen", async () => {
    await harness.deliver(message, () => Promise.reject(new Error("refused")));
    await ends();
    expect(isInDoubt(claim())).toBe(false);
  });

  test("a person is asked once, even before the run ends", async () => {
    await diesAt(1, ask);
    expect(await harness.deliver(message, never, ask)).toMatchObject({ answer: "failure" });
    await ends();
    expect(await harness.deliver(message, never, ask)).toMatchObject({ kind: "dropped" });
    expect(escalations()).toHaveLength(1);
  });

  test("a person answers to try again, and that attempt does not begin: the effect is in doubt again", async () => {
    await diesAt(1, ask);
    await harness.deliver(message, never, ask);
    harness.change({ paused: { by: "me", why: "wait", key: "k", at: "2026-01-01T00:00:00.000Z" } });
    const later = { ...message, attempt: 2 };
    expect(await harness.deliver(later, never, ask)).toMatchObject({ kind: "deferred" });
    await ends();
    expect(isInDoubt(claim())).toBe(true);
    await harness.deliver(later, never, ask);
    expect(isInDoubt(claim())).toBe(false);
    expect(escalations()).toHaveLength(2);
  });

  test("the attempt to find out completes the effect, and its result cannot be stored: a person is asked", async () => {
    await diesAt(1);
    await ends();
    await harness.deliver(message, async () => ({ receipt: 1 }) as never);
    expect(escalations()).toMatchObject([{ event: { data: { why: "ask", error: "InvalidOutput" } } }]);
    expect(isInDoubt(claim())).toBe(false);
  });
});

test("an attempt that asks while it is in doubt asks a person", async () => {
  await dies();
  leaseOver();
  await harness.deliver(message, async () => Promise.reject(askPerson("sure?")));
  expect(claim()).toMatchObject({ state: "sealed", asked: true, failure: { policy: "ask" } });
});

test("a breaker that is open defers it although its step has a fallback, and says why", async () => {
  const breaker = defineBreaker("mail", { cooldown: "1 minute" } as never);
  await dies();
  leaseOver();
  const open = { state: "open", until: harness.clock.now + 60_000, inARow: 0, answered: {}, failed: {} };
  harness.state.put({
    ...breakerKey("mail"),
    kind: "breaker",
    breaker: "mail",
    revision: 1,
    ...open,
  } as never);
  const outcome = await harness.deliver({ ...message, fallback: true }, never, {
    ...charge,
    breaker,
  } as never);
  expect(outcome).toMatchObject({ kind: "deferred", why: "breaker open" });
  expect(harness.state.get(deferredKey(RUN, 1, "charge", "do"))).toMatchObject({
    reason: "breaker open",
    owner: expect.any(String),
    dueAt: expect.any(String),
  });
});
