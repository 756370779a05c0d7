import { describe, expect, test } from "vitest";
import type { RunSummary } from "../../console/src/api/types.ts";
import {
  bucketsOf,
  costToday,
  healthByWorkflow,
  healthOf,
  quantile,
  rateText,
} from "../../console/src/app/health.ts";
import { type Found, needsOf, titleOf } from "../../console/src/app/needs.ts";

const zero = Date.parse("2026-03-01T12:00:00.000Z");
const at = (seconds: number) => new Date(zero + seconds * 1_000).toISOString();
const run = (name: string, status: RunSummary["status"], accepted: number, took?: number): RunSummary => ({
  run: `${name}-${accepted}`,
  workflow: name,
  epoch: 1,
  status,
  acceptedAt: at(accepted),
  ...(took !== undefined && { endedAt: at(accepted + took) }),
});

describe("health", () => {
  test("durations are those of runs that succeeded; failures are a share of what has ended", () => {
    const health = healthOf("w", [
      run("w", "succeeded", 0, 10),
      run("w", "succeeded", 1, 20),
      run("w", "succeeded", 2, 600),
      run("w", "failed", 3, 1),
      run("w", "timed-out", 4, 9_000),
      run("w", "running", 5),
    ]);
    expect(health).toMatchObject({ runs: 6, failed: 2, failedShare: 0.4, median: 20_000, slow: 600_000 });
    expect(healthOf("w", [run("w", "running", 5)])).toMatchObject({ failedShare: 0, median: undefined });
  });

  test("the highest failure rate is first", () => {
    const all = [run("good", "succeeded", 0, 1), run("bad", "failed", 0, 1), run("good", "succeeded", 2, 1)];
    expect(healthByWorkflow(all).map(({ name }) => name)).toEqual(["bad", "good"]);
  });

  test("each run is in one part of the time, the first and the last too", () => {
    const runs = [run("w", "succeeded", 0, 4), run("w", "failed", 50, 1), run("w", "running", 100)];
    const buckets = bucketsOf(runs, zero + 100_000, 10);
    expect(buckets).toHaveLength(10);
    expect(buckets[0]).toMatchObject({ succeeded: 1, failed: 0, open: 0, median: 4_000 });
    expect(buckets[5]).toMatchObject({ failed: 1 });
    expect(buckets[9]).toMatchObject({ open: 1 });
    expect(bucketsOf([], zero)).toEqual([]);
    expect(bucketsOf([run("w", "running", 0)], zero)).toHaveLength(30);
  });

  test("the cost of today is that of the runs since midnight, and at least that where more are not loaded", () => {
    const midnight = new Date(zero).setHours(0, 0, 0, 0);
    const costing = (accepted: number, usd: number): RunSummary => ({
      ...run("w", "succeeded", (accepted - zero) / 1_000, 1),
      cost: { usd } as NonNullable<RunSummary["cost"]>,
    });
    const runs = [costing(zero, 2), costing(midnight, 0.5), costing(midnight - 1, 40)];
    expect(costToday(runs, zero, true)).toEqual({ usd: 2.5, isPart: false });
    expect(costToday(runs.slice(0, 2), zero, true)).toEqual({ usd: 2.5, isPart: true });
    expect(costToday(runs.slice(0, 2), zero, false)).toEqual({ usd: 2.5, isPart: false });
    expect(costToday([run("w", "succeeded", 0, 1)], zero, false)).toBeUndefined();
  });

  test("quantiles are values that occurred", () => {
    expect([0.5, 0.95, 1].map((share) => quantile([1, 2, 3, 4], share))).toEqual([2, 4, 4]);
    expect(quantile([], 0.5)).toBeUndefined();
  });

  test("a rate is in the unit that gives at least one", () => {
    expect(rateText(30, 10_000)).toBe("3 per second");
    expect(rateText(30, 3_600_000)).toBe("30 per hour");
    expect(rateText(5, 7_200_000)).toBe("2.5 per hour");
    expect(rateText(1, 172_800_000)).toBe("0.5 per day");
  });
});

describe("what needs attention", () => {
  const none: Found = {
    approvals: [],
    stuck: [],
    failed: [],
    deadLetters: [],
    quarantine: [],
    breakers: [],
    overdue: [],
    subscribers: [],
  };

  test("is empty if there are no problems", () => {
    const subscribers = [{ name: "w", kind: "workflow", events: [], overdue: 0 }] as Found["subscribers"];
    const breakers = [{ breaker: "b", state: "closed", inARow: 0, usedBy: [] }] as Found["breakers"];
    expect(needsOf({ ...none, subscribers, breakers })).toEqual([]);
  });

  test("has a link to the page of the remedy, what stops work first; of many only the number", () => {
    const needs = needsOf({
      ...none,
      stuck: [run("film", "running", 0)],
      failed: [1, 2, 3, 4, 5].map((second) => run("order", "failed", second, 1)),
      breakers: [{ breaker: "bank", state: "open", inARow: 5, usedBy: ["pay"] }] as Found["breakers"],
    });
    expect(needs.map(({ kind, to }) => [kind, to])).toEqual([
      ["stuck", "/runs/film-0"],
      ["breaker open", "/breakers"],
      ["failed", "/runs/order-1"],
      ["failed", "/runs/order-2"],
      ["failed", "/runs/order-3"],
      ["failed", "/runs?status=failed"],
    ]);
    expect(needs.at(-1)!.title).toBe("2 more");
    expect(new Set(needs.map(({ kind, key }) => `${kind} ${key}`)).size).toBe(needs.length);
  });

  test("names a run by its workflow and subject", () => {
    expect(titleOf({ ...run("film", "running", 0), key: "tides" })).toBe("film · tides");
    expect(titleOf({ ...run("film", "running", 0), run: "film-abcdefghijkl" })).toBe("film · ghijkl");
  });
});
