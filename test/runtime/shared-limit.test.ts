import { describe, expect, test } from "vitest";
import { type LimitGate, limitGate } from "../../lambdas/runtime/intake/limit/gate.ts";
import { parseExecutionName } from "../../lib/contract/execution-name.ts";
import { defineSharedLimit, type SharedLimitOptions } from "../../lib/contract/shared-limit.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import { memoryObservation } from "./memory.ts";
import { memorySharedLimits } from "./memory-shared-limits.ts";

const START = Date.parse("2026-11-21T10:00:00.000Z");
const MINUTE = 60_000;

/** Runs in front of a shared limit, as intake handles them. */
function limitedWorld(options: SharedLimitOptions) {
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
  const world = {
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
      for (let run = requested.shift(); run !== undefined; run = requested.shift()) await world.begin(run);
    },
    async arrive(run: string, key: string, order: number, priority?: number) {
      world.accept(run, key, order, priority);
      await world.begin(run);
    },
    /** A run ends, without the event of its end. */
    die: (run: string) => void runs.set(run, { ...runs.get(run)!, status: "failed" }),
    async end(run: string) {
      world.die(run);
      await gate.leave(runs.get(run)!);
      await world.deliver();
    },
    lane: async (lane = "") => (await shared.limits.read(lane)).places.map(({ execution }) => execution),
    waiting: (lane = "") => [...(shared.lines.get(lane)?.values() ?? [])].map(({ execution }) => execution),
  };
  return world;
}

describe("a limit for all keys", () => {
  test("so many runs at a time, whatever their workflow; the next starts when one ends", async () => {
    const world = limitedWorld({ atOnce: 2 });
    for (const [at, run] of ["a1", "a2", "b1", "b2"].entries()) await world.arrive(run, run[0]!, at);
    expect(world.started).toEqual(["a1", "a2"]);
    await world.end("a2");
    await world.end("a1");
    expect(world.started.slice(2).sort()).toEqual(["b1", "b2"]);
    await world.end("b1");
    await world.end("b2");
    expect(await world.lane()).toEqual([]);
  });

  test("keys take turns: a backlog of one holds up no other", async () => {
    const world = limitedWorld({ atOnce: 1 });
    for (let at = 0; at < 20; at++) await world.arrive(`big${at}`, "big", at);
    await world.arrive("small0", "small", 100);
    await world.arrive("small1", "small", 101);
    await world.arrive("tiny0", "tiny", 102);
    for (let ended = 0; ended < 5; ended++) await world.end(world.started.at(-1)!);
    const next = world.started.slice(1, 6);
    expect(next.filter((run) => run.startsWith("big")).length).toBeLessThanOrEqual(2);
    expect(next).toEqual(expect.arrayContaining(["small0", "small1", "tiny0"]));
    // In order within a key.
    expect(next.indexOf("small0")).toBeLessThan(next.indexOf("small1"));
  });

  test("of one key, the earlier event starts first; a priority moves a run ahead by its seconds", async () => {
    const world = limitedWorld({ atOnce: 1 });
    await world.arrive("first", "k", 0);
    await world.arrive("later", "k", 30);
    await world.arrive("earlier", "k", 20);
    await world.arrive("urgent", "k", 40, 15);
    for (const run of ["first", "earlier", "urgent"]) await world.end(run);
    expect(world.started).toEqual(["first", "earlier", "urgent", "later"]);
  });

  test("with a limit of each key, the places that one key may not use go to others", async () => {
    const world = limitedWorld({ atOnce: 4, perKey: { atOnce: 2 } });
    for (let at = 0; at < 5; at++) await world.arrive(`a${at}`, "a", at);
    for (let at = 0; at < 5; at++) await world.arrive(`b${at}`, "b", 10 + at);
    expect(
      world
        .running()
        .map(({ run }) => run)
        .sort(),
    ).toEqual(["a0", "a1", "b0", "b1"]);
    await world.end("b0");
    expect(
      world
        .running()
        .map(({ run }) => run)
        .sort(),
    ).toEqual(["a0", "a1", "b1", "b2"]);
  });

  test("a delivery that is slower than another of its event uses up no start", async () => {
    const world = limitedWorld({ starts: 2, per: "1 minute" });
    world.accept("a", "k", 0);
    const slow = world.runs.get("a")!;
    await world.begin("a");
    world.die("a");
    expect(await world.gate.enter(slow)).toBe(false);
    expect(world.waiting()).toEqual([]);
    await world.arrive("b", "k", 1);
    expect(world.started).toEqual(["a", "b"]);
  });

  test("a limit of starts: the others start when the period allows, by one reminder for each time", async () => {
    const world = limitedWorld({ starts: 2, per: "1 minute" });
    for (let at = 0; at < 5; at++) await world.arrive(`r${at}`, "k", at);
    expect(world.started).toEqual(["r0", "r1"]);
    expect(world.reminded).toEqual([{ lane: "", at: START + MINUTE }]);
    // A run that has started needs its place no longer.
    expect(await world.lane()).toEqual([]);
    for (let minute = 1; minute <= 2; minute++) {
      world.clock.now = START + minute * MINUTE;
      await world.gate.look("");
      await world.deliver();
    }
    expect(world.started).toEqual(["r0", "r1", "r2", "r3", "r4"]);
    expect(world.reminded.map(({ at }) => at - START)).toEqual([MINUTE, 2 * MINUTE]);
  });
});

test("with limits of each key alone, every key has a lane of its own", async () => {
  const world = limitedWorld({ perKey: { atOnce: 1 } });
  await world.arrive("a0", "a", 0);
  await world.arrive("a1", "a", 1);
  await world.arrive("b0", "b", 2);
  expect(world.started).toEqual(["a0", "b0"]);
  expect([await world.lane("a"), await world.lane("b"), world.waiting("a")]).toEqual([
    ["a0"],
    ["b0"],
    ["a1"],
  ]);
  await world.end("a0");
  expect(world.started).toEqual(["a0", "b0", "a1"]);
});

test("settings change the limit, and the next look uses it", async () => {
  const world = limitedWorld({ atOnce: 1 });
  for (let at = 0; at < 4; at++) await world.arrive(`r${at}`, "k", at);
  const set = { value: 3, by: "ada", why: "test", at: new Date(START).toISOString() };
  world.shared.set.settings = { revision: 1, values: { atOnce: set } };
  await world.begin("r3");
  await world.deliver();
  expect(world.started).toEqual(["r0", "r1", "r2"]);
});

test("a run that ended before its place was written leaves it", async () => {
  const world = limitedWorld({ atOnce: 1 });
  world.accept("gone", "k", 0);
  const seen = structuredClone(world.runs.get("gone")!);
  await world.end("gone");
  expect(await world.gate.enter(seen)).toBe(false);
  expect([await world.lane(), world.waiting()]).toEqual([[], []]);
});

test("the end of a run is lost: a run that waits finds the place, when the reconciler releases it", async () => {
  const world = limitedWorld({ atOnce: 1 });
  await world.arrive("lost", "k", 0);
  await world.arrive("waits", "k", 1);
  world.die("lost");
  await world.begin("waits");
  expect(world.started).toEqual(["lost"]);
  // A place of some seconds is not worth a read.
  await world.begin("waits", true);
  expect(world.started).toEqual(["lost"]);
  world.clock.now += 15 * MINUTE;
  await world.begin("waits", true);
  expect(world.started).toEqual(["lost", "waits"]);
});

describe("a pause of one workflow", () => {
  test("a run that is held gives its place to the next", async () => {
    const world = limitedWorld({ atOnce: 1 });
    await world.arrive("first", "k", 0);
    await world.arrive("held", "k", 1);
    await world.arrive("other", "k", 2);
    world.runs.set("held", { ...world.runs.get("held")!, held: "paused" });
    world.die("first");
    await world.gate.leave(world.runs.get("first")!);
    expect(world.requested.splice(0)).toEqual(["held"]);
    await world.gate.hold(world.runs.get("held")!);
    await world.deliver();
    expect(world.running().map(({ run }) => run)).toEqual(["other"]);
    expect(world.waiting()).toEqual([]);
  });

  test("a run that was released meanwhile keeps its place", async () => {
    const world = limitedWorld({ atOnce: 1 });
    await world.arrive("run", "k", 0);
    await world.gate.hold({ ...world.runs.get("run")!, held: "paused" } as RunItem);
    expect(await world.lane()).toEqual(["run"]);
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
    const world = limitedWorld({ atOnce: 3, perKey: { atOnce: 2 } });
    let faulty = true;
    world.shared.faults.chance = () => faulty && next() < 0.05;
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
      expect(world.running().length).toBeLessThanOrEqual(3);
      for (const key of ["a", "b", "c"])
        expect(world.running().filter(({ limit }) => limit!.key === key).length).toBeLessThanOrEqual(2);
    };
    const work: Promise<void>[] = [];
    const ALL = 60;
    for (let at = 0; at < ALL; at++) {
      const run = `r${at}`;
      world.accept(run, "abc"[Math.floor(next() * next() * 3)]!, at);
      work.push(delivered(() => world.begin(run)));
    }
    for (let round = 0; round < 4_000; round++) {
      await new Promise<void>((resolve) => setImmediate(resolve));
      checked();
      if (world.requested.length > 0) {
        const run = world.requested.shift()!;
        work.push(delivered(() => world.begin(run)));
      }
      const ends = world.running();
      if (ends.length > 0 && next() < 0.3) {
        const { run } = ends[Math.floor(next() * ends.length)]!;
        world.die(run);
        work.push(delivered(() => world.gate.leave(world.runs.get(run)!)));
      }
    }
    faulty = false;
    await Promise.all(work);
    const left = [...world.runs.values()].filter(({ status }) => status !== "failed").map(({ run }) => run);
    expect(left).toEqual([]);
    expect(new Set(world.started).size).toBe(ALL);
    expect((await world.lane()).map((execution) => parseExecutionName(execution).run)).toEqual([]);
    expect(world.waiting()).toEqual([]);
  },
);
