import { describe, expect, test } from "vitest";
import { countEvent } from "../../../lambdas/runtime/threshold/count.ts";
import type { CountedState, Memory, PresentState } from "../../../lambdas/runtime/threshold/ports.ts";
import { lookAt, noteEvent } from "../../../lambdas/runtime/threshold/presence.ts";
import type { Watched } from "../../../lambdas/runtime/threshold/watched.ts";
import { add, EMPTY_WINDOW } from "../../../lambdas/runtime/threshold/window.ts";

const MINUTE = 60_000;
const START = Date.parse("2026-11-21T10:00:00.000Z");
const RULE = { within: 10 * MINUTE, atLeast: 3 };

/** Adds events, given as minutes and ids, and answers their outcomes. */
function added(events: readonly [minute: number, id: string, amount?: number][], rule = RULE) {
  let window = EMPTY_WINDOW;
  const crossings: { value: number; from: number; to: number }[] = [];
  const outcomes = events.map(([minute, id, amount = 1]) => {
    const addition = add(window, { at: START + minute * MINUTE, id, amount }, rule);
    window = addition.window;
    if (addition.crossing) {
      const { value, from, to } = addition.crossing;
      crossings.push({ value, from: (from - START) / MINUTE, to: (to - START) / MINUTE });
    }
    return addition.outcome;
  });
  return { outcomes, crossings, window };
}

describe("the window of a threshold", () => {
  test("as many events as the threshold within the window are one crossing; the next needs as many again", () => {
    const { outcomes, crossings } = added([
      [0, "a"],
      [1, "b"],
      [2, "c"],
      [3, "d"],
      [4, "e"],
      [5, "f"],
    ]);
    expect(outcomes).toEqual(["counted", "counted", "crossed", "counted", "counted", "crossed"]);
    expect(crossings).toEqual([
      { value: 3, from: 0, to: 2 },
      { value: 3, from: 3, to: 5 },
    ]);
  });

  test("events that are further apart than the window do not count together", () => {
    expect(
      added([
        [0, "a"],
        [5, "b"],
        [10, "c"],
        [15, "d"],
      ]).outcomes,
    ).toEqual(["counted", "counted", "counted", "counted"]);
    expect(
      added([
        [0, "a"],
        [5, "b"],
        [9.99, "c"],
      ]).outcomes.at(-1),
    ).toBe("crossed");
  });

  test("the order of arrival does not matter within the window", () => {
    expect(
      added([
        [9, "c"],
        [0, "a"],
        [4, "b"],
      ]).crossings,
    ).toEqual([{ value: 3, from: 0, to: 9 }]);
  });

  test("a duplicate counts once, also after its crossing", () => {
    expect(
      added([
        [0, "a"],
        [0, "a"],
        [1, "b"],
        [0, "a"],
      ]).outcomes,
    ).toEqual(["counted", "duplicate", "counted", "duplicate"]);
    expect(
      added([
        [0, "a"],
        [1, "b"],
        [2, "c"],
        [1, "b"],
        [2, "c"],
        [0, "a"],
      ]).outcomes.slice(3),
    ).toEqual(["duplicate", "duplicate", "duplicate"]);
  });

  test("an event that is older than the window is late, and so is another delivery of one that has left it", () => {
    expect(
      added([
        [0, "a"],
        [20, "b"],
        [0, "a"],
        [10, "z"],
        [10.5, "y"],
      ]).outcomes,
    ).toEqual(["counted", "counted", "late", "late", "counted"]);
  });

  test("a sum counts amounts", () => {
    const rule = { within: 10 * MINUTE, atLeast: 100 };
    const { outcomes, crossings } = added(
      [
        [0, "a", 60],
        [1, "b", 30],
        [2, "c", 15],
      ],
      rule,
    );
    expect([outcomes.at(-1), crossings]).toEqual(["crossed", [{ value: 105, from: 0, to: 2 }]]);
  });

  test("thousands of small amounts in a window cross at their sum; nothing that was dropped counts twice", () => {
    const rule = { within: 10 * MINUTE, atLeast: 1_000 };
    const many = Array.from({ length: 999 }, (_, at): [number, string] => [at / 200, `e${at}`]);
    const { outcomes, window } = added([...many, ...many.slice(0, 50)], rule);
    expect(outcomes.slice(999)).toEqual(Array.from({ length: 50 }, () => "late"));
    expect(window.entries.length).toBe(200);
    expect(added([...many, ...many, [4.999, "last"]], rule).crossings).toEqual([
      expect.objectContaining({ value: 1_000 }),
    ]);
  });
});

/** A memory of keys whose writes depend on a revision. Each call may throw, before or after it. */
function memoryOf<State>(chance: () => boolean = () => false) {
  const stored = new Map<string, { revision: number; state: State }>();
  const call = async <Result>(act: () => Result): Promise<Result> => {
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (chance()) throw new Error("crashed before");
    const result = act();
    if (chance()) throw new Error("crashed after");
    return result;
  };
  const memory: Memory<State> = {
    read: (key) => call(() => structuredClone(stored.get(key)) ?? { revision: undefined, state: undefined }),
    write: (key, revision, state) =>
      call(() => {
        if (stored.get(key)?.revision !== revision) return false;
        stored.set(key, structuredClone({ revision: (revision ?? 0) + 1, state }));
        return true;
      }),
  };
  return { memory, call };
}

function random(seed: number) {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

async function untilDone(act: () => Promise<unknown>): Promise<void> {
  for (;;)
    try {
      await act();
      return;
    } catch (error) {
      if (!(error as Error).message.startsWith("crashed")) throw error;
    }
}

const watched = (id: string, at: number): Watched => ({
  key: "k",
  id,
  at,
  amount: 1,
  hops: 1,
  traceparent: undefined,
});

test.each([1, 2, 3, 4, 5])(
  "duplicates and crashes: each crossing is published under one id, and none is missing, seed %i",
  async (seed) => {
    const next = random(seed);
    let faulty = true;
    const { memory, call } = memoryOf<CountedState>(() => faulty && next() < 0.08);
    const published: string[] = [];
    const spec = { name: "many", within: 60 * MINUTE, atLeast: 4 };
    const ports = { memory, publish: ({ id }: { id: string }) => call(() => void published.push(id)) };
    const work: Promise<void>[] = [];
    for (let at = 0; at < 40; at++)
      for (let times = next() < 0.3 ? 2 : 1; times > 0; times--)
        work.push(untilDone(() => countEvent(watched(`e${at}`, START + at * 1_000), spec, ports)));
    await Promise.all(work);
    faulty = false;
    await untilDone(() => countEvent(watched("e0", START), spec, ports));
    expect(new Set(published).size).toBe(10);
  },
);

describe("an absence", () => {
  function sensors() {
    const clock = { now: START };
    const { memory } = memoryOf<PresentState>();
    const reminders: { key: string; at: number }[] = [];
    const published: { id: string; payload: { last: string; due: string } }[] = [];
    const spec = { name: "silent", within: 10 * MINUTE };
    const bus = { rejects: false };
    const ports = {
      memory,
      async publish(pending: any) {
        if (bus.rejects) throw new Error("The bus rejects it.");
        published.push(pending);
      },
      lookAgain: async (key: string, at: number) => void reminders.push({ key, at }),
      now: () => clock.now,
    };
    return {
      clock,
      bus,
      reminders,
      published,
      /** Delivers the reminders that are due. */
      async pass(minutes: number) {
        const until = clock.now + minutes * MINUTE;
        for (;;) {
          const due = reminders.toSorted((a, b) => a.at - b.at).find(({ at }) => at <= until);
          if (!due) break;
          reminders.splice(reminders.indexOf(due), 1);
          clock.now = Math.max(clock.now, due.at);
          await lookAt(due.key, spec, ports, due.at);
        }
        clock.now = until;
      },
      note: (id: string, at = clock.now) => noteEvent(watched(id, at), spec, ports),
      look: (at: number) => lookAt("k", spec, ports, at),
    };
  }

  test("is published once when the next event is overdue, and again after the next event", async () => {
    const harness = sensors();
    await harness.note("a");
    await harness.pass(9);
    expect(harness.published).toEqual([]);
    await harness.pass(1);
    expect(harness.published.map(({ payload }) => payload)).toMatchObject([
      { last: new Date(START).toISOString(), due: new Date(START + 10 * MINUTE).toISOString() },
    ]);
    await harness.pass(100);
    expect(harness.published).toHaveLength(1);
    await harness.note("b");
    await harness.pass(30);
    expect(harness.published).toHaveLength(2);
    expect(new Set(harness.published.map(({ id }) => id)).size).toBe(2);
  });

  test("events in time keep one reminder, and publish nothing", async () => {
    const harness = sensors();
    for (let minute = 0; minute < 60; minute++) {
      await harness.note(`e${minute}`);
      expect(harness.reminders).toHaveLength(1);
      await harness.pass(1);
    }
    expect(harness.published).toEqual([]);
    await harness.pass(10);
    expect(harness.published).toHaveLength(1);
  });

  test("a duplicate and a late event change nothing; a reminder that is delivered twice publishes once", async () => {
    const harness = sensors();
    await harness.note("a");
    await harness.pass(5);
    expect(await harness.note("a", START)).toBe("older");
    expect(await harness.note("late", START - MINUTE)).toBe("older");
    await harness.pass(5);
    await harness.look(START + 10 * MINUTE);
    expect(harness.published).toHaveLength(1);
    expect(await harness.note("a", START)).toBe("older");
    await harness.pass(60);
    expect(harness.published).toHaveLength(1);
  });

  test("a lost reminder is replaced with the next event", async () => {
    const harness = sensors();
    await harness.note("a");
    harness.reminders.splice(0);
    harness.clock.now += 2 * 60 * MINUTE;
    await harness.note("b");
    await harness.pass(10);
    expect(harness.published.map(({ payload }) => payload.last)).toEqual([
      new Date(START + 120 * MINUTE).toISOString(),
    ]);
  });

  test("an event that finds an unpublished absence publishes it, and is awaited itself", async () => {
    const harness = sensors();
    await harness.note("a");
    harness.bus.rejects = true;
    await expect(harness.pass(10)).rejects.toThrow("The bus rejects it.");
    harness.bus.rejects = false;
    harness.clock.now = START + 20 * MINUTE;
    await harness.note("b");
    expect(harness.published).toHaveLength(1);
    await harness.pass(10);
    expect(harness.published.map(({ payload }) => payload.last)).toEqual(
      [START, START + 20 * MINUTE].map((at) => new Date(at).toISOString()),
    );
  });
});
