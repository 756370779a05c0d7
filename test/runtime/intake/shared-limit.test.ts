import { describe, expect, test } from "vitest";
import { type LimitGate, limitGate } from "../../../lambdas/runtime/intake/limit/gate.ts";
import { parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import { defineSharedLimit, type SharedLimitOptions } from "../../../lib/contract/shared-limit.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { memoryObservation } from "../memory/memory.ts";
import { memorySharedLimits } from "../memory/memory-shared-limits.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const MINUTE = 60_000;

/** Runs in front of a shared limit, as intake handles them. */
function limitHarness(options: SharedLimitOptions) {
  const clock = { now: START };
  const limit = defineSharedLimit("calls", options);
  const runs = new Map<string, RunItem>();
  const requested: string[] = [];
  const reminded: { lane: string; at: number }[] = [];
  const started: string[] = [];
  let most = 0;
  const read = async (run: string) => structuredClone(runs.get(run));
  const shared = memorySharedLimits(read, (run) => requested.push(run));
  const gate: LimitGate = limitGate(limit, {
    limits: shared.limits,
    runs: { read },
    reminders: { lookAtLane: async (lane, at) => void reminded.push({ lane, at }) },
    now: () => clock.now,
    ...memoryObservation(),
  });
  const running = () => [...runs.values()].filter(({ status }) => status === "running");
  const harness = {
    clock,
    gate,
    runs,
    requested,
    reminded,
    started,
    shared,
    running,
    most: () => most,
    /** Accepts a run of a key, whose event is as many seconds old as `order` says. */
    accept(run: string, key: string, order: number, priority?: number) {
      const time = new Date(START + order * 1_000).toISOString();
      const item = { run, epoch: 1, status: "accepted", limit: { name: "calls", key }, priority };
      runs.set(run, { ...item, event: { id: run, time } } as RunItem);
    },
    /** What intake does with an accepted run. */
    async begin(run: string, verify = false) {
      const item = await read(run);
      if (item?.status !== "accepted") {
        if (item && item.status !== "running") await gate.leave(item);
        return;
      }
      if (!(await gate.enter(item, { verify }))) return;
      // Another delivery may have started it, and it may even be over.
      if (runs.get(run)!.status === "accepted") {
        runs.set(run, { ...item, status: "running" });
        started.push(run);
      }
      most = Math.max(most, running().length);
      await gate.started(item);
    },
    /** Intake, for what the relay announced. */
    async deliver() {
      for (let run = requested.shift(); run !== undefined; run = requested.shift()) await harness.begin(run);
    },
    async arrive(run: string, key: string, order: number, priority?: number) {
      harness.accept(run, key, order, priority);
      await harness.begin(run);
    },
    /** A run ends, without the event of its end. */
    die: (run: string) => void runs.set(run, { ...runs.get(run)!, status: "failed" }),
    async end(run: string) {
      harness.die(run);
      await gate.leave(runs.get(run)!);
      await harness.deliver();
    },
    lane: async (lane = "") => (await shared.limits.read(lane)).places.map(({ execution }) => execution),
    waiting: (lane = "") => [...(shared.lines.get(lane)?.values() ?? [])].map(({ execution }) => execution),
  };
  return harness;
}

describe("a limit for all keys", () => {
  test("so many runs at a time, whatever their workflow; the next starts when one ends", async () => {
    const harness = limitHarness({ atOnce: 2 });
    for (const [at, run] of ["a1", "a2", "b1", "b2"].entries()) await harness.arrive(run, run[0]!, at);
    expect(harness.started).toEqual(["a1", "a2"]);
    await harness.end("a2");
    await harness.end("a1");
    expect(harness.started.slice(2).sort()).toEqual(["b1", "b2"]);
    await harness.end("b1");
    await harness.end("b2");
    expect(await harness.lane()).toEqual([]);
  });

  test("keys take turns: the backlog of one key delays no other key", async () => {
    const harness = limitHarness({ atOnce: 1 });
    for (let at = 0; at < 20; at++) await harness.arrive(`big${at}`, "big", at);
    await harness.arrive("small0", "small", 100);
    await harness.arrive("small1", "small", 101);
    await harness.arrive("tiny0", "tiny", 102);
    for (let ended = 0; ended < 5; ended++) await harness.end(harness.started.at(-1)!);
    const next = harness.started.slice(1, 6);
    expect(next.filter((run) => run.startsWith("big")).length).toBeLessThanOrEqual(2);
    expect(next).toEqual(expect.arrayContaining(["small0", "small1", "tiny0"]));
    // In order within a key.
    expect(next.indexOf("small0")).toBeLessThan(next.indexOf("small1"));
  });

  test("of one key, the earlier event starts first; a priority moves a run ahead by its seconds", async () => {
    const harness = limitHarness({ atOnce: 1 });
    await harness.arrive("first", "k", 0);
    await harness.arrive("later", "k", 30);
    await harness.arrive("earlier", "k", 20);
    await harness.arrive("urgent", "k", 40, 15);
    for (const run of ["first", "earlier", "urgent"]) await harness.end(run);
    expect(harness.started).toEqual(["first", "earlier", "urgent", "later"]);
  });

  test("with a limit of each key, the places that one key may not use go to others", async () => {
    const harness = limitHarness({ atOnce: 4, perKey: { atOnce: 2 } });
    for (let at = 0; at < 5; at++) await harness.arrive(`a${at}`, "a", at);
    for (let at = 0; at < 5; at++) await harness.arrive(`b${at}`, "b", 10 + at);
    expect(
      harness
        .running()
        .map(({ run }) => run)
        .sort(),
    ).toEqual(["a0", "a1", "b0", "b1"]);
    await harness.end("b0");
    expect(
      harness
        .running()
        .map(({ run }) => run)
        .sort(),
    ).toEqual(["a0", "a1", "b1", "b2"]);
  });

  test("a delivery that is slower than another of its event uses up no start", async () => {
    const harness = limitHarness({ starts: 2, per: "1 minute" });
    harness.accept("a", "k", 0);
    const slow = harness.runs.get("a")!;
    await harness.begin("a");
    harness.die("a");
    expect(await harness.gate.enter(slow)).toBe(false);
    expect(harness.waiting()).toEqual([]);
    await harness.arrive("b", "k", 1);
    expect(harness.started).toEqual(["a", "b"]);
  });

  test("a limit of starts: the others start when the period allows, by one reminder for each time", async () => {
    const harness = limitHarness({ starts: 2, per: "1 minute" });
    for (let at = 0; at < 5; at++) await harness.arrive(`r${at}`, "k", at);
    expect(harness.started).toEqual(["r0", "r1"]);
    expect(harness.reminded).toEqual([{ lane: "", at: START + MINUTE }]);
    // A run that has started needs its place no longer.
    expect(await harness.lane()).toEqual([]);
    for (let minute = 1; minute <= 2; minute++) {
      harness.clock.now = START + minute * MINUTE;
      await harness.gate.look("");
      await harness.deliver();
    }
    expect(harness.started).toEqual(["r0", "r1", "r2", "r3", "r4"]);
    expect(harness.reminded.map(({ at }) => at - START)).toEqual([MINUTE, 2 * MINUTE]);
  });
});

test("with limits of each key alone, every key has a lane of its own", async () => {
  const harness = limitHarness({ perKey: { atOnce: 1 } });
  await harness.arrive("a0", "a", 0);
  await harness.arrive("a1", "a", 1);
  await harness.arrive("b0", "b", 2);
  expect(harness.started).toEqual(["a0", "b0"]);
  expect([await harness.lane("a"), await harness.lane("b"), harness.waiting("a")]).toEqual([
    ["a0"],
    ["b0"],
    ["a1"],
  ]);
  await harness.end("a0");
  expect(harness.started).toEqual(["a0", "b0", "a1"]);
});

test("settings change the limit, and the next look uses it", async () => {
  const harness = limitHarness({ atOnce: 1 });
  for (let at = 0; at < 4; at++) await harness.arrive(`r${at}`, "k", at);
  const set = { value: 3, by: "ada", why: "test", at: new Date(START).toISOString() };
  harness.shared.set.settings = { revision: 1, values: { atOnce: set } };
  await harness.begin("r3");
  await harness.deliver();
  expect(harness.started).toEqual(["r0", "r1", "r2"]);
});

test("a run that ended before its place was written leaves it", async () => {
  const harness = limitHarness({ atOnce: 1 });
  harness.accept("gone", "k", 0);
  const seen = structuredClone(harness.runs.get("gone")!);
  await harness.end("gone");
  expect(await harness.gate.enter(seen)).toBe(false);
  expect([await harness.lane(), harness.waiting()]).toEqual([[], []]);
});

test("the end of a run is lost: a run that waits finds the place, when the reconciler releases it", async () => {
  const harness = limitHarness({ atOnce: 1 });
  await harness.arrive("lost", "k", 0);
  await harness.arrive("waits", "k", 1);
  harness.die("lost");
  await harness.begin("waits");
  expect(harness.started).toEqual(["lost"]);
  // A place of some seconds is not worth a read.
  await harness.begin("waits", true);
  expect(harness.started).toEqual(["lost"]);
  harness.clock.now += 15 * MINUTE;
  await harness.begin("waits", true);
  expect(harness.started).toEqual(["lost", "waits"]);
});

describe("a pause of one workflow", () => {
  test("a run that is held gives its place to the next", async () => {
    const harness = limitHarness({ atOnce: 1 });
    await harness.arrive("first", "k", 0);
    await harness.arrive("held", "k", 1);
    await harness.arrive("other", "k", 2);
    harness.runs.set("held", { ...harness.runs.get("held")!, held: "paused" });
    harness.die("first");
    await harness.gate.leave(harness.runs.get("first")!);
    expect(harness.requested.splice(0)).toEqual(["held"]);
    await harness.gate.hold(harness.runs.get("held")!);
    await harness.deliver();
    expect(harness.running().map(({ run }) => run)).toEqual(["other"]);
    expect(harness.waiting()).toEqual([]);
  });

  test("a run that was released meanwhile keeps its place", async () => {
    const harness = limitHarness({ atOnce: 1 });
    await harness.arrive("run", "k", 0);
    await harness.gate.hold({ ...harness.runs.get("run")!, held: "paused" } as RunItem);
    expect(await harness.lane()).toEqual(["run"]);
  });
});

/** A pseudo-random sequence, the same for the same seed. */
function random(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

test.each([1, 2, 3, 4, 5, 6])(
  "duplicates, crashes and any interleaving: never too many, none left behind, seed %i",
  async (seed) => {
    const next = random(seed);
    const harness = limitHarness({ atOnce: 3, perKey: { atOnce: 2 } });
    let faulty = true;
    harness.shared.faults.chance = () => faulty && next() < 0.05;
    /** A message is delivered until it is handled, sometimes twice. */
    const delivered = async (act: () => Promise<void>) => {
      for (let times = next() < 0.2 ? 2 : 1; times > 0; times--)
        for (;;)
          try {
            await act();
            break;
          } catch (error) {
            if (!(error as Error).message.startsWith("crashed")) throw error;
          }
    };
    const checked = () => {
      expect(harness.running().length).toBeLessThanOrEqual(3);
      for (const key of ["a", "b", "c"])
        expect(harness.running().filter(({ limit }) => limit!.key === key).length).toBeLessThanOrEqual(2);
    };
    const work: Promise<void>[] = [];
    const ALL = 60;
    for (let at = 0; at < ALL; at++) {
      const run = `r${at}`;
      harness.accept(run, "abc"[Math.floor(next() * next() * 3)]!, at);
      work.push(delivered(() => harness.begin(run)));
    }
    for (let round = 0; round < 4_000; round++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      checked();
      if (harness.requested.length > 0) {
        const run = harness.requested.shift()!;
        work.push(delivered(() => harness.begin(run)));
      }
      const ends = harness.running();
      if (ends.length > 0 && next() < 0.3) {
        const { run } = ends[Math.floor(next() * ends.length)]!;
        harness.die(run);
        work.push(delivered(() => harness.gate.leave(harness.runs.get(run)!)));
      }
    }
    faulty = false;
    await Promise.all(work);
    const left = [...harness.runs.values()].filter(({ status }) => status !== "failed").map(({ run }) => run);
    expect(left).toEqual([]);
    expect(new Set(harness.started).size).toBe(ALL);
    expect((await harness.lane()).map((execution) => parseExecutionName(execution).run)).toEqual([]);
    expect(harness.waiting()).toEqual([]);
  },
);
