import { expect, test } from "vitest";
import { force, forceBreaker } from "../../../lambdas/runtime/work/breaker/force.ts";
import type { BreakerPorts } from "../../../lambdas/runtime/work/breaker/ports.ts";
import { recordOutcome } from "../../../lambdas/runtime/work/breaker/record.ts";
import { HEALTHY, next } from "../../../lambdas/runtime/work/breaker/transition.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { shardsOf } from "../../../lib/contract/keys/index-partitions.ts";
import type { BreakerItem } from "../../../lib/contract/table.ts";

/** What operators force, and how a breaker is written. */
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const action = (key: string) => ({ by: "ann", at: "2026-11-21T10:00:00.000Z", why: "w", key });
const spec = defineBreaker("bank", { failures: 3 });

test("automatic again: closed if it was forced closed, and one call tries if it was forced open", () => {
  const closed = force(HEALTHY, "closed", action("k1"));
  const open = force(HEALTHY, "open", action("k1"));
  expect(force(closed, "auto", action("k2"))).toEqual(HEALTHY);
  expect(force(open, "auto", action("k2"))).toEqual({ ...HEALTHY, state: "open", until: NOW });
  expect(force(HEALTHY, "auto", action("k2"))).toBe(HEALTHY);
});

test("the same command again changes nothing, another one does", () => {
  const open = force(HEALTHY, "open", action("k1"));
  expect(force(open, "open", action("k1"))).toBe(open);
  expect(force(open, "closed", action("k2"))).toMatchObject({ state: "closed", forced: { key: "k2" } });
});

test("only a failure opens a closed breaker", () => {
  const failing = { ...HEALTHY, inARow: 3 };
  expect(next(spec, failing, { kind: "asked", owner: "a", lease: NOW }, NOW)).toBe(failing);
  expect(next(spec, failing, { kind: "failed", owner: "a" }, NOW).state).toBe("open");
});

/** Breakers whose writes and counts are answered as given, one after another; the last answer is repeated. */
function portsOf(writes: (BreakerItem | undefined)[] = [undefined], counts: boolean[] = [true]) {
  const written: BreakerItem[] = [];
  const metrics: unknown[][] = [];
  let counted = 0;
  const answer = <Answer>(answers: readonly Answer[], at: number) =>
    answers[Math.min(at, answers.length - 1)];
  const ports = {
    breakers: {
      read: async () => undefined,
      write: async (item: BreakerItem) => {
        written.push(item);
        return answer(writes, written.length - 1);
      },
      count: async (item: BreakerItem) => ({ counted: answer(counts, counted++), item }),
    },
    now: () => NOW,
    log: { info() {}, warn() {}, error() {}, debug() {} },
    metrics: { count: (...metric: unknown[]) => void metrics.push(metric) },
  } as unknown as BreakerPorts;
  return { ports, written, metrics, counts: () => counted };
}

test("a change is in a list of what is not published yet, and is kept for years", async () => {
  const { ports, written } = portsOf();
  await forceBreaker("bank", "closed", action("k1"), ports);
  const years = (written[0]!.expiresAt - NOW / 1000) / (365 * 24 * 60 * 60);
  expect(shardsOf("unpublished")).toContain(written[0]!.unpublished);
  expect(years).toBeGreaterThan(9);
  expect(years).toBeLessThan(11);
});

test("the metric counts breakers that open, by name, and none that closes", async () => {
  const closed = portsOf();
  await forceBreaker("bank", "closed", action("k1"), closed.ports);
  expect(closed.metrics).toEqual([]);
  const open = portsOf();
  await forceBreaker("bank", "open", action("k1"), open.ports);
  expect(open.metrics).toEqual([["BreakersOpened", 1, { breaker: "bank" }]]);
});

test("a write that was refused is made over the newer item, also if the same writer has counted in it", async () => {
  const newer = { ...HEALTHY, breaker: "bank", revision: 4, writer: "k1" } as BreakerItem;
  const { ports, written } = portsOf([newer, undefined]);
  await forceBreaker("bank", "open", action("k1"), ports);
  expect(written.map(({ revision }) => revision)).toEqual([1, 5]);
});

test("a call that was not counted, since the breaker changed meanwhile, is counted again", async () => {
  const { ports, counts } = portsOf([undefined], [false, true]);
  await recordOutcome(spec, { kind: "failed", owner: "a" }, ports);
  expect(counts()).toBe(2);
});
