import { beforeEach, describe, expect, test, vi } from "vitest";
import { admit } from "../../../lambdas/runtime/intake/admit.ts";
import { release } from "../../../lambdas/runtime/runs/transitions.ts";
import type { PerKey } from "../../../lib/contract/per-key.ts";
import { executionName } from "../../../lib/contract/runs/execution-name.ts";
import { type PerKeyHarness, perKeyHarness } from "./per-key-harness.ts";

let harness: PerKeyHarness;
beforeEach(() => {
  harness = perKeyHarness();
});

const order = { by: "ada", why: "test", key: "terminate", at: "2026-11-21T10:00:00.000Z" };

/** Ends the first epoch of the run that is being started, and begins the second. */
async function retryDuring(edit: number): Promise<void> {
  const { run, status } = harness.items()[0]!;
  expect(status).toBe("accepted");
  await harness.ports.runs.end(run, 1, { status: "terminated", failure: { error: "x", cause: "y" } });
  await harness.ports.runs.change(run, (item) => ({ ...item, terminated: order }));
  await harness.retry(edit);
}

describe("an intake that is slower than a retry", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("does not record its execution for the next epoch, and stops it", async () => {
    const { executions } = harness.ports;
    const slow = {
      ...executions,
      async start(...given: Parameters<typeof executions.start>) {
        const started = await executions.start(...given);
        // The run is known by what was started: the intake has not answered yet.
        harness.remember(1, given[0]);
        await retryDuring(1);
        return started;
      },
    };
    await admit(harness.body("d", 1), harness.spec(perKey), { ...harness.ports, executions: slow });
    expect(harness.statusOf(1)).toBe("accepted e2");
    expect(harness.machines.stopped).toEqual([harness.run(1)]);
    await harness.release(perKey, 1);
    expect(harness.statusOf(1)).toBe("running e2");
    expect(harness.item(1).execution).toContain(executionName(harness.run(1), 2));
  });

  test("stops its execution even if the next epoch is already running", async () => {
    const { executions } = harness.ports;
    const stop = vi.fn(executions.stop);
    const slow = {
      ...executions,
      stop,
      async start(...given: Parameters<typeof executions.start>) {
        const started = await executions.start(...given);
        harness.remember(1, given[0]);
        await retryDuring(1);
        await harness.release(perKey, 1);
        return started;
      },
    };
    const ports = { ...harness.ports, executions: slow };
    expect(await admit(harness.body("d", 1), harness.spec(perKey), ports)).toMatchObject({ kind: "started" });
    expect(harness.statusOf(1)).toBe("running e2");
    const cause = "The run was running in epoch 2 when the execution of epoch 1 began.";
    expect(stop.mock.calls).toEqual([[harness.run(1), { error: "Millrace.TooLate", cause }]]);
  });

  test("begins a run on the deployed version, whatever version accepted it: so say the run and its execution's input", async () => {
    const { executions } = harness.ports;
    const start = vi.fn(executions.start);
    const ports = { ...harness.ports, executions: { ...executions, start }, version: "deployed" };
    await admit(harness.body("d", 1), harness.spec(perKey), ports);
    harness.remember(1, start.mock.calls[0]![0]);
    expect(harness.item(1).version).toBe("deployed");
    expect(JSON.parse(start.mock.calls[0]![1]).run.version).toBe("deployed");
  });

  test("stops the execution of a run that is no longer in the table", async () => {
    const { executions, runs } = harness.ports;
    const stop = vi.fn(executions.stop);
    harness.ports.runs = { ...runs, started: async () => undefined };
    harness.ports.executions = { ...executions, stop };
    const { sharedLimit: _, perKey: __, ...spec } = harness.spec(perKey);
    expect(await admit(harness.body("d", 1), spec, harness.ports)).toMatchObject({ kind: "started" });
    const cause = "The run was expired in epoch 1 when the execution of epoch 1 began.";
    expect(stop.mock.calls[0]![1]).toEqual({ error: "Millrace.TooLate", cause });
  });

  test("in time, it stops nothing", async () => {
    await harness.change(perKey, 1);
    expect(harness.machines.stopped).toEqual([]);
  });

  test("does not hold back the next epoch", async () => {
    harness.workflow.open = false;
    await harness.change(perKey, 1);
    const first = { ...harness.item(1) };
    await harness.ports.runs.end(harness.run(1), 1, { status: "terminated" });
    await harness.retry(1);
    await harness.ports.runs.hold(first);
    expect(harness.item(1).held).toBeUndefined();
  });
});

describe("a retry needs a slot of its own", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("between the read and the write of the per-key queue: one of the two runs starts", async () => {
    await harness.change(perKey, 1);
    await harness.change(perKey, 2);
    await harness.ports.runs.end(harness.run(1), 1, { status: "failed" });
    const { runs } = harness.ports;
    let retried = false;
    const read: typeof runs.read = async (run) => {
      const item = await runs.read(run);
      if (run === harness.run(1) && !retried) {
        retried = true;
        await harness.retry(1);
        await harness.release(perKey, 1);
      }
      return item;
    };
    await admit(JSON.stringify({ keyQueue: "d" }), harness.spec(perKey), {
      ...harness.ports,
      runs: { ...runs, read },
    });
    expect(retried).toBe(true);
    expect(harness.under("running")).toHaveLength(1);
    await harness.end(perKey, harness.under("running")[0]!.run);
    await harness.end(perKey, harness.under("running")[0]!.run);
    expect([harness.statusOf(1), harness.statusOf(2)]).toEqual(["succeeded e2", "succeeded e1"]);
  });

  test("one that was terminated in the queue is skipped, and its retry waits in the queue", async () => {
    for (const edit of [1, 2, 3]) await harness.change(perKey, edit);
    await harness.ports.runs.end(harness.run(2), 1, { status: "terminated" });
    await harness.retry(2);
    expect((await harness.release(perKey, 2)).kind).toBe("waits");
    await harness.end(perKey, harness.run(1));
    expect(harness.statusOf(2)).toBe("running e2");
    await harness.end(perKey, harness.run(2));
    expect(harness.statusOf(3)).toBe("running e1");
    expect((await harness.keyQueues.keyQueues.read("d")).queued).toEqual([]);
  });

  test.each<{ policy: string; perKey: PerKey; quiet: number }>([
    { policy: "skipped", perKey: { atOnce: 1, busy: "skip" }, quiet: 0 },
    { policy: "superseded", perKey: { debounce: "10 seconds" }, quiet: 10_000 },
  ])("one that was $policy runs when it is retried", async ({ perKey, quiet }) => {
    // Of a burst the last event runs, of a singleton the first.
    const [run, other] = quiet ? [2, 1] : [1, 2];
    await harness.change(perKey, 1);
    await harness.change(perKey, 2);
    harness.clock.now += quiet;
    await harness.look(perKey);
    expect(harness.statusOf(other)).toBe("terminated e1");
    await harness.end(perKey, harness.run(run));
    await harness.retry(other);
    await harness.release(perKey, other);
    harness.clock.now += quiet;
    await harness.look(perKey);
    expect(harness.statusOf(other)).toBe("running e2");
  });

  test("one that is skipped again has ended again", async () => {
    const perKey: PerKey = { atOnce: 1, busy: "skip" };
    await harness.change(perKey, 1);
    await harness.change(perKey, 2);
    await harness.retry(2);
    expect((await harness.release(perKey, 2)).kind).toBe("passed");
    expect(harness.statusOf(2)).toBe("terminated e2");
    expect(harness.item(2).failure?.error).toBe("Millrace.Skipped");
  });
});

describe("a workflow that is paused or drained", () => {
  test("starts no run whose turn has come, and all of them in order after it is resumed", async () => {
    const perKey: PerKey = { atOnce: 1 };
    for (const edit of [1, 2, 3]) await harness.change(perKey, edit);
    harness.workflow.open = false;
    await harness.end(perKey, harness.run(1));
    expect(harness.item(2)).toMatchObject({ status: "accepted", held: "paused" });
    expect(harness.started()).toEqual([1]);
    harness.workflow.open = true;
    await harness.release(perKey, 2);
    await harness.end(perKey, harness.run(2));
    expect(harness.started()).toEqual([1, 2, 3]);
  });

  test("is read consistently before a run is held, and each held run is counted", async () => {
    const open = vi.fn(async () => false);
    harness.ports.admissions = { ...harness.ports.admissions, open };
    await harness.change({ atOnce: 1 }, 1);
    expect(open.mock.calls).toEqual([["index", { recent: true }], ["index"]]);
    expect(harness.ports.counts.get("RunsHeld")).toBe(1);
  });

  test("starts no run of a finished burst", async () => {
    const perKey: PerKey = { debounce: "10 seconds" };
    await harness.change(perKey, 1);
    harness.workflow.open = false;
    harness.clock.now += 10_000;
    await harness.look(perKey);
    expect(harness.item(1)).toMatchObject({ status: "accepted", held: "paused" });
    harness.workflow.open = true;
    expect((await harness.release(perKey, 1)).kind).toBe("started");
    expect(harness.statusOf(1)).toBe("running e1");
  });

  test("that is resumed before a held run's slot is freed does not free the slot of the run that started", async () => {
    const perKey: PerKey = { atOnce: 1 };
    await harness.change(perKey, 1);
    await harness.change(perKey, 2);
    harness.workflow.open = false;
    const { keyQueues, runs } = harness.ports;
    let resumed = false;
    const writeWhileHeld: typeof keyQueues.writeWhileHeld = async (...given) => {
      if (!resumed) {
        resumed = true;
        harness.workflow.open = true;
        await runs.change(harness.run(2), release(harness.clock.now));
        await harness.release(perKey, 2);
      }
      return await keyQueues.writeWhileHeld(...given);
    };
    harness.ports.keyQueues = { ...keyQueues, writeWhileHeld };
    await harness.end(perKey, harness.run(1));
    expect(resumed).toBe(true);
    await harness.change(perKey, 3);
    expect(harness.started()).toEqual([1, 2]);
    await harness.end(perKey, harness.run(2));
    expect(harness.started()).toEqual([1, 2, 3]);
  });

  test("that is resumed while a run is being held back does not leave it behind", async () => {
    const perKey: PerKey = { atOnce: 1 };
    harness.workflow.open = false;
    const { runs } = harness.ports;
    const hold: typeof runs.hold = async (run) => {
      await runs.hold(run);
      harness.workflow.open = true;
    };
    const ports = { ...harness.ports, runs: { ...runs, hold } };
    expect(await admit(harness.body("d", 1), harness.spec(perKey), ports)).toMatchObject({ kind: "started" });
  });
});

describe("a queue", () => {
  const perKey: PerKey = { atOnce: 1 };

  test("is joined before the per-key queue is read: an end in between finds the waiting run, or frees the slot", async () => {
    await harness.change(perKey, 1);
    const { keyQueues } = harness.ports;
    let ended = false;
    const queue: typeof keyQueues.queue = async (...arrival) => {
      if (!ended) await harness.end(perKey, harness.run(1));
      ended = true;
      await keyQueues.queue(...arrival);
    };
    const ports = { ...harness.ports, keyQueues: { ...keyQueues, queue } };
    expect(await admit(harness.body("d", 2), harness.spec(perKey), ports)).toMatchObject({ kind: "started" });
    expect(harness.started()).toEqual([1, 2]);
  });

  test("no longer has a run that has left its slot, even if a crash left it in the queue", async () => {
    const { keyQueues } = harness.ports;
    harness.ports.keyQueues = { ...keyQueues, unqueue: () => Promise.reject(new Error("killed")) };
    await expect(harness.change(perKey, 1)).rejects.toThrow("killed");
    harness.ports.keyQueues = keyQueues;
    expect((await keyQueues.read("d")).queued).toHaveLength(1);
    await harness.ports.runs.end(harness.items()[0]?.run ?? harness.machines.started[0]!.name, 1, {
      status: "succeeded",
    });
    await harness.change(perKey, 2);
    expect((await keyQueues.read("d")).queued).toEqual([]);
    expect(harness.started()).toEqual([1, 2]);
  });
});
