import { describe, expect, test } from "vitest";
import { ScalingRate } from "../../../local/limits/scaling-rate.ts";
import { TokenBucket } from "../../../local/limits/token-bucket.ts";
import { UseCounter } from "../../../local/limits/use.ts";
import { WarmThroughput } from "../../../local/limits/warm-throughput.ts";

const MINUTE = 60_000;

describe("a token bucket", () => {
  const bucket = () => new TokenBucket({ burst: 3, perSecond: 2 }, 1000);

  test("is full at first, and then gives what is refilled", () => {
    const tokens = bucket();
    expect([1, 2, 3, 4].map(() => tokens.take(1000))).toEqual([true, true, true, false]);
    expect(tokens.take(1499)).toBe(false);
    expect(tokens.take(1500)).toBe(true);
    expect(tokens.take(1999)).toBe(false);
  });

  test("holds no more than its burst", () => {
    const tokens = bucket();
    expect(tokens.take(60_000, 4)).toBe(false);
    expect(tokens.take(60_000, 3)).toBe(true);
  });

  test("admits a charge while anything is left, and turns the rest into debt", () => {
    const tokens = bucket();
    expect(tokens.charge(1000, 7)).toBe(true);
    expect(tokens.charge(3000, 1)).toBe(false);
    expect(tokens.charge(3001, 1)).toBe(true);
  });

  test("answers when reserved tokens will be available, one after another", () => {
    const tokens = bucket();
    expect([3, 1, 1, 2].map((amount) => tokens.reserve(1000, amount))).toEqual([0, 500, 1000, 2000]);
  });
});

describe("an on-demand table", () => {
  /** Fills `seconds` seconds with so many units each; answers how many seconds were refused something. */
  const load = (throughput: WarmThroughput, start: number, seconds: number, units: number) => {
    let refused = 0;
    for (let second = 0; second < seconds; second++) {
      let all = true;
      for (let unit = 0; unit < units; unit++) {
        all = throughput.charge(start + second * 1000 + Math.floor((unit * 1000) / units), 1) && all;
      }
      if (!all) refused++;
    }
    return refused;
  };

  test("allows its initial throughput from the start, and no more within half an hour", () => {
    const throughput = new WarmThroughput(10, 0);
    expect(load(throughput, 0, 60, 10)).toBe(0);
    expect(load(throughput, 2 * MINUTE, 60, 30)).toBeGreaterThan(50);
  });

  test("takes twice its peak after half an hour", () => {
    const throughput = new WarmThroughput(10, 0);
    load(throughput, 0, 60, 10);
    expect(load(throughput, 30 * MINUTE, 60, 20)).toBe(0);
    expect(load(throughput, 32 * MINUTE, 60, 30)).toBeGreaterThan(50);
  });

  test("does not grow with little use", () => {
    const throughput = new WarmThroughput(10, 0);
    load(throughput, 0, 60, 4);
    expect(load(throughput, 30 * MINUTE, 60, 20)).toBeGreaterThan(50);
  });
});

describe("the concurrency of a function", () => {
  test("grows no faster than its rate, and does not shrink", () => {
    const scaling = new ScalingRate({ burst: 2, perSecond: 1 }, 0);
    expect([1, 2, 3].map((running) => scaling.admit(0, running))).toEqual([true, true, false]);
    expect([1, 2].map((running) => scaling.admit(10, running))).toEqual([true, true]);
    expect(scaling.admit(1000, 3)).toBe(true);
    expect(scaling.admit(1000, 4)).toBe(false);
  });
});

test("the busiest user in one second is reported, and in total", () => {
  const counter = new UseCounter();
  counter.note(1000, "a", 2);
  counter.note(1999, "b", 1);
  counter.note(1999, "b", 2);
  counter.note(2000, "a", 2);
  expect(counter.figures()).toEqual({
    used: 7,
    throttled: 0,
    busiest: { subject: "b", perSecond: 3 },
    most: { subject: "a", used: 4 },
  });
});
