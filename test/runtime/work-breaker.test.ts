import { beforeEach, describe, expect, test } from "vitest";
import { eventsOf } from "../../lambdas/runtime/relay/publish.ts";
import { type Forced, forceBreaker } from "../../lambdas/runtime/work/breaker/force.ts";
import { recordOutcome } from "../../lambdas/runtime/work/breaker/record.ts";
import { defineBreaker } from "../../lib/contract/breaker.ts";
import { giveUp, waitAndRetry } from "../../lib/contract/failure.ts";
import { breakerKey } from "../../lib/contract/keys.ts";
import type { BreakerItem } from "../../lib/contract/table.ts";
import { charge, deferred, never, succeeds, workWorld } from "./work-world.ts";

const model = defineBreaker("model", {
  failures: 3,
  rate: { share: 0.5, least: 10 },
  window: "1 minute",
  cooldown: "30 seconds",
});
const spec = { ...charge, breaker: model };
const fails = () => Promise.reject(new Error("503"));
const order = { by: "ada", why: "it lies", key: "k", at: "2026-11-21T10:00:00.000Z" };

let world: ReturnType<typeof workWorld>;
beforeEach(() => {
  world = workWorld();
});
const item = () => world.state.get(breakerKey("model")) as BreakerItem | undefined;
let token = 0;
const call = (code: () => Promise<unknown>, more = {}) =>
  world.deliver({ path: `charge[${++token}]`, taskToken: `token ${token}`, ...more }, code, spec);
const open = async () => {
  for (let failures = 0; failures < 3; failures++) await call(fails);
};

test("what is answered while all is well writes nothing", async () => {
  await call(succeeds());
  expect(item()).toBeUndefined();
});

test("failures in a row open it; an answer in between starts the count again", async () => {
  for (const code of [fails, fails, succeeds(), fails, fails]) await call(code);
  expect(item()).toMatchObject({ state: "closed", inARow: 2 });
  await call(fails);
  expect(item()).toMatchObject({ state: "open", until: world.clock.now + 30_000 });
  expect(world.counts.get("BreakersOpened")).toBe(1);
});

test("a final refusal is an answer; to be asked to wait, and an input that never got there, say nothing", async () => {
  await call(fails);
  await call(fails);
  await call(() => Promise.reject(waitAndRetry("later", 1000)));
  await call(never, { input: { cents: "many" } });
  expect(item()).toMatchObject({ inARow: 2 });
  await call(() => Promise.reject(giveUp("no such model")));
  expect(item()).toMatchObject({ inARow: 0 });
});

describe("open", () => {
  beforeEach(open);

  test("a step that has another way learns at once that the downstream is unavailable", async () => {
    expect(await call(never, { fallback: true })).toMatchObject({ answer: "failure" });
    expect(world.machines.answers.at(-1)).toMatchObject({ error: "Millrace.Unavailable" });
  });

  test.each(["before", "after"])(
    "what is unavailable stays so, where the worker dies %s its answer and the breaker closes meanwhile",
    async (when) => {
      const message = { taskToken: "unavailable", fallback: true };
      const { fail } = world.ports.executions;
      world.ports.executions.fail = async (...given) => {
        if (when === "after") await fail(...given);
        throw new Error("killed");
      };
      await expect(world.deliver(message, never, spec)).rejects.toThrow("killed");
      world.ports.executions.fail = fail;
      await forceBreaker("model", "closed", order, world.ports);
      const code = succeeds();
      expect(await world.deliver(message, code, spec)).toMatchObject({ kind: "reported", answer: "failure" });
      expect(code).not.toHaveBeenCalled();
      expect(world.machines.answers.filter(({ token }) => token === "unavailable")).toMatchObject([
        { error: "Millrace.Unavailable", cause: expect.stringContaining("The breaker model is open") },
      ]);
    },
  );

  test("the next entry of its state tries again", async () => {
    await world.deliver({ fallback: true }, never, spec);
    await forceBreaker("model", "closed", order, world.ports);
    const entered = new Date(world.clock.now + 1000).toISOString();
    const again = await world.deliver({ fallback: true, entered, taskToken: "again" }, succeeds(), spec);
    expect(again).toMatchObject({ answer: "success" });
  });

  test("a step that has none waits outside of its queue until the cooldown is over, and a little longer", async () => {
    const outcome = await world.deliver({}, never, spec);
    expect(outcome).toEqual({ kind: "deferred", why: "breaker open", due: world.clock.now + 37_500 });
    expect(world.state.get(deferred)).toMatchObject({ reason: "breaker open" });
  });

  test("after the cooldown one of a hundred tries; it alone decides", async () => {
    world.clock.now += 30_000;
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

  test("a try that fails opens it again; one that dies leaves it to the next when its lease is over", async () => {
    world.clock.now += 30_000;
    await call(fails);
    expect(item()).toMatchObject({ state: "open", until: world.clock.now + 30_000 });
    world.clock.now += 30_000;
    const complete = world.ports.claims.complete;
    world.ports.claims.complete = () => Promise.reject(new Error("killed"));
    await expect(call(succeeds())).rejects.toThrow("killed");
    world.ports.claims.complete = complete;
    expect(await call(never)).toMatchObject({ kind: "deferred" });
    world.clock.now += 36_000;
    await call(succeeds());
    expect(item()).toMatchObject({ state: "closed" });
  });

  test("a try that never got to a call gives its place to the next", async () => {
    world.clock.now += 30_000;
    await call(never, { input: {} });
    expect(await call(succeeds())).toMatchObject({ answer: "success" });
    expect(item()).toMatchObject({ state: "closed" });
  });

  test("what a call reports that had begun before is old news, open or half-open", async () => {
    for (const ask of [false, true]) {
      if (ask) {
        world.clock.now += 30_000;
        await recordOutcome(
          model,
          { kind: "asked", owner: "probe", lease: world.clock.now + 1000 },
          world.ports,
        );
      }
      const before = item();
      await recordOutcome(model, { kind: "answered", owner: "old" }, world.ports);
      await recordOutcome(model, { kind: "failed", owner: "old" }, world.ports);
      expect(item()).toEqual(before);
    }
  });

  test("a try that is asked to wait keeps it open for so long", async () => {
    world.clock.now += 30_000;
    await call(() => Promise.reject(waitAndRetry("later", 600_000)));
    expect(item()).toMatchObject({ state: "open", until: world.clock.now + 600_000 });
  });
});

test("a call that took too long is a failure, also where a person is asked about it", async () => {
  const slow = { ...spec, timeout: "1 ms", lostLease: "ask" } as const;
  await world.deliver({}, () => new Promise(() => {}), slow);
  expect(world.machines.answers).toMatchObject([{ error: "Millrace.Ask" }]);
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
    world.clock.now += 61_000;
    await call(succeeds());
    await call(fails);
    expect(item()).toMatchObject({ state: "closed", inARow: 1, failed: { [world.clock.now - 1000]: 1 } });
  });
});

test("hundreds of workers at once are counted exactly", async () => {
  const patient = { ...model, failures: 1000, rate: { share: 1, least: 1000 } };
  await call(fails); // From the first failure on, answers count.
  await Promise.all(
    Array.from({ length: 400 }, (_, at) =>
      world.deliver({ path: `charge[m${at}]`, taskToken: `m${at}` }, at % 4 === 0 ? fails : succeeds(), {
        ...charge,
        breaker: patient,
      }),
    ),
  );
  const slot = world.clock.now;
  expect(item()).toMatchObject({ failed: { [slot]: 101 }, answered: { [slot]: 300 } });
});

test("a count and a change whose answers were lost are not made twice", async () => {
  const { count, write } = world.ports.breakers;
  world.ports.breakers.count = async (...given) => {
    await count(...given);
    return await count(...given);
  };
  world.ports.breakers.write = async (...given) => {
    await write(...given);
    return await write(...given);
  };
  await call(fails);
  await call(fails);
  expect(item()).toMatchObject({ inARow: 2, revision: 0 });
  await call(fails);
  expect(item()).toMatchObject({ state: "open", revision: 1 });
  expect(world.counts.get("BreakersOpened")).toBe(1);
});

test("each change of state is reported once, counts are not, and the mark for the relay stays until it is published", async () => {
  const told: string[] = [];
  const write = world.ports.breakers.write;
  world.ports.breakers.write = async (written, revision) => {
    const before = item();
    const standing = await write(written, revision);
    if (!standing) told.push(...eventsOf(before, item()).map(({ name }) => name));
    return standing;
  };
  await open();
  world.clock.now += 30_000;
  await call(succeeds());
  expect(told).toEqual(["breaker.opened", "breaker.half-opened", "breaker.closed"]);
  expect(item()).toMatchObject({ revision: 3, unpublished: expect.any(String) });
});

describe("forced by a person", () => {
  const decide = (to: Forced) => forceBreaker("model", to, { ...order, key: to }, world.ports);

  test("open holds whatever the cooldown says, until it is taken back and a call tries", async () => {
    await decide("open");
    world.clock.now += 3_600_000;
    expect(await call(never)).toMatchObject({ kind: "deferred", why: "breaker open" });
    expect(eventsOf(undefined, item())).toMatchObject([
      { name: "breaker.opened", data: { forced: { by: "ada" } } },
    ]);
    await decide("auto");
    expect(item()).toMatchObject({ state: "open", until: expect.any(Number) });
    await call(succeeds());
    expect(item()).toMatchObject({ state: "closed" });
  });

  test("closed lets every call through, whatever they say", async () => {
    await decide("closed");
    for (let failures = 0; failures < 10; failures++) await call(fails);
    expect(await call(succeeds())).toMatchObject({ answer: "success" });
  });
});

test("a definition that cannot be is refused with what is wrong", () => {
  expect(() => defineBreaker("Model", { failures: 0, rate: { share: 2, least: 1 } })).toThrow(
    /name has up to.*failures is 0.*rate\.share is 2/s,
  );
});
