import { beforeEach, describe, expect, test, vi } from "vitest";
import { admit } from "../../lambdas/runtime/intake/admit.ts";
import { endBurst } from "../../lambdas/runtime/intake/debounce.ts";
import type { PerKey } from "../../lib/contract/per-key.ts";
import { type KeyedWorld, keyedWorld, START } from "./keyed-world.ts";

let world: KeyedWorld;
beforeEach(() => {
  world = keyedWorld();
});

const EDITS = 150;
/** Edits 0 to 149, shuffled, each twice. */
const BURST = Array.from({ length: 2 * EDITS }, (_, at) => (at * 7919) % EDITS);

describe("one at a time", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("hundreds at once: never two of a key in progress, each runs once, those that wait in the order of their events", async () => {
    await Promise.all(BURST.map((edit) => world.change(perKey, edit)));
    const first = world.started();
    expect(first).toHaveLength(1);
    while (world.under("running").length > 0) {
      const running = world.under("running");
      expect(running).toHaveLength(1);
      await world.end(perKey, running[0]!.run);
    }
    const others = Array.from({ length: EDITS }, (_, edit) => edit).filter((edit) => edit !== first[0]);
    expect(world.started()).toEqual([...first, ...others]);
  });

  test("other keys do not wait", async () => {
    await Promise.all(["a", "b", "c"].map((document, edit) => world.change(perKey, edit, document)));
    expect(world.started()).toHaveLength(3);
  });

  test("a crash between the slot and the start: the next reader starts the run", async () => {
    const { executions } = world.ports;
    world.ports.executions = { ...executions, start: () => Promise.reject(new Error("killed")) };
    await expect(world.change(perKey, 1)).rejects.toThrow("killed");
    world.ports.executions = executions;
    await world.change(perKey, 2);
    expect(world.started()).toEqual([1]);
  });

  test("an end that was not published is noticed when the next event arrives", async () => {
    await world.change(perKey, 1);
    await world.ports.runs.end(world.items()[0]!.run, 1, { status: "failed" });
    await world.change(perKey, 2);
    expect(world.started()).toEqual([1, 2]);
  });

  test("throttled: the event waits, and the slot is kept", async () => {
    const { executions } = world.ports;
    world.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
    expect((await world.change(perKey, 1)).kind).toBe("throttled");
    world.ports.executions = executions;
    expect((await world.change(perKey, 1)).kind).toBe("started");
  });

  test("an event without a key is quarantined with the way out", async () => {
    const { spec } = world;
    const keyless = { ...spec(perKey), on: spec(perKey).on.map((event) => ({ ...event, key: undefined })) };
    expect(await admit(world.body("d", 1), keyless, world.ports)).toEqual({
      kind: "quarantined",
      reason: "contract",
    });
  });
});

test("three at once: hundreds of events never exceed the three, and all run", async () => {
  const perKey: PerKey = { atOnce: 3 };
  await Promise.all(BURST.map((edit) => world.change(perKey, edit)));
  while (world.under("running").length > 0) {
    expect(world.under("running").length).toBeLessThanOrEqual(3);
    await Promise.all(world.under("running").map(({ run }) => world.end(perKey, run)));
  }
  expect(world.started().toSorted((a, b) => a - b)).toEqual(Array.from({ length: EDITS }, (_, edit) => edit));
});

describe("a singleton", () => {
  const perKey: PerKey = { atOnce: 1, busy: "skip" };

  test("of hundreds at once exactly one runs, and the others end as skipped", async () => {
    await Promise.all(BURST.map((edit) => world.change(perKey, edit)));
    expect(world.started()).toHaveLength(1);
    await Promise.all(BURST.map((edit) => world.change(perKey, edit)));
    const skipped = world.under("terminated");
    expect(skipped).toHaveLength(EDITS - 1);
    expect(skipped[0]!.failure!.error).toBe("Millrace.Skipped");
  });

  test("a crash after the slot was given to a run that has ended meanwhile: the redelivery releases the slot", async () => {
    const { keyQueues } = world.ports;
    const ends: typeof keyQueues.write = async (key, keyQueue) => {
      world.ports.keyQueues = keyQueues;
      world.remember(1, keyQueue.running[0]!);
      await world.end(perKey, keyQueue.running[0]!);
      await keyQueues.write(key, keyQueue);
      throw new Error("killed");
    };
    world.ports.keyQueues = { ...keyQueues, write: ends };
    await expect(world.change(perKey, 1)).rejects.toThrow("killed");
    expect((await keyQueues.read("d")).running).toEqual([world.run(1)]);
    expect((await world.change(perKey, 1)).kind).toBe("duplicate");
    expect((await keyQueues.read("d")).running).toEqual([]);
  });

  test("the same where the delivery was the release of a retried run", async () => {
    await world.change(perKey, 1);
    await world.ports.runs.end(world.run(1), 1, { status: "failed" });
    expect((await world.release(perKey, 1)).kind).toBe("duplicate");
    expect((await world.ports.keyQueues.read("d")).running).toEqual([]);
  });

  test("a delivery that is slower than its run, which has ended meanwhile, ends and leaves the slot free", async () => {
    const { keyQueues } = world.ports;
    const read: typeof keyQueues.read = async (key) => {
      world.ports.keyQueues = keyQueues;
      await world.change(perKey, 1);
      await world.end(perKey, world.run(1));
      return await keyQueues.read(key);
    };
    world.ports.keyQueues = { ...keyQueues, read };
    expect((await world.change(perKey, 1)).kind).toBe("started");
    expect((await keyQueues.read("d")).running).toEqual([]);
    expect(world.started()).toEqual([1]);
  });

  test("a crash after the decision to skip: the redelivery ends it, even if the slot is free now", async () => {
    await world.change(perKey, 1);
    const { runs, keyQueues } = world.ports;
    world.ports.runs = { ...runs, end: () => Promise.reject(new Error("killed")) };
    await expect(world.change(perKey, 2)).rejects.toThrow("killed");
    world.ports.runs = runs;
    await world.end(perKey, world.run(1));
    expect((await world.change(perKey, 2)).kind).toBe("passed");
    expect(world.started()).toEqual([1]);
    expect((await keyQueues.read("d")).running).toEqual([]);
  });

  test("a run with a slot that a pause holds back waits, and is not skipped", async () => {
    const open = [true, false, false];
    const { admissions } = world.ports;
    world.ports.admissions = { ...admissions, open: async () => open.shift() ?? true };
    expect((await world.change(perKey, 1)).kind).toBe("waits");
    expect(world.statusOf(1)).toBe("accepted e1");
    expect((await world.change(perKey, 1)).kind).toBe("started");
  });

  test("after its end the next event runs, and no skipped one returns", async () => {
    await world.change(perKey, 1);
    await world.change(perKey, 2);
    await world.end(perKey, world.under("running")[0]!.run);
    expect((await world.change(perKey, 2)).kind).toBe("duplicate");
    await world.change(perKey, 3);
    expect(world.started()).toEqual([1, 3]);
  });
});

describe("debounce", () => {
  const perKey: PerKey = { debounce: "10 seconds", atMost: "1 minute" };

  test("of hundreds at once the last event runs, when the burst is over", async () => {
    await Promise.all(BURST.map((edit) => world.change(perKey, edit)));
    expect(world.started()).toEqual([]);
    world.clock.now += 9_999;
    await world.look(perKey);
    expect(world.started()).toEqual([]);
    world.clock.now += 1;
    await Promise.all([world.look(perKey), world.look(perKey), world.look(perKey)]);
    expect(world.started()).toEqual([EDITS - 1]);
    expect(world.under("terminated")).toHaveLength(EDITS - 1);
    expect(world.under("terminated")[0]!.failure!.error).toBe("Millrace.Superseded");
  });

  test("each event has a reminder, so that a crash before the reminder is repaired by the redelivery", async () => {
    await world.change(perKey, 1);
    await world.change(perKey, 1);
    expect(world.keyQueues.reminded).toEqual([
      { key: "d", at: START + 10_000 },
      { key: "d", at: START + 10_000 },
    ]);
  });

  test("events that never stop do not delay the run for ever", async () => {
    for (let edit = 0; edit < 12; edit++, world.clock.now += 5_000) await world.change(perKey, edit);
    await world.look(perKey);
    expect(world.started()).toEqual([11]);
  });

  test("a crash before the start: the next check starts it", async () => {
    await world.change(perKey, 1);
    world.clock.now += 10_000;
    const { executions } = world.ports;
    world.ports.executions = { ...executions, start: () => Promise.reject(new Error("killed")) };
    await expect(world.look(perKey)).rejects.toThrow("killed");
    world.ports.executions = executions;
    await world.look(perKey);
    expect(world.started()).toEqual([1]);
  });

  test("the later event counts, whichever was delivered first", async () => {
    expect((await world.change(perKey, 2)).kind).toBe("waits");
    expect((await world.ports.keyQueues.read("d")).passed).toEqual([]);
    expect((await world.change(perKey, 1)).kind).toBe("passed");
    expect(world.item(1)).toMatchObject({
      status: "terminated",
      failure: { error: "Millrace.Superseded" },
    });
    world.clock.now += 10_000;
    await world.look(perKey);
    expect(world.started()).toEqual([2]);
    expect((await world.ports.keyQueues.read("d")).passed).toEqual([]);
  });

  test("a look before the end of the burst starts nothing, and sends the reminder again", async () => {
    await world.change(perKey, 1);
    world.clock.now += 9_999;
    expect(await endBurst("d", world.ports)).toBe("waits");
    expect(world.started()).toEqual([]);
    expect(world.keyQueues.reminded).toEqual(Array(2).fill({ key: "d", at: START + 10_000 }));
    world.clock.now += 1;
    expect(await endBurst("d", world.ports)).toBe("started");
    expect(world.started()).toEqual([1]);
  });

  test("a finished burst whose run a pause holds back, waits", async () => {
    await world.change(perKey, 1);
    world.clock.now += 10_000;
    world.workflow.open = false;
    expect(await endBurst("d", world.ports)).toBe("waits");
    world.workflow.open = true;
    expect((await world.release(perKey, 1)).kind).toBe("started");
  });
});

describe.each<{ policy: string; perKey: PerKey; quiet: number }>([
  { policy: "one at a time", perKey: { atOnce: 1 }, quiet: 0 },
  { policy: "a singleton", perKey: { atOnce: 1, busy: "skip" }, quiet: 0 },
  { policy: "a burst", perKey: { debounce: "10 seconds" }, quiet: 10_000 },
])("$policy", ({ perKey, quiet }) => {
  test("throttled by Step Functions: the message waits, and the next one starts the run", async () => {
    const { executions } = world.ports;
    world.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
    const first = await world.change(perKey, 1);
    world.clock.now += quiet;
    expect((quiet ? await world.look(perKey) : first).kind).toBe("throttled");
    world.ports.executions = executions;
    expect((await world.change(perKey, 1)).kind).toBe("started");
    expect(world.started()).toEqual([1]);
  });

  test("with a slot and no place in the shared limit, a run waits, and starts once it has a place", async () => {
    const places = { free: false };
    const limit = {
      enter: vi.fn(async () => places.free),
      started: vi.fn(async () => {}),
      leave: async () => {},
      hold: async () => {},
      look: async () => {},
    };
    Object.assign(world.ports, { limit, verify: true });
    expect((await world.change(perKey, 1)).kind).toBe("waits");
    world.clock.now += quiet;
    await world.look(perKey);
    expect((await world.release(perKey, 1)).kind).toBe("waits");
    expect(world.started()).toEqual([]);
    expect(limit.started).not.toHaveBeenCalled();
    places.free = true;
    expect((await world.release(perKey, 1)).kind).toBe("started");
    expect(world.started()).toEqual([1]);
    expect(limit.enter).toHaveBeenLastCalledWith(expect.objectContaining({ run: world.run(1) }), {
      verify: true,
    });
    expect(limit.started).toHaveBeenCalledTimes(1);
  });
});

test("a place in the shared limit is kept where Step Functions throttles the start", async () => {
  const limit = { enter: async () => true, started: vi.fn(async () => {}) };
  const { executions } = world.ports;
  Object.assign(world.ports, { limit });
  world.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
  expect((await world.change({ atOnce: 1 }, 1)).kind).toBe("throttled");
  expect(limit.started).not.toHaveBeenCalled();
});

test("a slot of a run that is no longer in the table is freed", async () => {
  const perKey: PerKey = { atOnce: 1 };
  const { keyQueues } = world.ports;
  await keyQueues.write("d", { revision: undefined, running: ["index-gone"], passed: [], starts: [] });
  expect((await world.change(perKey, 1)).kind).toBe("started");
  expect((await keyQueues.read("d")).running).toEqual([world.run(1)]);
});

test("a run whose workflow is paused while it moves up waits, and its slot is free", async () => {
  const perKey: PerKey = { atOnce: 1 };
  const open = [true, false, false];
  world.ports.admissions = { ...world.ports.admissions, open: async () => open.shift() ?? true };
  expect((await world.change(perKey, 1)).kind).toBe("waits");
  expect(world.item(1).held).toBe("paused");
  expect((await world.ports.keyQueues.read("d")).running).toEqual([]);
});
