import { beforeEach, describe, expect, test } from "vitest";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { type Forced, forceBreaker } from "../../../lambdas/runtime/work/breaker/force.ts";
import { recordOutcome } from "../../../lambdas/runtime/work/breaker/record.ts";
import { defineBreaker } from "../../../lib/contract/breaker.ts";
import { giveUp, waitAndRetry } from "../../../lib/contract/failure.ts";
import { breakerKey, controlKey } from "../../../lib/contract/keys/control.ts";
import type { BreakerItem, ControlItem } from "../../../lib/contract/table.ts";
import { charge, deferred, never, succeeds, workHarness } from "./work-harness.ts";

const model = defineBreaker("model", {
  failures: 3,
  rate: { share: 0.5, least: 10 },
  window: "1 minute",
  cooldown: "30 seconds",
});
const spec = { ...charge, breaker: model };
const fails = () => Promise.reject(new Error("503"));
const order = { by: "ada", why: "it lies", key: "k", at: "2026-11-21T10:00:00.000Z" };

let harness: ReturnType<typeof workHarness>;
beforeEach(() => {
  harness = workHarness();
});
const item = () => harness.state.get(breakerKey("model")) as BreakerItem | undefined;
let token = 0;
const call = (code: () => Promise<unknown>, more = {}) =>
  harness.deliver({ path: `charge[${++token}]`, taskToken: `token ${token}`, ...more }, code, spec);
const open = async () => {
  for (let failures = 0; failures < 3; failures++) await call(fails);
};

test("successful calls write nothing while there are no failures", async () => {
  await call(succeeds());
  expect(item()).toBeUndefined();
});

test("consecutive failures open it; a success in between starts the count again", async () => {
  for (const code of [fails, fails, succeeds(), fails, fails]) await call(code);
  expect(item()).toMatchObject({ state: "closed", inARow: 2 });
  await call(fails);
  expect(item()).toMatchObject({ state: "open", until: harness.clock.now + 30_000 });
  expect(harness.counts.get("BreakersOpened")).toBe(1);
});

test("a final refusal is a success; a request to wait, and a call that was not made, say nothing", async () => {
  await call(fails);
  await call(fails);
  await call(() => Promise.reject(waitAndRetry("later", 1000)));
  await call(never, { input: { cents: "many" } });
  expect(item()).toMatchObject({ inARow: 2 });
  await call(() => Promise.reject(giveUp("no such model")));
  expect(item()).toMatchObject({ inARow: 0 });
});

describe("settings", () => {
  const set = (values: Record<string, number | string>) =>
    harness.state.write({
      ...controlKey("breaker", "model"),
      kind: "control",
      target: "breaker",
      name: "model",
      settings: {
        revision: 1,
        values: Object.fromEntries(
          Object.entries(values).map(([name, value]) => [name, { value, by: "ada", why: "w", at: "" }]),
        ),
      },
    } as unknown as ControlItem);

  test("a lower threshold opens it earlier, and its cooldown is that of the settings", async () => {
    set({ failures: 1, cooldown: "5 minutes" });
    await call(fails);
    expect(item()).toMatchObject({ state: "open", until: harness.clock.now + 300_000 });
  });

  test("a higher threshold opens it later", async () => {
    set({ failures: 5 });
    await open();
    expect(item()).toMatchObject({ state: "closed", inARow: 3 });
    set({});
    await call(fails);
    expect(item()).toMatchObject({ state: "open" });
  });
});

describe("open", () => {
  beforeEach(open);

  test("a step with a fallback learns at once that the downstream is unavailable", async () => {
    expect(await call(never, { fallback: true })).toMatchObject({ answer: "failure" });
    expect(harness.machines.answers.at(-1)).toMatchObject({ error: "Millrace.Unavailable" });
  });

  test.each(["before", "after"])(
    "an unavailable result stays so, if the worker dies %s its answer and the breaker closes meanwhile",
    async (when) => {
      const message = { taskToken: "unavailable", fallback: true };
      const { fail } = harness.ports.executions;
      harness.ports.executions.fail = async (...given) => {
        if (when === "after") await fail(...given);
        throw new Error("killed");
      };
      await expect(harness.deliver(message, never, spec)).rejects.toThrow("killed");
      harness.ports.executions.fail = fail;
      await forceBreaker("model", "closed", order, harness.ports);
      const code = succeeds();
      expect(await harness.deliver(message, code, spec)).toMatchObject({
        kind: "reported",
        answer: "failure",
      });
      expect(code).not.toHaveBeenCalled();
      expect(harness.machines.answers.filter(({ token }) => token === "unavailable")).toMatchObject([
        { error: "Millrace.Unavailable", cause: expect.stringContaining("The breaker model is open") },
      ]);
    },
  );

  test("the next entry of its state makes another attempt", async () => {
    await harness.deliver({ fallback: true }, never, spec);
    await forceBreaker("model", "closed", order, harness.ports);
    const entered = new Date(harness.clock.now + 1000).toISOString();
    const again = await harness.deliver({ fallback: true, entered, taskToken: "again" }, succeeds(), spec);
    expect(again).toMatchObject({ answer: "success" });
  });

  test("a step without a fallback is deferred until the cooldown is over, and a little longer", async () => {
    const outcome = await harness.deliver({}, never, spec);
    expect(outcome).toEqual({ kind: "deferred", why: "breaker open", due: harness.clock.now + 37_500 });
    expect(harness.state.get(deferred)).toMatchObject({ reason: "breaker open" });
  });

  test("after the cooldown one of a hundred calls; it alone decides", async () => {
    harness.clock.now += 30_000;
    let calls = 0;
    let answer = (_: unknown) => {};
    const probe = () => {
      calls++;
      return new Promise((resolve) => (answer = resolve));
    };
    const waiting = Array.from({ length: 100 }, () => call(probe));
    await expect.poll(() => calls).toBe(1);
    expect(item()).toMatchObject({ state: "half-open" });
    answer({ receipt: "ok" });
    const outcomes = await Promise.all(waiting);
    expect(outcomes.filter(({ kind }) => kind === "deferred")).toHaveLength(99);
    expect(item()).toMatchObject({ state: "closed", inARow: 0 });
    await call(succeeds());
  });

  test("a failed probe opens it again; after a crash, the next call tries when the lease has expired", async () => {
    harness.clock.now += 30_000;
    await call(fails);
    expect(item()).toMatchObject({ state: "open", until: harness.clock.now + 30_000 });
    harness.clock.now += 30_000;
    const complete = harness.ports.claims.complete;
    harness.ports.claims.complete = () => Promise.reject(new Error("killed"));
    await expect(call(succeeds())).rejects.toThrow("killed");
    harness.ports.claims.complete = complete;
    expect(await call(never)).toMatchObject({ kind: "deferred" });
    harness.clock.now += 36_000;
    await call(succeeds());
    expect(item()).toMatchObject({ state: "closed" });
  });

  test("an attempt without a call leaves the trial to the next", async () => {
    harness.clock.now += 30_000;
    await call(never, { input: {} });
    expect(await call(succeeds())).toMatchObject({ answer: "success" });
    expect(item()).toMatchObject({ state: "closed" });
  });

  test("results of calls that began before are ignored, open or half-open", async () => {
    for (const ask of [false, true]) {
      if (ask) {
        harness.clock.now += 30_000;
        await recordOutcome(
          model,
          { kind: "asked", owner: "probe", lease: harness.clock.now + 1000 },
          harness.ports,
        );
      }
      const before = item();
      await recordOutcome(model, { kind: "answered", owner: "old" }, harness.ports);
      await recordOutcome(model, { kind: "failed", owner: "old" }, harness.ports);
      expect(item()).toEqual(before);
    }
  });

  test("a probe that is asked to wait keeps it open for that time", async () => {
    harness.clock.now += 30_000;
    await call(() => Promise.reject(waitAndRetry("later", 600_000)));
    expect(item()).toMatchObject({ state: "open", until: harness.clock.now + 600_000 });
  });
});

test("a call that timed out is a failure, also if a person is asked about it", async () => {
  const slow = { ...spec, timeout: "1 ms", onLeaseExpiry: "ask" } as const;
  await harness.deliver({}, () => new Promise(() => {}), slow);
  expect(harness.machines.answers).toMatchObject([{ error: "Millrace.Ask" }]);
  expect(item()).toMatchObject({ inARow: 1 });
});

describe("by rate", () => {
  test("half of at least ten calls since the first failure open it", async () => {
    for (let calls = 0; calls < 9; calls++) await call(calls % 2 === 0 ? fails : succeeds());
    expect(item()).toMatchObject({ state: "closed" });
    await call(fails);
    expect(item()).toMatchObject({ state: "open" });
  });

  test("calls older than the window do not count", async () => {
    for (let calls = 0; calls < 9; calls++) await call(calls % 2 === 0 ? fails : succeeds());
    harness.clock.now += 61_000;
    await call(succeeds());
    await call(fails);
    expect(item()).toMatchObject({ state: "closed", inARow: 1, failed: { [harness.clock.now - 1000]: 1 } });
  });
});

test("hundreds of concurrent workers are counted exactly", async () => {
  const patient = { ...model, failures: 1000, rate: { share: 1, least: 1000 } };
  await call(fails); // From the first failure on, answers count.
  await Promise.all(
    Array.from({ length: 400 }, (_, at) =>
      harness.deliver({ path: `charge[m${at}]`, taskToken: `m${at}` }, at % 4 === 0 ? fails : succeeds(), {
        ...charge,
        breaker: patient,
      }),
    ),
  );
  const slot = harness.clock.now;
  expect(item()).toMatchObject({ failed: { [slot]: 101 }, answered: { [slot]: 300 } });
});

test("a count and a change whose answers were lost are not made twice", async () => {
  const { count, write } = harness.ports.breakers;
  harness.ports.breakers.count = async (...given) => {
    await count(...given);
    return await count(...given);
  };
  harness.ports.breakers.write = async (...given) => {
    await write(...given);
    return await write(...given);
  };
  await call(fails);
  await call(fails);
  expect(item()).toMatchObject({ inARow: 2, revision: 0 });
  await call(fails);
  expect(item()).toMatchObject({ state: "open", revision: 1 });
  expect(harness.counts.get("BreakersOpened")).toBe(1);
});

test("each change of state is reported once, counts are not, and the mark for the relay stays until it is published", async () => {
  const published: string[] = [];
  const write = harness.ports.breakers.write;
  harness.ports.breakers.write = async (written, revision) => {
    const before = item();
    const stored = await write(written, revision);
    if (!stored) published.push(...eventsOf(before, item()).map(({ name }) => name));
    return stored;
  };
  await open();
  harness.clock.now += 30_000;
  await call(succeeds());
  expect(published).toEqual(["breaker.opened", "breaker.half-opened", "breaker.closed"]);
  expect(item()).toMatchObject({ revision: 3, unpublished: expect.any(String) });
});

describe("forced by an operator", () => {
  const decide = (to: Forced) => forceBreaker("model", to, { ...order, key: to }, harness.ports);

  test("open stays whatever the cooldown, until it is automatic again and a call tries", async () => {
    await decide("open");
    harness.clock.now += 3_600_000;
    expect(await call(never)).toMatchObject({ kind: "deferred", why: "breaker open" });
    expect(eventsOf(undefined, item())).toMatchObject([
      { name: "breaker.opened", data: { forced: { by: "ada" } } },
    ]);
    await decide("auto");
    expect(item()).toMatchObject({ state: "open", until: expect.any(Number) });
    await call(succeeds());
    expect(item()).toMatchObject({ state: "closed" });
  });

  test("closed allows every call, whatever the results", async () => {
    await decide("closed");
    for (let failures = 0; failures < 10; failures++) await call(fails);
    expect(await call(succeeds())).toMatchObject({ answer: "success" });
  });
});

test("an invalid definition is refused with the reason", () => {
  expect(() => defineBreaker("Model", { failures: 0, rate: { share: 2, least: 1 } })).toThrow(
    /name has up to.*failures is 0.*rate\.share is 2/s,
  );
});
