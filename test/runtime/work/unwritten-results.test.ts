import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  ALL_REPEATABLE,
  ANSWER,
  DIAMOND_NAMES,
  diamond,
  FAILING,
  group,
  groupHarness,
  NAMES,
  repeatable,
  walkDespiteDeath,
} from "./group-harness.ts";

/** Results of steps that are safe to repeat, in a group of them. */

let harness: ReturnType<typeof groupHarness>;
beforeEach(() => {
  harness = groupHarness(ALL_REPEATABLE);
});
afterEach(() => {
  vi.useRealTimers();
});
const steps = () => harness.began.map(({ step }) => step);
const states = () => NAMES.map((name) => harness.claim(name)?.state);
/** The calls that write claims, with the paths of each. */
function callsOf() {
  const calls: string[] = [];
  const { claims } = harness.ports;
  harness.ports.claims = {
    ...claims,
    async recordTogether(results, ended) {
      calls.push(`together ${results.map(({ request }) => request.about.path).join(" ")}`);
      return await claims.recordTogether(results, ended);
    },
    async record(request, ...end) {
      calls.push(`record ${request.about.path}`);
      return await claims.record(request, ...end);
    },
    async claim(request) {
      calls.push(`claim ${request.about.path}`);
      return await claims.claim(request);
    },
  };
  return calls;
}
const never = () => new Promise<never>(() => {});
/** The code of a step that takes this number of milliseconds. */
const taking = (milliseconds: number) => () => {
  harness.clock.now += milliseconds;
};
/** `vi.waitFor` would move the timers. */
const begun = async (step: string) => {
  while (!steps().includes(step)) await new Promise(setImmediate);
};

test("are written in one call, before the group is answered", async () => {
  const calls = callsOf();
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(calls).toEqual(["together pack weigh send"]);
  expect(states()).toEqual(["done", "done", "done"]);
  expect(harness.machines.answers).toEqual([{ token: "t1", output: ANSWER }]);
});

test("have the times of their attempts", async () => {
  const began = harness.clock.now;
  await harness.deliver({}, { weigh: taking(300) });
  const [start, end] = [began, began + 300].map((time) => new Date(time).toISOString());
  expect(harness.claim("pack")).toMatchObject({ startedAt: start, endedAt: start });
  expect(harness.claim("weigh")).toMatchObject({ startedAt: start, endedAt: end });
});

test("that are not written are lost with their worker, and the next one runs the steps again", async () => {
  void harness.deliver({}, { send: never });
  await begun("send");
  expect(states()).toEqual([undefined, undefined, undefined]);
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(steps()).toEqual([...NAMES, ...NAMES]);
});

describe("wait for a second at most", () => {
  test("while the next step runs", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    void harness.deliver({}, { send: never });
    await begun("send");
    await vi.advanceTimersByTimeAsync(999);
    expect(states()).toEqual([undefined, undefined, undefined]);
    await vi.advanceTimersByTimeAsync(1);
    expect(states()).toEqual(["done", "done", undefined]);
    expect(await harness.deliver()).toMatchObject({ answer: "success" });
    expect(steps()).toEqual([...NAMES, "send"]);
  });

  test("from the first of them on", async () => {
    const calls = callsOf();
    await harness.deliver({}, { pack: taking(2_000), weigh: taking(500), send: taking(499) });
    expect(calls).toEqual(["together pack weigh send"]);
  });

  test("and then they are written with the result that comes", async () => {
    const calls = callsOf();
    await harness.deliver({}, { weigh: taking(1_000) });
    expect(calls).toEqual(["together pack weigh", "record send"]);
  });

  test("unless the table is out of reach: then they are written with the next one", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const { promise, resolve } = Promise.withResolvers<void>();
    const { claims } = harness.ports;
    let failures = 1;
    harness.ports.claims = {
      ...claims,
      async recordTogether(...results) {
        if (failures-- > 0) throw new Error("no connection");
        return await claims.recordTogether(...results);
      },
    };
    const delivery = harness.deliver({}, { send: () => promise });
    await begun("send");
    await vi.advanceTimersByTimeAsync(1_000);
    resolve();
    expect(await delivery).toMatchObject({ answer: "success" });
    expect(states()).toEqual(["done", "done", "done"]);
    expect(steps()).toEqual(NAMES);
  });
});

describe("are written before", () => {
  test("the claim of a step that must not happen twice", async () => {
    harness = groupHarness(repeatable("pack", "weigh"));
    const calls = callsOf();
    await harness.deliver();
    expect(calls).toEqual(["together pack weigh", "claim send"]);
  });

  test("a failure, which is recorded alone", async () => {
    const calls = callsOf();
    const send = () => Promise.reject(new Error("no"));
    expect(await harness.deliver({}, { send })).toMatchObject({ answer: "failure" });
    expect(calls).toEqual(["together pack weigh", "record send"]);
    expect(states()).toEqual(["done", "done", "failed"]);
    calls.length = 0;
    expect(await harness.deliver({ attempt: 2, taskToken: "t2" })).toMatchObject({ answer: "success" });
    expect(calls).toEqual(["record send"]);
  });

  test("the message is left for later, as when the run is paused", async () => {
    const weigh = () => {
      taking(1_000)();
      harness.change({ paused: { by: "ada", why: "to look", key: "k", at: "2026-11-21T10:00:00.000Z" } });
    };
    expect(await harness.deliver({}, { pack: taking(500), weigh })).toMatchObject({ kind: "deferred" });
    expect(states()).toEqual(["done", "done", undefined]);
  });
});

test("of two deliveries at the same time, the first that writes counts; the other ends, and answers when it is delivered again", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const slow = harness.deliver({}, { send: () => promise.then(() => ({ text: "slow" })) });
  await begun("send");
  expect(await harness.deliver({ taskToken: "t2" })).toMatchObject({ answer: "success" });
  resolve();
  expect(await slow).toMatchObject({ kind: "later" });
  expect(harness.claim("send")!.result).toEqual({ text: "o1 pack weigh send" });
  const ran = steps().length;
  expect(await harness.deliver()).toMatchObject({ kind: "reported", answer: "success" });
  expect(steps()).toHaveLength(ran);
});

test("are recorded one by one in a group with branches", async () => {
  harness = groupHarness(ALL_REPEATABLE, diamond);
  const calls = callsOf();
  expect(await harness.deliver()).toMatchObject({ answer: "success" });
  expect(calls.toSorted()).toEqual(DIAMOND_NAMES.map((name) => `record ${name}`).toSorted());
});

test("a result for which there is no room is the first of the next write", async () => {
  const calls = callsOf();
  const large = () => ({ text: "x".repeat(40 * 1024) });
  const steps = group.group.steps.map((step) => ({ ...step, reads: [""] }));
  await harness.deliver({ group: { ...group.group, steps } }, { pack: large, weigh: large, send: large });
  expect(calls).toEqual(["together pack", "together weigh", "together send"]);
});

describe.each(["before", "after"] as const)("a worker that dies %s any call", (when) => {
  test.each(FAILING)("is followed by one that ends the group: %s", async (_, failing) => {
    for (const declared of [ALL_REPEATABLE, repeatable("pack", "weigh"), repeatable("weigh", "send")])
      for (let at = 0; ; at++) {
        harness = groupHarness(declared);
        const reached = await walkDespiteDeath(harness, failing, at, when);
        expect(harness.machines.answers.at(-1)).toMatchObject({ output: ANSWER });
        expect(states()).toEqual(["done", "done", "done"]);
        if (!reached) break;
      }
  });
});
