import { beforeEach, describe, expect, test } from "vitest";
import {
  type KeyQueuePlan,
  planKeyQueue,
  type QueuedRunState,
  withoutSlots,
} from "../../../lambdas/runtime/intake/key-queue.ts";
import type { KeyQueue } from "../../../lambdas/runtime/intake/ports.ts";
import { type PerKey, startLimits } from "../../../lib/contract/per-key.ts";
import { type PerKeyHarness, perKeyHarness, START } from "./per-key-harness.ts";

let harness: PerKeyHarness;
beforeEach(() => {
  harness = perKeyHarness();
});

const THREE_A_MINUTE: PerKey = { starts: 3, per: "1 minute" };
const MINUTE = 60_000;

/** Delivers each reminder when it is due, and counts the starts after each. */
async function untilQuiet(perKey: PerKey): Promise<{ at: number; started: number }[]> {
  const history: { at: number; started: number }[] = [];
  const { reminded } = harness.keyQueues;
  for (let next = 0; next < reminded.length; next++) {
    expect(next).toBeLessThan(1_000);
    harness.clock.now = Math.max(harness.clock.now, reminded[next]!.at);
    await harness.look(perKey);
    history.push({ at: harness.clock.now - START, started: harness.started().length });
  }
  return history;
}

describe("a throttle", () => {
  test("of many events at once, as many start as the period allows, and the others follow period by period in order", async () => {
    const edits = Array.from({ length: 10 }, (_, at) => (at * 7) % 10);
    await Promise.all([...edits, ...edits].map((edit) => harness.change(THREE_A_MINUTE, edit)));
    expect(harness.started()).toHaveLength(3);
    const history = await untilQuiet(THREE_A_MINUTE);
    expect(history.at(-1)!.started).toBe(10);
    const ends = [MINUTE, 2 * MINUTE, 3 * MINUTE].map(
      (at) => history.findLast((moment) => moment.at === at)?.started,
    );
    expect(ends).toEqual([6, 9, 10]);
    const waited = harness.started().slice(3);
    expect(waited).toEqual(waited.toSorted((a, b) => a - b));
  });

  test("no period has more starts than the limit, wherever it begins", async () => {
    const times: number[] = [];
    const { executions } = harness.ports;
    harness.ports.executions = {
      ...executions,
      start: (...of) => {
        times.push(harness.clock.now);
        return executions.start(...of);
      },
    };
    for (let edit = 0; edit < 40; edit++) {
      harness.clock.now += (edit * 7_919) % 30_000;
      await harness.look(THREE_A_MINUTE);
      await harness.change(THREE_A_MINUTE, edit);
    }
    await untilQuiet(THREE_A_MINUTE);
    expect(times).toHaveLength(40);
    for (const [at, time] of times.entries())
      expect(times[at + 3] ?? Infinity).toBeGreaterThanOrEqual(time + MINUTE);
  });

  test("running runs do not delay the next ones", async () => {
    for (let edit = 0; edit < 3; edit++) await harness.change(THREE_A_MINUTE, edit);
    harness.clock.now += MINUTE;
    for (let edit = 3; edit < 6; edit++) await harness.change(THREE_A_MINUTE, edit);
    expect(harness.under("running")).toHaveLength(6);
    expect((await harness.ports.keyQueues.read("d")).running.length).toBeLessThanOrEqual(3);
  });

  test("with a limit of concurrent runs, both apply", async () => {
    const both: PerKey = { starts: 3, per: "1 minute", atOnce: 2 };
    for (let edit = 0; edit < 6; edit++) await harness.change(both, edit);
    expect(harness.started()).toEqual([0, 1]);
    await harness.end(both, harness.run(0));
    await harness.end(both, harness.run(1));
    expect(harness.started()).toEqual([0, 1, 2]);
    harness.clock.now += MINUTE;
    await harness.look(both);
    expect(harness.started()).toEqual([0, 1, 2, 3]);
  });

  test("one reminder per start, for any number of waiting runs", async () => {
    for (let edit = 0; edit < 50; edit++) await harness.change(THREE_A_MINUTE, edit);
    expect(harness.keyQueues.reminded).toHaveLength(1);
    await untilQuiet(THREE_A_MINUTE);
    expect(harness.started()).toHaveLength(50);
    expect(harness.keyQueues.reminded.length).toBeLessThanOrEqual(50);
  });

  test("no second reminder for the same time: not when a run ends, and none when no run waits any more", async () => {
    const perKey: PerKey = { starts: 1, per: "1 minute", atOnce: 2 };
    await harness.change(perKey, 0);
    await harness.change(perKey, 1);
    await harness.end(perKey, harness.run(0));
    harness.clock.now += MINUTE;
    await harness.look(perKey);
    expect(harness.started()).toEqual([0, 1]);
    expect(harness.keyQueues.reminded).toEqual([{ key: "d", at: START + MINUTE }]);
  });

  test("a reminder that arrives early, since no message is delayed for that long, is sent again", async () => {
    const at = harness.clock.now + 3_600_000;
    await harness.early(THREE_A_MINUTE, at);
    expect(harness.keyQueues.reminded).toEqual([{ key: "d", at }]);
  });

  test("a crash after the reminder and before it is recorded: the redelivery sends it again", async () => {
    for (let edit = 0; edit < 3; edit++) await harness.change(THREE_A_MINUTE, edit);
    const { keyQueues } = harness.ports;
    harness.ports.keyQueues = { ...keyQueues, write: () => Promise.reject(new Error("killed")) };
    await expect(harness.change(THREE_A_MINUTE, 3)).rejects.toThrow("killed");
    harness.ports.keyQueues = keyQueues;
    await harness.change(THREE_A_MINUTE, 3);
    expect(harness.keyQueues.reminded).toHaveLength(2);
    await untilQuiet(THREE_A_MINUTE);
    expect(harness.started()).toEqual([0, 1, 2, 3]);
  });

  test("starts are not saved up during a pause: after it, no more start at once than the limit", async () => {
    for (let edit = 0; edit < 9; edit++) await harness.change(THREE_A_MINUTE, edit);
    harness.workflow.open = false;
    for (let minute = 1; minute <= 5; minute++) {
      harness.clock.now += MINUTE;
      await harness.look(THREE_A_MINUTE);
    }
    expect(harness.started()).toHaveLength(3);
    harness.workflow.open = true;
    await harness.look(THREE_A_MINUTE);
    expect(harness.started().length).toBeLessThanOrEqual(6);
  });
});

describe("a rate limit", () => {
  const perKey: PerKey = { ...THREE_A_MINUTE, busy: "skip" };

  test("events above it end as skipped, each once, and none waits", async () => {
    const edits = [0, 1, 2, 3, 4];
    await Promise.all([...edits, ...edits].map((edit) => harness.change(perKey, edit)));
    expect(harness.started()).toHaveLength(3);
    const skipped = harness.under("terminated");
    expect(skipped.map(({ failure }) => failure!.error)).toEqual(["Millrace.Skipped", "Millrace.Skipped"]);
    expect(harness.keyQueues.reminded).toEqual([]);
    harness.clock.now += MINUTE;
    await harness.change(perKey, 5);
    expect(harness.started()).toHaveLength(4);
  });
});

test("a delivery that is slower than another of its event uses up no start of a throttle", async () => {
  const { keyQueues } = harness.ports;
  const queue: typeof keyQueues.queue = async (key, arrival) => {
    harness.ports.keyQueues = keyQueues;
    await harness.change(THREE_A_MINUTE, 0);
    await harness.end(THREE_A_MINUTE, harness.run(0));
    await keyQueues.queue(key, arrival);
  };
  harness.ports.keyQueues = { ...keyQueues, queue };
  await harness.change(THREE_A_MINUTE, 0);
  for (const edit of [1, 2]) await harness.change(THREE_A_MINUTE, edit);
  expect(harness.started()).toEqual([0, 1, 2]);
});

test("a run whose turn comes after its start deadline uses up no start", async () => {
  for (let edit = 0; edit < 5; edit++) await harness.change(THREE_A_MINUTE, edit, "d", MINUTE / 2);
  harness.clock.now += MINUTE;
  for (const edit of [5, 6, 7]) await harness.change(THREE_A_MINUTE, edit, "d", MINUTE / 2);
  await harness.look(THREE_A_MINUTE);
  expect(harness.started()).toEqual([0, 1, 2, 5, 6, 7]);
});

test("a delivery that is slower than another of its event uses up no start of a rate limit", async () => {
  const perKey: PerKey = { ...THREE_A_MINUTE, busy: "skip" };
  const { keyQueues } = harness.ports;
  const read: typeof keyQueues.read = async (key) => {
    harness.ports.keyQueues = keyQueues;
    await harness.change(perKey, 0);
    return await keyQueues.read(key);
  };
  harness.ports.keyQueues = { ...keyQueues, read };
  expect((await harness.change(perKey, 0)).kind).toBe("started");
  for (const edit of [1, 2, 3]) await harness.change(perKey, edit);
  expect(harness.started()).toEqual([0, 1, 2]);
});

test("priority moves a run ahead of the other waiting runs, by its seconds", async () => {
  const urgent = (edits: number[]): PerKey => ({
    atOnce: 1,
    priority: ({ edit }) => (edits.includes(edit) ? 10 : 0),
  });
  const perKey = urgent([8, 30]);
  // Each edit was made as many seconds after the start.
  for (const edit of [0, 5, 6, 7, 8, 19, 21, 30]) await harness.change(perKey, edit);
  while (harness.under("running").length > 0) await harness.end(perKey, harness.under("running")[0]!.run);
  expect(harness.started()).toEqual([0, 8, 5, 6, 7, 19, 30, 21]);
});

test("an invalid priority is refused with its value", async () => {
  const outcome = await harness.change({ atOnce: 1, priority: () => Number.NaN }, 1);
  expect(outcome).toEqual({ kind: "quarantined", reason: "contract" });
  expect(JSON.stringify(harness.ports.kept())).toContain("is NaN. It must be a number of seconds");
});

describe("a start deadline", () => {
  const perKey: PerKey = { atOnce: 1 };
  const within = 5 * MINUTE;

  test("a run whose turn comes too late ends without starting, and the next one gets its turn", async () => {
    await harness.change(perKey, 0, "d", within);
    await harness.change(perKey, 1, "d", within);
    harness.clock.now += within;
    await harness.change(perKey, 2, "d", within);
    harness.clock.now += 1;
    await harness.end(perKey, harness.run(0));
    expect(harness.started()).toEqual([0, 2]);
    expect(harness.item(1)).toMatchObject({
      status: "terminated",
      failure: { error: "Millrace.StartDeadline" },
    });
  });

  test("counts while its workflow is paused, and is checked at its release", async () => {
    harness.workflow.open = false;
    await harness.change(perKey, 0, "d", within);
    harness.clock.now += within + 1;
    harness.workflow.open = true;
    expect((await harness.release(perKey, 0)).kind).toBe("passed");
    expect(harness.started()).toEqual([]);
  });

  test("a run that has started in the meantime is not changed", async () => {
    await harness.change(perKey, 0, "d", within);
    harness.clock.now += within + 1;
    expect((await harness.change(perKey, 0, "d", within)).kind).toBe("duplicate");
    expect(harness.item(0).status).toBe("running");
  });
});

describe("settings", () => {
  test("a lower throttle applies to the next start, a higher one too; without a setting, the definition's", async () => {
    harness.set({ "perKey.starts": 1 });
    for (let edit = 0; edit < 3; edit++) await harness.change(THREE_A_MINUTE, edit);
    expect(harness.started()).toEqual([0]);
    harness.set({ "perKey.starts": 2 });
    await harness.look(THREE_A_MINUTE);
    expect(harness.started()).toEqual([0, 1]);
    harness.set({});
    await harness.look(THREE_A_MINUTE);
    expect(harness.started()).toEqual([0, 1, 2]);
  });

  test("a longer period counts the starts of all of it, even after a time without waiting runs", async () => {
    const perKey: PerKey = { starts: 1, per: "1 minute" };
    harness.set({ "perKey.per": "1 hour" });
    await harness.change(perKey, 0);
    harness.clock.now += 2 * MINUTE;
    await harness.look(perKey);
    await harness.change(perKey, 1);
    expect(harness.started()).toEqual([0]);
    harness.clock.now = START + 60 * MINUTE;
    await harness.look(perKey);
    expect(harness.started()).toEqual([0, 1]);
  });

  test("are not read at the end of a run if no run of its key waits", async () => {
    const perKey: PerKey = { atOnce: 1 };
    for (let edit = 0; edit < 2; edit++) await harness.change(perKey, edit);
    const reads = () => harness.ports.admissions.settings.mock.calls.length;
    const before = reads();
    await harness.end(perKey, harness.run(0));
    expect(harness.started()).toEqual([0, 1]);
    const withOneWaiting = reads();
    expect(withOneWaiting).toBeGreaterThan(before);
    await harness.end(perKey, harness.run(1));
    expect(reads()).toBe(withOneWaiting);
  });

  test("outside of a range that a deployment has narrowed, the bound applies", async () => {
    // Set when the standard range applied; more than a key's item has room for.
    harness.set({ "perKey.starts": 5_000, "perKey.per": "3 days" });
    await harness.change({ starts: 1, per: "1 minute" }, 0);
    expect(harness.item(0).settings).toEqual({
      revision: 1,
      values: { "perKey.starts": 100, "perKey.per": "1 day" },
    });
  });

  test("a run records the settings that it was accepted under, and later changes do not change it", async () => {
    await harness.change(THREE_A_MINUTE, 0);
    expect(harness.item(0).settings).toBeUndefined();
    harness.set({ "steps.draw.retry.attempts": 5, "perKey.starts": 3 });
    await harness.change(THREE_A_MINUTE, 1);
    const recorded = { revision: 1, values: { "perKey.starts": 3, "steps.draw.retry.attempts": 5 } };
    expect(harness.item(1).settings).toEqual(recorded);
    harness.set({ "steps.draw.retry.attempts": 7 });
    await harness.change(THREE_A_MINUTE, 1);
    expect(harness.item(1).settings).toEqual(recorded);
    const inputs = harness.machines.started.map(({ input }) => JSON.parse(input).run.settings);
    expect(inputs).toEqual([undefined, recorded]);
  });

  test("a start deadline is that of the settings at acceptance", async () => {
    const perKey: PerKey = { atOnce: 1 };
    await harness.change(perKey, 0, "d", 60_000);
    harness.set({ startWithin: "10 seconds" });
    await harness.change(perKey, 1, "d", 60_000);
    expect(harness.item(1).startWithin).toBe(10_000);
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
    expect(withoutSlots(found, ["c"])).toEqual({ ...found, running: ["a", "b"], starts: [1, 2] });
    expect(withoutSlots(queue({ running: ["a", "b"] }), ["a"])).toMatchObject({
      running: ["b"],
      starts: [],
    });
  });
});
