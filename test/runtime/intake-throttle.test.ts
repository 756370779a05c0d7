import { beforeEach, describe, expect, test } from "vitest";
import {
  type KeyQueuePlan,
  planKeyQueue,
  type QueuedRunState,
  withoutPlaces,
} from "../../lambdas/runtime/intake/key-queue.ts";
import type { KeyQueue } from "../../lambdas/runtime/intake/ports.ts";
import { type PerKey, startLimits } from "../../lib/contract/per-key.ts";
import { type KeyedWorld, keyedWorld, START } from "./keyed-world.ts";

let world: KeyedWorld;
beforeEach(() => {
  world = keyedWorld();
});

const THREE_A_MINUTE: PerKey = { starts: 3, per: "1 minute" };
const MINUTE = 60_000;

/** Delivers each reminder when it is due, and counts the starts after each. */
async function untilQuiet(perKey: PerKey): Promise<{ at: number; started: number }[]> {
  const history: { at: number; started: number }[] = [];
  const { reminded } = world.keyQueues;
  for (let next = 0; next < reminded.length; next++) {
    expect(next).toBeLessThan(1_000);
    world.clock.now = Math.max(world.clock.now, reminded[next]!.at);
    await world.look(perKey);
    history.push({ at: world.clock.now - START, started: world.started().length });
  }
  return history;
}

describe("a throttle", () => {
  test("of many events at once, as many start as the period allows, and the others follow period by period in order", async () => {
    const edits = Array.from({ length: 10 }, (_, at) => (at * 7) % 10);
    await Promise.all([...edits, ...edits].map((edit) => world.change(THREE_A_MINUTE, edit)));
    expect(world.started()).toHaveLength(3);
    const history = await untilQuiet(THREE_A_MINUTE);
    expect(history.at(-1)!.started).toBe(10);
    const ends = [MINUTE, 2 * MINUTE, 3 * MINUTE].map(
      (at) => history.findLast((moment) => moment.at === at)?.started,
    );
    expect(ends).toEqual([6, 9, 10]);
    const waited = world.started().slice(3);
    expect(waited).toEqual(waited.toSorted((a, b) => a - b));
  });

  test("no period has more starts than the limit, wherever it begins", async () => {
    const times: number[] = [];
    const { executions } = world.ports;
    world.ports.executions = {
      ...executions,
      start: (...of) => {
        times.push(world.clock.now);
        return executions.start(...of);
      },
    };
    for (let edit = 0; edit < 40; edit++) {
      world.clock.now += (edit * 7_919) % 30_000;
      await world.look(THREE_A_MINUTE);
      await world.change(THREE_A_MINUTE, edit);
    }
    await untilQuiet(THREE_A_MINUTE);
    expect(times).toHaveLength(40);
    for (const [at, time] of times.entries())
      expect(times[at + 3] ?? Infinity).toBeGreaterThanOrEqual(time + MINUTE);
  });

  test("running runs do not delay the next ones", async () => {
    for (let edit = 0; edit < 3; edit++) await world.change(THREE_A_MINUTE, edit);
    world.clock.now += MINUTE;
    for (let edit = 3; edit < 6; edit++) await world.change(THREE_A_MINUTE, edit);
    expect(world.under("running")).toHaveLength(6);
    expect((await world.ports.keyQueues.read("d")).running.length).toBeLessThanOrEqual(3);
  });

  test("with a limit of concurrent runs, both apply", async () => {
    const both: PerKey = { starts: 3, per: "1 minute", atOnce: 2 };
    for (let edit = 0; edit < 6; edit++) await world.change(both, edit);
    expect(world.started()).toEqual([0, 1]);
    await world.end(both, world.run(0));
    await world.end(both, world.run(1));
    expect(world.started()).toEqual([0, 1, 2]);
    world.clock.now += MINUTE;
    await world.look(both);
    expect(world.started()).toEqual([0, 1, 2, 3]);
  });

  test("one reminder per start, for any number of waiting runs", async () => {
    for (let edit = 0; edit < 50; edit++) await world.change(THREE_A_MINUTE, edit);
    expect(world.keyQueues.reminded).toHaveLength(1);
    await untilQuiet(THREE_A_MINUTE);
    expect(world.started()).toHaveLength(50);
    expect(world.keyQueues.reminded.length).toBeLessThanOrEqual(50);
  });

  test("no second reminder for the same time: not when a run ends, and none when no run waits any more", async () => {
    const perKey: PerKey = { starts: 1, per: "1 minute", atOnce: 2 };
    await world.change(perKey, 0);
    await world.change(perKey, 1);
    await world.end(perKey, world.run(0));
    world.clock.now += MINUTE;
    await world.look(perKey);
    expect(world.started()).toEqual([0, 1]);
    expect(world.keyQueues.reminded).toEqual([{ key: "d", at: START + MINUTE }]);
  });

  test("a reminder that arrives early, since no message is delayed for that long, is sent again", async () => {
    const at = world.clock.now + 3_600_000;
    await world.early(THREE_A_MINUTE, at);
    expect(world.keyQueues.reminded).toEqual([{ key: "d", at }]);
  });

  test("a crash after the reminder and before it is recorded: the redelivery sends it again", async () => {
    for (let edit = 0; edit < 3; edit++) await world.change(THREE_A_MINUTE, edit);
    const { keyQueues } = world.ports;
    world.ports.keyQueues = { ...keyQueues, write: () => Promise.reject(new Error("killed")) };
    await expect(world.change(THREE_A_MINUTE, 3)).rejects.toThrow("killed");
    world.ports.keyQueues = keyQueues;
    await world.change(THREE_A_MINUTE, 3);
    expect(world.keyQueues.reminded).toHaveLength(2);
    await untilQuiet(THREE_A_MINUTE);
    expect(world.started()).toEqual([0, 1, 2, 3]);
  });

  test("starts are not saved up during a pause: after it, no more start at once than the limit", async () => {
    for (let edit = 0; edit < 9; edit++) await world.change(THREE_A_MINUTE, edit);
    world.workflow.open = false;
    for (let minute = 1; minute <= 5; minute++) {
      world.clock.now += MINUTE;
      await world.look(THREE_A_MINUTE);
    }
    expect(world.started()).toHaveLength(3);
    world.workflow.open = true;
    await world.look(THREE_A_MINUTE);
    expect(world.started().length).toBeLessThanOrEqual(6);
  });
});

describe("a rate limit", () => {
  const perKey: PerKey = { ...THREE_A_MINUTE, busy: "skip" };

  test("events above it end as skipped, each once, and none waits", async () => {
    const edits = [0, 1, 2, 3, 4];
    await Promise.all([...edits, ...edits].map((edit) => world.change(perKey, edit)));
    expect(world.started()).toHaveLength(3);
    const skipped = world.under("terminated");
    expect(skipped.map(({ failure }) => failure!.error)).toEqual(["Millrace.Skipped", "Millrace.Skipped"]);
    expect(world.keyQueues.reminded).toEqual([]);
    world.clock.now += MINUTE;
    await world.change(perKey, 5);
    expect(world.started()).toHaveLength(4);
  });
});

test("a delivery that is slower than another of its event uses up no start of a throttle", async () => {
  const { keyQueues } = world.ports;
  const queue: typeof keyQueues.queue = async (key, arrival) => {
    world.ports.keyQueues = keyQueues;
    await world.change(THREE_A_MINUTE, 0);
    await world.end(THREE_A_MINUTE, world.run(0));
    await keyQueues.queue(key, arrival);
  };
  world.ports.keyQueues = { ...keyQueues, queue };
  await world.change(THREE_A_MINUTE, 0);
  for (const edit of [1, 2]) await world.change(THREE_A_MINUTE, edit);
  expect(world.started()).toEqual([0, 1, 2]);
});

test("a run whose turn comes after its start deadline uses up no start", async () => {
  for (let edit = 0; edit < 5; edit++) await world.change(THREE_A_MINUTE, edit, "d", MINUTE / 2);
  world.clock.now += MINUTE;
  for (const edit of [5, 6, 7]) await world.change(THREE_A_MINUTE, edit, "d", MINUTE / 2);
  await world.look(THREE_A_MINUTE);
  expect(world.started()).toEqual([0, 1, 2, 5, 6, 7]);
});

test("a delivery that is slower than another of its event uses up no start of a rate limit", async () => {
  const perKey: PerKey = { ...THREE_A_MINUTE, busy: "skip" };
  const { keyQueues } = world.ports;
  const read: typeof keyQueues.read = async (key) => {
    world.ports.keyQueues = keyQueues;
    await world.change(perKey, 0);
    return await keyQueues.read(key);
  };
  world.ports.keyQueues = { ...keyQueues, read };
  expect((await world.change(perKey, 0)).kind).toBe("started");
  for (const edit of [1, 2, 3]) await world.change(perKey, edit);
  expect(world.started()).toEqual([0, 1, 2]);
});

test("priority moves a run ahead of the other waiting runs, by its seconds", async () => {
  const urgent = (edits: number[]): PerKey => ({
    atOnce: 1,
    priority: ({ edit }) => (edits.includes(edit) ? 10 : 0),
  });
  const perKey = urgent([8, 30]);
  // Each edit was made as many seconds after the start.
  for (const edit of [0, 5, 6, 7, 8, 19, 21, 30]) await world.change(perKey, edit);
  while (world.under("running").length > 0) await world.end(perKey, world.under("running")[0]!.run);
  expect(world.started()).toEqual([0, 8, 5, 6, 7, 19, 30, 21]);
});

test("an invalid priority is refused with its value", async () => {
  const outcome = await world.change({ atOnce: 1, priority: () => Number.NaN }, 1);
  expect(outcome).toEqual({ kind: "quarantined", reason: "contract" });
  expect(JSON.stringify(world.ports.kept())).toContain("is NaN. It must be a number of seconds");
});

describe("a start deadline", () => {
  const perKey: PerKey = { atOnce: 1 };
  const within = 5 * MINUTE;

  test("a run whose turn comes too late ends without starting, and the next one gets its turn", async () => {
    await world.change(perKey, 0, "d", within);
    await world.change(perKey, 1, "d", within);
    world.clock.now += within;
    await world.change(perKey, 2, "d", within);
    world.clock.now += 1;
    await world.end(perKey, world.run(0));
    expect(world.started()).toEqual([0, 2]);
    expect(world.item(1)).toMatchObject({
      status: "terminated",
      failure: { error: "Millrace.StartDeadline" },
    });
  });

  test("counts while its workflow is paused, and is checked at its release", async () => {
    world.workflow.open = false;
    await world.change(perKey, 0, "d", within);
    world.clock.now += within + 1;
    world.workflow.open = true;
    expect((await world.release(perKey, 0)).kind).toBe("passed");
    expect(world.started()).toEqual([]);
  });

  test("a run that has started in the meantime is not changed", async () => {
    await world.change(perKey, 0, "d", within);
    world.clock.now += within + 1;
    expect((await world.change(perKey, 0, "d", within)).kind).toBe("duplicate");
    expect(world.item(0).status).toBe("running");
  });
});

describe("settings", () => {
  test("a lower throttle applies to the next start, a higher one too; without a setting, the definition's", async () => {
    world.set({ "perKey.starts": 1 });
    for (let edit = 0; edit < 3; edit++) await world.change(THREE_A_MINUTE, edit);
    expect(world.started()).toEqual([0]);
    world.set({ "perKey.starts": 2 });
    await world.look(THREE_A_MINUTE);
    expect(world.started()).toEqual([0, 1]);
    world.set({});
    await world.look(THREE_A_MINUTE);
    expect(world.started()).toEqual([0, 1, 2]);
  });

  test("a longer period counts the starts of all of it, even after a time without waiting runs", async () => {
    const perKey: PerKey = { starts: 1, per: "1 minute" };
    world.set({ "perKey.per": "1 hour" });
    await world.change(perKey, 0);
    world.clock.now += 2 * MINUTE;
    await world.look(perKey);
    await world.change(perKey, 1);
    expect(world.started()).toEqual([0]);
    world.clock.now = START + 60 * MINUTE;
    await world.look(perKey);
    expect(world.started()).toEqual([0, 1]);
  });

  test("are not read at the end of a run if no run of its key waits", async () => {
    const perKey: PerKey = { atOnce: 1 };
    for (let edit = 0; edit < 2; edit++) await world.change(perKey, edit);
    const reads = () => world.ports.admissions.settings.mock.calls.length;
    const before = reads();
    await world.end(perKey, world.run(0));
    expect(world.started()).toEqual([0, 1]);
    const withOneWaiting = reads();
    expect(withOneWaiting).toBeGreaterThan(before);
    await world.end(perKey, world.run(1));
    expect(reads()).toBe(withOneWaiting);
  });

  test("outside of a range that a deployment has narrowed, the bound applies", async () => {
    // Set when the standard range applied; more than a key's item has room for.
    world.set({ "perKey.starts": 5_000, "perKey.per": "3 days" });
    await world.change({ starts: 1, per: "1 minute" }, 0);
    expect(world.item(0).settings).toEqual({
      revision: 1,
      values: { "perKey.starts": 100, "perKey.per": "1 day" },
    });
  });

  test("a run records the settings that it was accepted under, and later changes do not change it", async () => {
    await world.change(THREE_A_MINUTE, 0);
    expect(world.item(0).settings).toBeUndefined();
    world.set({ "steps.draw.retry.attempts": 5, "perKey.starts": 3 });
    await world.change(THREE_A_MINUTE, 1);
    const recorded = { revision: 1, values: { "perKey.starts": 3, "steps.draw.retry.attempts": 5 } };
    expect(world.item(1).settings).toEqual(recorded);
    world.set({ "steps.draw.retry.attempts": 7 });
    await world.change(THREE_A_MINUTE, 1);
    expect(world.item(1).settings).toEqual(recorded);
    const inputs = world.machines.started.map(({ input }) => JSON.parse(input).run.settings);
    expect(inputs).toEqual([undefined, recorded]);
  });

  test("a start deadline is that of the settings at acceptance", async () => {
    const perKey: PerKey = { atOnce: 1 };
    await world.change(perKey, 0, "d", 60_000);
    world.set({ startWithin: "10 seconds" });
    await world.change(perKey, 1, "d", 60_000);
    expect(world.item(1).startWithin).toBe(10_000);
  });
});

describe("the plan of a queue", () => {
  const queue = (some: Partial<KeyQueue>): KeyQueue => ({
    revision: 1,
    running: [],
    passed: [],
    queued: [],
    starts: [],
    ...some,
  });
  const waiting = (...names: string[]) => names.map((execution) => ({ execution, order: execution }));
  const planned = (
    found: KeyQueue,
    states: Record<string, QueuedRunState>,
    perKey: PerKey,
    now: number,
  ): KeyQueuePlan => planKeyQueue(found, (place) => states[place] ?? "accepted", startLimits(perKey), now);

  test("a start is available again when its period is over, to the millisecond", () => {
    const found = queue({ queued: waiting("b"), starts: [1_000] });
    const perKey: PerKey = { starts: 1, per: "1 minute" };
    expect(planned(found, {}, perKey, 60_999).next).toEqual({ running: [], starts: [1_000], lookAt: 61_000 });
    expect(planned(found, {}, perKey, 61_000).next).toEqual({
      running: ["b"],
      starts: [61_000],
      lookAt: undefined,
    });
  });

  test("nothing changes if the reminder is already sent", () => {
    const found = queue({ queued: waiting("b"), starts: [1_000], lookAt: 61_000 });
    expect(planned(found, {}, { starts: 1, per: "1 minute" }, 2_000).next).toBeUndefined();
  });

  test("a slot is kept until the run is started, and with a limit of concurrent runs until its end", () => {
    const found = queue({ running: ["a"] });
    const running = { a: "running" as const };
    expect(planned(found, {}, THREE_A_MINUTE, 0)).toMatchObject({ start: ["a"], leaving: [] });
    expect(planned(found, running, THREE_A_MINUTE, 0).leaving).toEqual(["a"]);
    expect(planned(found, running, { ...THREE_A_MINUTE, atOnce: 2 }, 0).leaving).toEqual([]);
  });

  test("only accepted runs are started, and a run that has ended leaves under a throttle too", () => {
    const found = queue({ running: ["a", "b"] });
    const states = { a: "running", b: "accepted" } as const;
    expect(planned(found, states, { atOnce: 2 }, 0).start).toEqual(["b"]);
    expect(planned(found, { a: "ended" }, THREE_A_MINUTE, 0)).toMatchObject({ start: ["b"], leaving: ["a"] });
  });

  test("without the slots of held runs, the others keep theirs, and as many starts are available again", () => {
    const found = queue({ running: ["a", "b", "c"], starts: [1, 2, 3] });
    expect(withoutPlaces(found, ["c"])).toEqual({ ...found, running: ["a", "b"], starts: [1, 2] });
    expect(withoutPlaces(queue({ running: ["a", "b"] }), ["a"])).toMatchObject({
      running: ["b"],
      starts: [],
    });
  });
});
