import { beforeEach, describe, expect, test } from "vitest";
import { admit } from "../../lambdas/runtime/intake/admit.ts";
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
});
