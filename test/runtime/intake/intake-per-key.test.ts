import { beforeEach, describe, expect, test, vi } from "vitest";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import { endBurst } from "../../../lambdas/runtime/intake/debounce.ts";
import type { PerKey } from "../../../lib/contract/per-key.ts";
import { type PerKeyHarness, perKeyHarness, START } from "./per-key-harness.ts";

let harness: PerKeyHarness;
beforeEach(() => {
  harness = perKeyHarness();
});

const EDITS = 100;
/** Edits 0 to 99, shuffled, each twice. */
const BURST = Array.from({ length: 2 * EDITS }, (_, at) => (at * 7919) % EDITS);

describe("one at a time", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("hundreds at once: never two of a key in progress, each runs once, those that wait in the order of their events", async () => {
    await Promise.all(BURST.map((edit) => harness.change(perKey, edit)));
    const first = harness.started();
    expect(first).toHaveLength(1);
    while (harness.under("running").length > 0) {
      const running = harness.under("running");
      expect(running).toHaveLength(1);
      await harness.end(perKey, running[0]!.run);
    }
    const others = Array.from({ length: EDITS }, (_, edit) => edit).filter((edit) => edit !== first[0]);
    expect(harness.started()).toEqual([...first, ...others]);
  });

  test("other keys do not wait", async () => {
    await Promise.all(["a", "b", "c"].map((document, edit) => harness.change(perKey, edit, document)));
    expect(harness.started()).toHaveLength(3);
  });

  test("a crash between the slot and the start: the next reader starts the run", async () => {
    const { executions } = harness.ports;
    harness.ports.executions = { ...executions, start: () => Promise.reject(new Error("killed")) };
    await expect(harness.change(perKey, 1)).rejects.toThrow("killed");
    harness.ports.executions = executions;
    await harness.change(perKey, 2);
    expect(harness.started()).toEqual([1]);
  });

  test("an end that was not published is noticed when the next event arrives", async () => {
    await harness.change(perKey, 1);
    await harness.ports.runs.end(harness.items()[0]!.run, 1, { status: "failed" });
    await harness.change(perKey, 2);
    expect(harness.started()).toEqual([1, 2]);
  });

  test("throttled: the event waits, and the slot is kept", async () => {
    const { executions } = harness.ports;
    harness.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
    expect((await harness.change(perKey, 1)).kind).toBe("throttled");
    harness.ports.executions = executions;
    expect((await harness.change(perKey, 1)).kind).toBe("started");
  });

  test("only the run that gets the slot is read again, not those that wait behind it", async () => {
    for (const edit of [1, 2, 3, 4]) await harness.change(perKey, edit);
    const { runs } = harness.ports;
    const read = vi.fn(runs.read);
    harness.ports.runs = { ...runs, read };
    await harness.end(perKey, harness.run(1));
    expect(harness.started()).toEqual([1, 2]);
    const edits = read.mock.calls.map(([run]) => [1, 2, 3, 4].find((edit) => harness.run(edit) === run));
    expect([...new Set(edits)]).toEqual([1, 2]);
  });

  test("an event without a key is quarantined with the way out", async () => {
    const { spec } = harness;
    const keyless = { ...spec(perKey), on: spec(perKey).on.map((event) => ({ ...event, key: undefined })) };
    expect(await admit(harness.body("d", 1), keyless, harness.ports)).toEqual({
      kind: "quarantined",
      reason: "contract",
    });
  });
});

test("three at once: hundreds of events never exceed the three, and all run", async () => {
  const perKey: PerKey = { atOnce: 3 };
  await Promise.all(BURST.map((edit) => harness.change(perKey, edit)));
  while (harness.under("running").length > 0) {
    expect(harness.under("running").length).toBeLessThanOrEqual(3);
    await Promise.all(harness.under("running").map(({ run }) => harness.end(perKey, run)));
  }
  expect(harness.started().toSorted((a, b) => a - b)).toEqual(
    Array.from({ length: EDITS }, (_, edit) => edit),
  );
});

describe("a singleton", () => {
  const perKey: PerKey = { atOnce: 1, busy: "skip" };

  test("of hundreds at once exactly one runs, and the others end as skipped", async () => {
    await Promise.all(BURST.map((edit) => harness.change(perKey, edit)));
    expect(harness.started()).toHaveLength(1);
    await Promise.all(BURST.map((edit) => harness.change(perKey, edit)));
    const skipped = harness.under("terminated");
    expect(skipped).toHaveLength(EDITS - 1);
    expect(skipped[0]!.failure!.error).toBe("Millrace.Skipped");
  });

  test("a crash after the slot was given to a run that has ended meanwhile: the redelivery releases the slot", async () => {
    const { keyQueues } = harness.ports;
    const ends: typeof keyQueues.write = async (key, keyQueue) => {
      harness.ports.keyQueues = keyQueues;
      harness.remember(1, keyQueue.running[0]!);
      await harness.end(perKey, keyQueue.running[0]!);
      await keyQueues.write(key, keyQueue);
      throw new Error("killed");
    };
    harness.ports.keyQueues = { ...keyQueues, write: ends };
    await expect(harness.change(perKey, 1)).rejects.toThrow("killed");
    expect((await keyQueues.read("d")).running).toEqual([harness.run(1)]);
    expect((await harness.change(perKey, 1)).kind).toBe("duplicate");
    expect((await keyQueues.read("d")).running).toEqual([]);
  });

  test("the same where the delivery was the release of a retried run", async () => {
    await harness.change(perKey, 1);
    await harness.ports.runs.end(harness.run(1), 1, { status: "failed" });
    expect((await harness.release(perKey, 1)).kind).toBe("duplicate");
    expect((await harness.ports.keyQueues.read("d")).running).toEqual([]);
  });

  test("a delivery that is slower than its run, which has ended meanwhile, ends and leaves the slot free", async () => {
    const { keyQueues } = harness.ports;
    const read: typeof keyQueues.read = async (key) => {
      harness.ports.keyQueues = keyQueues;
      await harness.change(perKey, 1);
      await harness.end(perKey, harness.run(1));
      return await keyQueues.read(key);
    };
    harness.ports.keyQueues = { ...keyQueues, read };
    expect((await harness.change(perKey, 1)).kind).toBe("started");
    expect((await keyQueues.read("d")).running).toEqual([]);
    expect(harness.started()).toEqual([1]);
  });

  test.each<[string, (run: string) => Promise<unknown>, object | undefined]>([
    [
      "was terminated and retried",
      async (run) => {
        await harness.ports.runs.end(run, 1, { status: "terminated" });
        await harness.retry(2);
      },
      { status: "accepted", epoch: 2 },
    ],
    ["has expired", async () => {}, undefined],
  ])("a delivery of a run that meanwhile %s does not skip it", async (_, change, found) => {
    await harness.change(perKey, 1);
    const { runs, keyQueues } = harness.ports;
    const read: typeof runs.read = async (run) => {
      if (run === harness.run(1)) return await runs.read(run);
      harness.remember(2, run);
      await change(run);
      return found && (await runs.read(run));
    };
    harness.ports.runs = { ...runs, read };
    expect((await harness.change(perKey, 2)).kind).toBe("started");
    expect((await keyQueues.read("d")).passed).toEqual([]);
    harness.ports.runs = runs;
    if (found) expect(harness.item(2)).toMatchObject(found);
  });

  test("a crash after the decision to skip: the redelivery ends it, even if the slot is free now", async () => {
    await harness.change(perKey, 1);
    const { runs, keyQueues } = harness.ports;
    harness.ports.runs = { ...runs, end: () => Promise.reject(new Error("killed")) };
    await expect(harness.change(perKey, 2)).rejects.toThrow("killed");
    harness.ports.runs = runs;
    await harness.end(perKey, harness.run(1));
    expect((await harness.change(perKey, 2)).kind).toBe("passed");
    expect(harness.started()).toEqual([1]);
    expect((await keyQueues.read("d")).running).toEqual([]);
  });

  test("a run with a slot that a pause holds back waits, and is not skipped", async () => {
    const open = [true, false, false];
    const { admissions } = harness.ports;
    harness.ports.admissions = { ...admissions, open: async () => open.shift() ?? true };
    expect((await harness.change(perKey, 1)).kind).toBe("waits");
    expect(harness.statusOf(1)).toBe("accepted e1");
    expect((await harness.change(perKey, 1)).kind).toBe("started");
  });

  test("after its end the next event runs, and no skipped one returns", async () => {
    await harness.change(perKey, 1);
    await harness.change(perKey, 2);
    await harness.end(perKey, harness.under("running")[0]!.run);
    expect((await harness.change(perKey, 2)).kind).toBe("duplicate");
    await harness.change(perKey, 3);
    expect(harness.started()).toEqual([1, 3]);
  });
});

describe("debounce", () => {
  const perKey: PerKey = { debounce: "10 seconds", atMost: "1 minute" };

  test("of hundreds at once the last event runs, when the burst is over", async () => {
    await Promise.all(BURST.map((edit) => harness.change(perKey, edit)));
    expect(harness.started()).toEqual([]);
    harness.clock.now += 9_999;
    await harness.look(perKey);
    expect(harness.started()).toEqual([]);
    harness.clock.now += 1;
    await Promise.all([harness.look(perKey), harness.look(perKey), harness.look(perKey)]);
    expect(harness.started()).toEqual([EDITS - 1]);
    expect(harness.under("terminated")).toHaveLength(EDITS - 1);
    expect(harness.under("terminated")[0]!.failure!.error).toBe("Millrace.Superseded");
  });

  test("each event has a reminder, so that a crash before the reminder is repaired by the redelivery", async () => {
    await harness.change(perKey, 1);
    await harness.change(perKey, 1);
    expect(harness.keyQueues.reminded).toEqual([
      { key: "d", at: START + 10_000 },
      { key: "d", at: START + 10_000 },
    ]);
  });

  test("events that never stop do not delay the run for ever", async () => {
    for (let edit = 0; edit < 12; edit++, harness.clock.now += 5_000) await harness.change(perKey, edit);
    await harness.look(perKey);
    expect(harness.started()).toEqual([11]);
  });

  test("a crash before the start: the next check starts it", async () => {
    await harness.change(perKey, 1);
    harness.clock.now += 10_000;
    const { executions } = harness.ports;
    harness.ports.executions = { ...executions, start: () => Promise.reject(new Error("killed")) };
    await expect(harness.look(perKey)).rejects.toThrow("killed");
    harness.ports.executions = executions;
    await harness.look(perKey);
    expect(harness.started()).toEqual([1]);
  });

  test("the later event counts, whichever was delivered first", async () => {
    expect((await harness.change(perKey, 2)).kind).toBe("waits");
    expect((await harness.ports.keyQueues.read("d")).passed).toEqual([]);
    expect((await harness.change(perKey, 1)).kind).toBe("passed");
    expect(harness.item(1)).toMatchObject({
      status: "terminated",
      failure: { error: "Millrace.Superseded" },
    });
    harness.clock.now += 10_000;
    await harness.look(perKey);
    expect(harness.started()).toEqual([2]);
    expect((await harness.ports.keyQueues.read("d")).passed).toEqual([]);
  });

  test("a look before the end of the burst starts nothing, and sends the reminder again", async () => {
    await harness.change(perKey, 1);
    harness.clock.now += 9_999;
    expect(await endBurst("d", harness.ports)).toBe("waits");
    expect(harness.started()).toEqual([]);
    expect(harness.keyQueues.reminded).toEqual(Array(2).fill({ key: "d", at: START + 10_000 }));
    harness.clock.now += 1;
    expect(await endBurst("d", harness.ports)).toBe("started");
    expect(harness.started()).toEqual([1]);
  });

  test("a finished burst whose run a pause holds back, waits", async () => {
    await harness.change(perKey, 1);
    harness.clock.now += 10_000;
    harness.workflow.open = false;
    expect(await endBurst("d", harness.ports)).toBe("waits");
    harness.workflow.open = true;
    expect((await harness.release(perKey, 1)).kind).toBe("started");
  });
});

describe.each<{ policy: string; perKey: PerKey; quiet: number }>([
  { policy: "one at a time", perKey: { atOnce: 1 }, quiet: 0 },
  { policy: "a singleton", perKey: { atOnce: 1, busy: "skip" }, quiet: 0 },
  { policy: "a burst", perKey: { debounce: "10 seconds" }, quiet: 10_000 },
])("$policy", ({ perKey, quiet }) => {
  test("throttled by Step Functions: the message waits, and the next one starts the run", async () => {
    const { executions } = harness.ports;
    harness.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
    const first = await harness.change(perKey, 1);
    harness.clock.now += quiet;
    expect((quiet ? await harness.look(perKey) : first).kind).toBe("throttled");
    harness.ports.executions = executions;
    expect((await harness.change(perKey, 1)).kind).toBe("started");
    expect(harness.started()).toEqual([1]);
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
    Object.assign(harness.ports, { limit, verify: true });
    expect((await harness.change(perKey, 1)).kind).toBe("waits");
    harness.clock.now += quiet;
    await harness.look(perKey);
    expect((await harness.release(perKey, 1)).kind).toBe("waits");
    expect(harness.started()).toEqual([]);
    expect(limit.started).not.toHaveBeenCalled();
    places.free = true;
    expect((await harness.release(perKey, 1)).kind).toBe("started");
    expect(harness.started()).toEqual([1]);
    expect(limit.enter).toHaveBeenLastCalledWith(expect.objectContaining({ run: harness.run(1) }), {
      verify: true,
    });
    expect(limit.started).toHaveBeenCalledTimes(1);
  });
});

test("a place in the shared limit is kept where Step Functions throttles the start", async () => {
  const limit = { enter: async () => true, started: vi.fn(async () => {}) };
  const { executions } = harness.ports;
  Object.assign(harness.ports, { limit });
  harness.ports.executions = { ...executions, start: async () => ({ kind: "throttled" }) };
  expect((await harness.change({ atOnce: 1 }, 1)).kind).toBe("throttled");
  expect(limit.started).not.toHaveBeenCalled();
});

test("a slot of a run that is no longer in the table is freed", async () => {
  const perKey: PerKey = { atOnce: 1 };
  const { keyQueues } = harness.ports;
  await keyQueues.write("d", { revision: undefined, running: ["index-gone"], passed: [], starts: [] });
  expect((await harness.change(perKey, 1)).kind).toBe("started");
  expect((await keyQueues.read("d")).running).toEqual([harness.run(1)]);
});

test("a run whose workflow is paused while it moves up waits, and its slot is free", async () => {
  const perKey: PerKey = { atOnce: 1 };
  const open = [true, false, false];
  harness.ports.admissions = { ...harness.ports.admissions, open: async () => open.shift() ?? true };
  expect((await harness.change(perKey, 1)).kind).toBe("waits");
  expect(harness.item(1).held).toBe("paused");
  expect((await harness.ports.keyQueues.read("d")).running).toEqual([]);
});
