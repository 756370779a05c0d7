import { beforeEach, describe, expect, test, vi } from "vitest";
import { release } from "../../lambdas/runtime/completion/transitions.ts";
import { admit } from "../../lambdas/runtime/intake/admit.ts";
import { executionName } from "../../lib/contract/execution-name.ts";
import type { PerKey } from "../../lib/contract/per-key.ts";
import { type KeyedWorld, keyedWorld } from "./keyed-world.ts";

let world: KeyedWorld;
beforeEach(() => {
  world = keyedWorld();
});

const order = { by: "ada", why: "test", key: "terminate", at: "2026-11-21T10:00:00.000Z" };

/** Ends the first epoch of the run that is being started, and begins the second. */
async function retryDuring(edit: number): Promise<void> {
  const { run, status } = world.items()[0]!;
  expect(status).toBe("accepted");
  await world.ports.runs.end(run, 1, { status: "terminated", failure: { error: "x", cause: "y" } });
  await world.ports.runs.change(run, (item) => ({ ...item, terminated: order }));
  await world.retry(edit);
}

describe("an intake that is slower than a retry", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("does not record its execution for the next epoch, and stops it", async () => {
    const { executions } = world.ports;
    const slow = {
      ...executions,
      async start(...given: Parameters<typeof executions.start>) {
        const started = await executions.start(...given);
        // The run is known by what was started: the intake has not answered yet.
        world.remember(1, given[0]);
        await retryDuring(1);
        return started;
      },
    };
    await admit(world.body("d", 1), world.spec(perKey), { ...world.ports, executions: slow });
    expect(world.statusOf(1)).toBe("accepted e2");
    expect(world.machines.stopped).toEqual([world.run(1)]);
    await world.release(perKey, 1);
    expect(world.statusOf(1)).toBe("running e2");
    expect(world.item(1).execution).toContain(executionName(world.run(1), 2));
  });

  test("stops its execution even if the next epoch is already running", async () => {
    const { executions } = world.ports;
    const stop = vi.fn(executions.stop);
    const slow = {
      ...executions,
      stop,
      async start(...given: Parameters<typeof executions.start>) {
        const started = await executions.start(...given);
        world.remember(1, given[0]);
        await retryDuring(1);
        await world.release(perKey, 1);
        return started;
      },
    };
    const ports = { ...world.ports, executions: slow };
    expect(await admit(world.body("d", 1), world.spec(perKey), ports)).toMatchObject({ kind: "started" });
    expect(world.statusOf(1)).toBe("running e2");
    const cause = "The run was running in epoch 2 when the execution of epoch 1 began.";
    expect(stop.mock.calls).toEqual([[world.run(1), { error: "Millrace.TooLate", cause }]]);
  });

  test("stops the execution of a run that is no longer in the table", async () => {
    const { executions, runs } = world.ports;
    const stop = vi.fn(executions.stop);
    world.ports.runs = { ...runs, started: async () => undefined };
    world.ports.executions = { ...executions, stop };
    const { sharedLimit: _, perKey: __, ...spec } = world.spec(perKey);
    expect(await admit(world.body("d", 1), spec, world.ports)).toMatchObject({ kind: "started" });
    const cause = "The run was expired in epoch 1 when the execution of epoch 1 began.";
    expect(stop.mock.calls[0]![1]).toEqual({ error: "Millrace.TooLate", cause });
  });

  test("in time, it stops nothing", async () => {
    await world.change(perKey, 1);
    expect(world.machines.stopped).toEqual([]);
  });

  test("does not hold back the next epoch", async () => {
    world.workflow.open = false;
    await world.change(perKey, 1);
    const first = { ...world.item(1) };
    await world.ports.runs.end(world.run(1), 1, { status: "terminated" });
    await world.retry(1);
    await world.ports.runs.hold(first);
    expect(world.item(1).held).toBeUndefined();
  });
});

describe("a retry needs a slot of its own", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("between the read and the write of the per-key queue: one of the two runs starts", async () => {
    await world.change(perKey, 1);
    await world.change(perKey, 2);
    await world.ports.runs.end(world.run(1), 1, { status: "failed" });
    const { runs } = world.ports;
    let retried = false;
    const read: typeof runs.read = async (run) => {
      const item = await runs.read(run);
      if (run === world.run(1) && !retried) {
        retried = true;
        await world.retry(1);
        await world.release(perKey, 1);
      }
      return item;
    };
    await admit(JSON.stringify({ keyQueue: "d" }), world.spec(perKey), {
      ...world.ports,
      runs: { ...runs, read },
    });
    expect(retried).toBe(true);
    expect(world.under("running")).toHaveLength(1);
    await world.end(perKey, world.under("running")[0]!.run);
    await world.end(perKey, world.under("running")[0]!.run);
    expect([world.statusOf(1), world.statusOf(2)]).toEqual(["succeeded e2", "succeeded e1"]);
  });

  test("one that was terminated in the queue is skipped, and its retry waits in the queue", async () => {
    for (const edit of [1, 2, 3]) await world.change(perKey, edit);
    await world.ports.runs.end(world.run(2), 1, { status: "terminated" });
    await world.retry(2);
    expect((await world.release(perKey, 2)).kind).toBe("waits");
    await world.end(perKey, world.run(1));
    expect(world.statusOf(2)).toBe("running e2");
    await world.end(perKey, world.run(2));
    expect(world.statusOf(3)).toBe("running e1");
    expect((await world.keyQueues.keyQueues.read("d")).queued).toEqual([]);
  });

  test.each<{ policy: string; perKey: PerKey; quiet: number }>([
    { policy: "skipped", perKey: { atOnce: 1, busy: "skip" }, quiet: 0 },
    { policy: "superseded", perKey: { debounce: "10 seconds" }, quiet: 10_000 },
  ])("one that was $policy runs when it is retried", async ({ perKey, quiet }) => {
    // Of a burst the last event runs, of a singleton the first.
    const [run, other] = quiet ? [2, 1] : [1, 2];
    await world.change(perKey, 1);
    await world.change(perKey, 2);
    world.clock.now += quiet;
    await world.look(perKey);
    expect(world.statusOf(other)).toBe("terminated e1");
    await world.end(perKey, world.run(run));
    await world.retry(other);
    await world.release(perKey, other);
    world.clock.now += quiet;
    await world.look(perKey);
    expect(world.statusOf(other)).toBe("running e2");
  });

  test("one that is skipped again has ended again", async () => {
    const perKey: PerKey = { atOnce: 1, busy: "skip" };
    await world.change(perKey, 1);
    await world.change(perKey, 2);
    await world.retry(2);
    expect((await world.release(perKey, 2)).kind).toBe("passed");
    expect(world.statusOf(2)).toBe("terminated e2");
    expect(world.item(2).failure?.error).toBe("Millrace.Skipped");
  });
});

describe("a workflow that is paused or drained", () => {
  test("starts no run whose turn has come, and all of them in order after it is resumed", async () => {
    const perKey: PerKey = { atOnce: 1 };
    for (const edit of [1, 2, 3]) await world.change(perKey, edit);
    world.workflow.open = false;
    await world.end(perKey, world.run(1));
    expect(world.item(2)).toMatchObject({ status: "accepted", held: "paused" });
    expect(world.started()).toEqual([1]);
    world.workflow.open = true;
    await world.release(perKey, 2);
    await world.end(perKey, world.run(2));
    expect(world.started()).toEqual([1, 2, 3]);
  });

  test("is read consistently before a run is held, and each held run is counted", async () => {
    const open = vi.fn(async () => false);
    world.ports.admissions = { ...world.ports.admissions, open };
    await world.change({ atOnce: 1 }, 1);
    expect(open.mock.calls).toEqual([["index", { recent: true }], ["index"]]);
    expect(world.ports.counts.get("RunsHeld")).toBe(1);
  });

  test("starts no run of a finished burst", async () => {
    const perKey: PerKey = { debounce: "10 seconds" };
    await world.change(perKey, 1);
    world.workflow.open = false;
    world.clock.now += 10_000;
    await world.look(perKey);
    expect(world.item(1)).toMatchObject({ status: "accepted", held: "paused" });
    world.workflow.open = true;
    expect((await world.release(perKey, 1)).kind).toBe("started");
    expect(world.statusOf(1)).toBe("running e1");
  });

  test("that is resumed before a held run's slot is freed does not free the slot of the run that started", async () => {
    const perKey: PerKey = { atOnce: 1 };
    await world.change(perKey, 1);
    await world.change(perKey, 2);
    world.workflow.open = false;
    const { keyQueues, runs } = world.ports;
    let resumed = false;
    const writeWhileHeld: typeof keyQueues.writeWhileHeld = async (...given) => {
      if (!resumed) {
        resumed = true;
        world.workflow.open = true;
        await runs.change(world.run(2), release(world.clock.now));
        await world.release(perKey, 2);
      }
      return await keyQueues.writeWhileHeld(...given);
    };
    world.ports.keyQueues = { ...keyQueues, writeWhileHeld };
    await world.end(perKey, world.run(1));
    expect(resumed).toBe(true);
    await world.change(perKey, 3);
    expect(world.started()).toEqual([1, 2]);
    await world.end(perKey, world.run(2));
    expect(world.started()).toEqual([1, 2, 3]);
  });

  test("that is resumed while a run is being held back does not leave it behind", async () => {
    const perKey: PerKey = { atOnce: 1 };
    world.workflow.open = false;
    const { runs } = world.ports;
    const hold: typeof runs.hold = async (run) => {
      await runs.hold(run);
      world.workflow.open = true;
    };
    const ports = { ...world.ports, runs: { ...runs, hold } };
    expect(await admit(world.body("d", 1), world.spec(perKey), ports)).toMatchObject({ kind: "started" });
  });
});

describe("a queue", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("is joined before the per-key queue is read: an end in between finds the waiting run, or frees the slot", async () => {
    await world.change(perKey, 1);
    const { keyQueues } = world.ports;
    let ended = false;
    const queue: typeof keyQueues.queue = async (...arrival) => {
      if (!ended) await world.end(perKey, world.run(1));
      ended = true;
      await keyQueues.queue(...arrival);
    };
    const ports = { ...world.ports, keyQueues: { ...keyQueues, queue } };
    expect(await admit(world.body("d", 2), world.spec(perKey), ports)).toMatchObject({ kind: "started" });
    expect(world.started()).toEqual([1, 2]);
  });

  test("no longer has a run that has left its slot, even if a crash left it in the queue", async () => {
    const { keyQueues } = world.ports;
    world.ports.keyQueues = { ...keyQueues, unqueue: () => Promise.reject(new Error("killed")) };
    await expect(world.change(perKey, 1)).rejects.toThrow("killed");
    world.ports.keyQueues = keyQueues;
    expect((await keyQueues.read("d")).queued).toHaveLength(1);
    await world.ports.runs.end(world.items()[0]?.run ?? world.machines.started[0]!.name, 1, {
      status: "succeeded",
    });
    await world.change(perKey, 2);
    expect((await keyQueues.read("d")).queued).toEqual([]);
    expect(world.started()).toEqual([1, 2]);
  });
});
