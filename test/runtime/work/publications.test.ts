import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Publications } from "../../../lambdas/runtime/work/group/publications.ts";
import { claimKey } from "../../../lib/contract/keys/claim.ts";
import { memoryObservation } from "../memory/memory.ts";

const own = claimKey("r", 1, "pack");
const next = { ...claimKey("r", 1, "weigh"), within: own.sk };
const completion = { result: 1, emitted: [] };
const emitting = { result: 1, emitted: [{ name: "parcel.packed" }] as never };

describe("the change that completes a claim and takes the next", () => {
  const publishedBefore = (milliseconds: number, mayWait = true) => {
    let now = 5_000;
    const publications = new Publications(() => now, mayWait);
    publications.changed(own, "now");
    now += milliseconds;
    return publications;
  };

  test.each([
    [0, "later"],
    [999, "later"],
    [1_000, "now"],
  ])("%i ms after the last publication is published %s", (milliseconds, publish) => {
    expect(publishedBefore(milliseconds).timeFor(own, completion)).toBe(publish);
    expect(publishedBefore(milliseconds).timeFor(next, completion)).toBe(publish);
  });

  test("is published now if a step emits events, or if its completion is an event on the bus", () => {
    expect(publishedBefore(0).timeFor(own, emitting)).toBe("now");
    expect(publishedBefore(0, false).timeFor(own, completion)).toBe("now");
  });

  test("is published now in an item of which nothing is known", () => {
    expect(new Publications(() => 0, true).timeFor(own, completion)).toBe("now");
  });
});

describe("a step that has begun", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());
  const waiting = () => {
    const publications = new Publications(Date.now, true);
    publications.changed(own, "now");
    publications.changed(own, "later");
    return publications;
  };
  const asleep = (milliseconds: number) => () =>
    new Promise((resolve) => setTimeout(() => resolve("done"), milliseconds));

  test.each([
    [999, 0],
    [1_001, 1],
    [5_000, 1],
  ])("and takes %i ms is published %i times meanwhile", async (milliseconds, times) => {
    const publish = vi.fn(async () => {});
    const result = waiting().during(
      next,
      { claims: { publish }, ...memoryObservation() },
      asleep(milliseconds),
    );
    await vi.runAllTimersAsync();
    expect(await result).toBe("done");
    expect(publish.mock.calls).toEqual(Array(times).fill([next]));
  });

  test("is not published again if nothing waits", async () => {
    const publications = waiting();
    publications.changed(next, "now");
    const publish = vi.fn(async () => {});
    const result = publications.during(next, { claims: { publish }, ...memoryObservation() }, asleep(5_000));
    await vi.runAllTimersAsync();
    expect(await result).toBe("done");
    expect(publish).not.toHaveBeenCalled();
  });

  test("ends after its publication has", async () => {
    const order: string[] = [];
    const published = Promise.withResolvers<void>();
    const publish = async () => {
      await published.promise;
      order.push("published");
    };
    const result = waiting()
      .during(next, { claims: { publish }, ...memoryObservation() }, asleep(1_500))
      .then(() => order.push("ended"));
    await vi.advanceTimersByTimeAsync(2_000);
    expect(order).toEqual([]);
    published.resolve();
    await result;
    expect(order).toEqual(["published", "ended"]);
  });

  test("keeps its result if it cannot be published meanwhile, which is published later", async () => {
    const publications = waiting();
    const observation = memoryObservation();
    const publish = () => Promise.reject(new Error("throttled"));
    const result = publications.during(next, { claims: { publish }, ...observation }, asleep(1_500));
    await vi.runAllTimersAsync();
    expect(await result).toBe("done");
    expect(observation.lines.map(({ level }) => level)).toEqual(["warn"]);
    expect(publications.timeFor(own, completion)).toBe("now");
  });
});
