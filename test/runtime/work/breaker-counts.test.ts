import { expect, test } from "vitest";
import { counted, isClean, isTooMuch, observe } from "../../../lambdas/runtime/work/breaker/counts.ts";
import { withCurrentBreaker } from "../../../lambdas/runtime/work/breaker/current.ts";
import {
  askAgainAt,
  HEALTHY,
  isCounted,
  mayCall,
  next,
} from "../../../lambdas/runtime/work/breaker/transition.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import type { BreakerState } from "../../../lib/contract/table.ts";

/** Where exactly a breaker's windows, thresholds and times begin and end. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const SECOND = 1_000;
const spec = defineBreaker("bank", {
  failures: 3,
  rate: { share: 0.5, least: 4 },
  window: "100 seconds",
  cooldown: "20 seconds",
});
const state = (more: Partial<BreakerState>): BreakerState => ({ ...HEALTHY, ...more });
const slotAt = (time: number) => String(time);

test("a call is counted in a tenth of the window, and what has left the window is removed", () => {
  const counts = {
    inARow: 1,
    answered: { [slotAt(NOW - 100 * SECOND)]: 5, [slotAt(NOW - 90 * SECOND)]: 1 },
    failed: { [slotAt(NOW - 110 * SECOND)]: 2, [slotAt(NOW - 10 * SECOND)]: 1 },
  };
  const seen = observe(spec, counts, "failed", NOW + 9 * SECOND);
  expect(seen.slot).toBe(slotAt(NOW));
  expect(observe(spec, counts, "failed", NOW + 10 * SECOND).slot).toBe(slotAt(NOW + 10 * SECOND));
  expect(observe(spec, counts, "answered", NOW).stale.sort()).toEqual(
    [slotAt(NOW - 110 * SECOND), slotAt(NOW - 100 * SECOND)].sort(),
  );
  expect(counted(counts, observe(spec, counts, "answered", NOW))).toEqual({
    inARow: 0,
    answered: { [slotAt(NOW - 90 * SECOND)]: 1, [slotAt(NOW)]: 1 },
    failed: { [slotAt(NOW - 10 * SECOND)]: 1 },
  });
  expect(counted(counts, observe(spec, counts, "failed", NOW - 5 * SECOND))).toMatchObject({
    inARow: 2,
    failed: { [slotAt(NOW - 10 * SECOND)]: 2 },
  });
});

test("a breaker is clean without a failure in a row or in the window", () => {
  const failedAt = (time: number) => ({ inARow: 0, answered: {}, failed: { [slotAt(time)]: 1 } });
  expect(isClean(spec, failedAt(NOW - 100 * SECOND), NOW)).toBe(true);
  expect(isClean(spec, failedAt(NOW - 99 * SECOND), NOW)).toBe(false);
  expect(isClean(spec, { ...failedAt(NOW - 100 * SECOND), inARow: 1 }, NOW)).toBe(false);
  const two = { inARow: 0, answered: {}, failed: { [slotAt(NOW - 200 * SECOND)]: 1, [slotAt(NOW)]: 1 } };
  expect(isClean(spec, two, NOW)).toBe(false);
});

test("so many failures in a row, or such a share of so many calls, are too much", () => {
  const calls = (failed: number, answered: number, inARow = 0) =>
    isTooMuch(spec, { inARow, answered: { a: answered }, failed: { a: failed } });
  expect(calls(0, 0, 2)).toBe(false);
  expect(calls(0, 0, 3)).toBe(true);
  expect(calls(2, 2)).toBe(true);
  expect(calls(2, 3)).toBe(false);
  expect(calls(2, 1)).toBe(false);
  expect(calls(3, 0)).toBe(false);
  expect(isTooMuch(spec, { inARow: 0, answered: { a: 1, b: 1 }, failed: { a: 1, b: 1 } })).toBe(true);
});

test("an open breaker lets a probe through from the end of its cooldown on", () => {
  const asked = { kind: "asked", owner: "a", lease: NOW + SECOND } as const;
  const open = state({ state: "open", until: NOW });
  expect(next(spec, open, asked, NOW - 1)).toBe(open);
  expect(next(spec, open, asked, NOW)).toMatchObject({ state: "half-open", probe: { owner: "a" } });
  expect(next(spec, open, { kind: "answered", owner: "a" }, NOW)).toBe(open);
});

test("another probe is let through once the lease of the first has ended", () => {
  const asked = { kind: "asked", owner: "b", lease: NOW + SECOND } as const;
  const half = state({ state: "half-open", probe: { owner: "a", lease: NOW } });
  expect(next(spec, half, asked, NOW - 1)).toBe(half);
  expect(next(spec, half, asked, NOW)).toMatchObject({ probe: { owner: "b" } });
});

test("the probe alone decides: closed, open for a cooldown, open until it says, or left to the next", () => {
  const half = state({ state: "half-open", probe: { owner: "a", lease: NOW + SECOND } });
  const after = (event: Parameters<typeof next>[2]) => next(spec, half, event, NOW);
  expect(after({ kind: "answered", owner: "a" })).toEqual(HEALTHY);
  expect(after({ kind: "failed", owner: "a" })).toEqual(state({ state: "open", until: NOW + 20 * SECOND }));
  expect(after({ kind: "busy", owner: "a", until: NOW + 5 })).toEqual(
    state({ state: "open", until: NOW + 5 }),
  );
  expect(after({ kind: "unknown", owner: "a" })).toEqual(state({ state: "half-open" }));
  expect(after({ kind: "failed", owner: "b" })).toBe(half);
  expect(next(spec, state({ state: "half-open" }), { kind: "failed", owner: "b" }, NOW)).toEqual(
    state({ state: "half-open" }),
  );
});

test("only a closed breaker counts, and answers only after a failure", () => {
  const failed = { kind: "failed", owner: "a" } as const;
  const answered = { kind: "answered", owner: "a" } as const;
  const forced = { to: "closed", by: "ann", at: "", why: "w", key: "k" } as const;
  expect(isCounted(spec, HEALTHY, failed, NOW)).toBe(true);
  expect(isCounted(spec, HEALTHY, answered, NOW)).toBe(false);
  expect(isCounted(spec, state({ inARow: 1 }), answered, NOW)).toBe(true);
  expect(isCounted(spec, state({ inARow: 1 }), { kind: "busy", owner: "a", until: NOW }, NOW)).toBe(false);
  expect(isCounted(spec, state({ state: "open" }), failed, NOW)).toBe(false);
  expect(isCounted(spec, state({ state: "half-open" }), failed, NOW)).toBe(false);
  expect(isCounted(spec, state({ forced }), failed, NOW)).toBe(false);
});

test("who may call, and when the others ask again", () => {
  const probe = { owner: "a", lease: NOW };
  const forced = { by: "ann", at: "", why: "w", key: "k" };
  expect(mayCall(HEALTHY, "a")).toBe(true);
  expect(mayCall(state({ state: "open" }), "a")).toBe(false);
  expect(mayCall(state({ state: "open", probe }), "a")).toBe(false);
  expect(mayCall(state({ state: "half-open", probe }), "a")).toBe(true);
  expect(mayCall(state({ state: "half-open", probe }), "b")).toBe(false);
  expect(mayCall(state({ state: "half-open" }), "a")).toBe(false);
  expect(mayCall(state({ state: "open", forced: { ...forced, to: "closed" } }), "a")).toBe(true);
  expect(mayCall(state({ forced: { ...forced, to: "open" } }), "a")).toBe(false);
  expect(askAgainAt(spec, state({ until: NOW + 1 }), NOW)).toBe(NOW + 1);
  expect(askAgainAt(spec, state({ until: NOW }), NOW)).toBe(NOW + 20 * SECOND);
  expect(askAgainAt(spec, state({}), NOW)).toBe(NOW + 20 * SECOND);
});

test("what operators have set applies to the breaker of a step, and to no step without one", () => {
  const set = { value: 7, by: "ann", at: "", why: "w" };
  const stored = { revision: 1, values: { failures: set } };
  expect(withCurrentBreaker({ breaker: spec }, stored).breaker).toEqual({ ...spec, failures: 7 });
  expect(withCurrentBreaker({ breaker: spec }, undefined).breaker).toEqual(spec);
  expect(withCurrentBreaker({ breaker: undefined }, stored)).toEqual({ breaker: undefined });
});
