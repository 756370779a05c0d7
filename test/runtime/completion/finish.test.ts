import { beforeEach, describe, expect, test } from "vitest";
import type { SentMessage } from "../../../lambdas/runtime/completion/arrivals.ts";
import { finish, undoLate } from "../../../lambdas/runtime/completion/finish.ts";
import { releaseForgotten } from "../../../lambdas/runtime/completion/forgotten-releases.ts";
import { sealForgotten } from "../../../lambdas/runtime/completion/forgotten-seals.ts";
import { reconcile } from "../../../lambdas/runtime/completion/reconcile.ts";
import { again, retry } from "../../../lambdas/runtime/control/run-actions.ts";
import { deferredItem } from "../../../lambdas/runtime/defer/defer.ts";
import { sendMissing } from "../../../lambdas/runtime/defer/send-missing.ts";
import { restore } from "../../../lambdas/runtime/payload/restore.ts";
import type { Change } from "../../../lambdas/runtime/relay/change.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { close } from "../../../lambdas/runtime/runs/transitions.ts";
import { signalEvent } from "../../../lambdas/runtime/wait/awaited-events.ts";
import { childId } from "../../../lambdas/runtime/wait/wait-keys.ts";
import {
  cancelWaiter,
  childWaiter,
  eventWaiter,
  signalWaiter,
} from "../../../lambdas/runtime/wait/waiters.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { type ControlTarget, controlKey } from "../../../lib/contract/keys/control.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { StepMessage } from "../../../lib/contract/messages/message.ts";
import type { CallChild } from "../../../lib/contract/messages/wait-message.ts";
import {
  compensationName,
  executionName,
  LONGEST_WORKFLOW_NAME,
  parseCompensationName,
  parseExecutionName,
} from "../../../lib/contract/runs/execution-name.ts";
import { dueAt } from "../../../lib/contract/runs/first-check.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { compensationMachine, isCompensationMachine } from "../../../lib/contract/runs/state-machine-name.ts";
import type { ControlItem, RunItem, TableItem } from "../../../lib/contract/table.ts";
import { memoryQueues } from "../memory/memory-work.ts";
import {
  type CompletionHarness,
  completionHarness,
  EXECUTION,
  MINUTE,
  RUN,
  START,
  terminate,
} from "./completion-harness.ts";

let harness: CompletionHarness;
beforeEach(async () => {
  harness = await completionHarness();
});

const sweeping = (more: object = {}) =>
  reconcile({
    ...harness.ports,
    relay: async () => undefined,
    overdueDeferred: async () => [],
    wake: async () => {},
    retentionDays: 90,
    ...more,
  });

test("a pass checks all due runs, whatever their number, and keeps the items of open ones", async () => {
  const first = harness.run();
  for (let at = 0; at < 250; at++) {
    const run = `${RUN}-${at}`;
    await harness.state.runs.accept({ ...first, ...runKey(run), run, ...dueAt(run, START) });
  }
  const now = START + 400 * 24 * 60 * MINUTE;
  await sweeping({ now: () => now });
  expect(await harness.state.runs.due(new Date(now).toISOString(), 1000)).toEqual([]);
  const { expiresAt } = (await harness.state.runs.read(`${RUN}-249`))!;
  expect(expiresAt).toBe(Math.ceil((now + 90 * 24 * 60 * MINUTE) / 1000));
});

test("the end is recorded once, however often it is reported, and leaves the index of open runs", async () => {
  await harness.ends(EXECUTION, { status: "succeeded", output: { film: 1 } });
  await harness.ends(EXECUTION, { status: "succeeded", output: { film: 1 } });
  expect(harness.run()).toMatchObject({ status: "succeeded", output: { film: 1 } });
  expect(await harness.state.runs.due("9999", 10)).toEqual([]);
  expect(harness.published()).toEqual(["run.started", "run.succeeded"]);
});

test.each(["failed", "timed-out"] as const)("a run that %s seals running effects", async (status) => {
  await harness.begins("a");
  await harness.ends(EXECUTION, { status, failure: { error: "x", cause: "y" } });
  expect(harness.claim("a")?.state).toBe("sealed");
  expect(harness.run()).toMatchObject({ status, failure: { error: "x", cause: "y" } });
  expect(harness.published()).toEqual(["run.started", `run.${status}`]);
});

test("a success counts as it is reported: neither looked up nor closed first, and running effects are sealed after", async () => {
  await harness.begins("a");
  const machines = { ...harness.ports.machines, look: async () => Promise.reject(new Error("looked up")) };
  await harness.ends(EXECUTION, { status: "succeeded", output: 1 }, { ...harness.ports, machines });
  expect(harness.run()).toMatchObject({ status: "succeeded", output: 1, revision: 3 });
  expect(harness.claim("a")?.state).toBe("sealed");
  expect(await harness.finishes("a")).toBe("late");
});

test.each(["announced", "looked up"])(
  "a large output that is %s fits into the item next to a large input, and is read back whole",
  async (how) => {
    const output = { numbers: Object.fromEntries(Array.from({ length: 12_000 }, (_, at) => [`n${at}`, at])) };
    await harness.state.runs.change(RUN, (run) => ({ ...run, input: "x".repeat(250 * 1024) }));
    if (how === "looked up") await harness.state.runs.change(RUN, close(harness.clock.now));
    await harness.ends(EXECUTION, { status: "succeeded", output });
    const run = harness.run();
    expect(run.status).toBe("succeeded");
    expect(JSON.stringify(run).length).toBeLessThan(400_000);
    const artifacts = {
      uri: (key: string) => `s3://bucket/w/${RUN}/${key}`,
      get: async (uri: string) => Buffer.from(harness.stored.get(uri)!),
    };
    expect(await restore(run.output, artifacts)).toEqual(output);
  },
);

test("a small output stays in the item", async () => {
  await harness.ends(EXECUTION, { status: "succeeded", output: { text: "x".repeat(60_000) } });
  expect(harness.run().output).toEqual({ text: "x".repeat(60_000) });
  expect(harness.stored.size).toBe(0);
});

test("a success that leaves nothing is written, and no claim is looked for", async () => {
  await harness.state.runs.change(harness.run().run, (run) => ({ ...run, leavesNothing: true }));
  const claims = { seal: async () => Promise.reject(new Error("looked for")) };
  const success = { status: "succeeded", output: 1 } as const;
  await harness.ends(EXECUTION, success, { ...harness.ports, claims });
  await harness.ends(EXECUTION, success, { ...harness.ports, claims });
  expect(harness.run()).toMatchObject({ status: "succeeded", output: 1 });
});

test("a failure is sealed all the same", async () => {
  await harness.state.runs.change(harness.run().run, (run) => ({ ...run, leavesNothing: true }));
  await harness.begins("a");
  await harness.ends(EXECUTION, { status: "failed", failure: { error: "E", cause: "c" } });
  expect(harness.claim("a")?.state).toBe("sealed");
});

test("the reconciler seals what such a success has left anyway", async () => {
  await harness.state.runs.change(harness.run().run, (run) => ({ ...run, leavesNothing: true }));
  await harness.begins("a");
  await harness.ends(EXECUTION, { status: "succeeded", output: 1 });
  expect(harness.claim("a")?.state).toBe("running");
  await sealForgotten(harness.state.all(), harness.ports);
  expect(harness.claim("a")?.state).toBe("sealed");
});

test("if it stops before everything is sealed, the next delivery seals", async () => {
  await harness.begins("a");
  const claims = { seal: async () => Promise.reject(new Error("crash")) };
  const success = { status: "succeeded" as const };
  await expect(harness.ends(EXECUTION, success, { ...harness.ports, claims })).rejects.toThrow("crash");
  expect([harness.run().status, harness.claim("a")?.state]).toEqual(["succeeded", "running"]);
  await harness.ends(EXECUTION, success);
  expect(harness.claim("a")?.state).toBe("sealed");
});

test("the next delivery seals also if the run was restarted meanwhile, and only its first epoch", async () => {
  await harness.begins("a");
  const claims = { seal: async () => Promise.reject(new Error("crash")) };
  const success = { status: "succeeded" as const };
  await expect(harness.ends(EXECUTION, success, { ...harness.ports, claims })).rejects.toThrow("crash");
  const order = { by: "ada", why: "", key: "k", at: new Date(START).toISOString() };
  await harness.state.runs.change(RUN, again(order, START));
  await harness.begins("a", { epoch: 2 });
  await harness.ends(EXECUTION, success);
  expect(harness.run()).toMatchObject({ epoch: 2, status: "accepted" });
  expect(harness.claim("a")?.state).toBe("sealed");
  expect(harness.claim("a", "do", 2)?.state).toBe("running");
});

test("a success of a run that is being closed takes the longer path", async () => {
  await harness.begins("a");
  const order = { by: "ada", why: "enough", key: "k", at: new Date(START).toISOString() };
  const read = harness.ports.runs.read;
  const runs = {
    ...harness.ports.runs,
    // It is closed just after it was read.
    read: async (run: string) => {
      const item = await read(run);
      await harness.ports.runs.change(run, close(START, order));
      return item;
    },
  };
  await harness.ends(EXECUTION, { status: "succeeded", output: 1 }, { ...harness.ports, runs });
  expect(harness.claim("a")?.state).toBe("sealed");
  expect(harness.run()).toMatchObject({ status: "succeeded", terminated: order });
});

test("an execution that still runs changes nothing, nor does one of no run or of an earlier epoch", async () => {
  for (const name of [RUN, "unknown", `${RUN}-e7`])
    await finish(`arn:aws:states:us-east-1:000000000000:execution:w:${name}`, harness.ports);
  expect(harness.run().status).toBe("running");
});

describe("an execution that is described as it was a moment ago", () => {
  const described = (state: "running" | "absent") => ({
    ...harness.ports,
    machines: { ...harness.ports.machines, look: async () => state },
  });
  const failed = () =>
    harness.machines.end(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });

  test("is looked up again if its end was reported just now", async () => {
    const ended = failed();
    expect(await finish(ended, described("running"), { at: START })).toBe("later");
    expect(harness.run().status).toBe("running");
    expect(await finish(ended, harness.ports, { at: START })).toBe("finished");
    expect(harness.run().status).toBe("failed");
  });

  test("is running if its end was reported long ago, or not by Step Functions: it may have been redriven", async () => {
    const ended = failed();
    expect(await finish(ended, described("running"), { at: START - 2 * MINUTE })).toBe("finished");
    expect(await finish(ended, described("running"))).toBe("finished");
    expect(harness.run().status).toBe("running");
  });

  test("is looked up again if it undoes effects, or if its run is closed", async () => {
    await harness.does("a");
    await harness.state.runs.change(RUN, close(harness.clock.now));
    expect(await finish(failed(), described("running"), { at: START })).toBe("later");
    expect(harness.machines.stopped).toEqual([]);
    await finish(failed(), harness.ports, { at: START });
    const undone = harness.machines.end(`w_undo:${RUN}-u1`, { status: "failed" });
    expect(await finish(undone, described("running"), { at: START })).toBe("later");
    expect(harness.run().status).toBe("compensating");
  });

  test("is not lost if its run has just started", async () => {
    const { machines } = described("absent");
    await harness.state.runs.change(RUN, (run) => ({ ...run, ...dueAt(RUN, START) }));
    await sweeping({ machines });
    expect(harness.run().status).toBe("running");
    harness.clock.now += 60 * MINUTE;
    await sweeping({ machines });
    expect(harness.run().status).toBe("failed");
  });

  test("is stopped with its run", async () => {
    await terminate(RUN, { by: "ada", why: "w", key: "k", at: "" }, described("absent"));
    expect(harness.run().status).toBe("terminated");
    expect(harness.machines.stopped).toEqual([EXECUTION]);
  });
});

test("the end of a child reports to its parent", async () => {
  const parent = { run: "p", epoch: 1, path: "call" };
  await harness.state.runs.change(RUN, (run) => ({ ...run, parent }));
  await harness.ends(EXECUTION, { status: "succeeded", output: 1 });
  const [ended] = eventsOf(undefined, harness.run());
  expect(ended).toMatchObject({ name: "run.succeeded", data: { parent } });
});

test("the reconciler finds an end that was not published", async () => {
  harness.machines.end(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
  await sweeping();
  expect(harness.run().status).toBe("running");
  harness.clock.now += 60 * MINUTE;
  await sweeping();
  expect(harness.run()).toMatchObject({ status: "failed", failure: { error: "x" } });
});

test("only a run that is still open ten minutes after its acceptance is scheduled for checks", async () => {
  expect(harness.run().due).toBeUndefined();
  const ended = { ...harness.run(), ...runKey("w-2"), run: "w-2" };
  await harness.state.runs.accept({ ...ended, list: shardOf("run", "w-2"), status: "succeeded" });
  harness.clock.now += 9 * MINUTE;
  await sweeping();
  expect(harness.run().due).toBeUndefined();
  harness.clock.now += 2 * MINUTE;
  await sweeping();
  expect(harness.run()).toMatchObject(dueAt(RUN, START + 60 * MINUTE));
  expect((await harness.state.runs.read("w-2"))!.due).toBeUndefined();
  // It is checked at once: the schedule of its checks stays.
  await harness.state.runs.postpone(RUN, new Date(START + 90 * MINUTE).toISOString(), 0);
  await sweeping();
  expect(harness.run().dueAt).toBe(new Date(START + 90 * MINUTE).toISOString());
});

test("a run that continues is checked again after twice the time", async () => {
  harness.clock.now += 60 * MINUTE;
  await sweeping();
  expect(harness.run().dueAt).toBe(new Date(START + 120 * MINUTE).toISOString());
});

test.each([
  ["retried", retry],
  ["replayed", again],
] as const)("a run that was %s is checked again after twice the time since then", async (_, transition) => {
  await harness.ends(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
  harness.clock.now += 30 * 24 * 60 * MINUTE;
  const at = new Date(harness.clock.now).toISOString();
  await harness.state.runs.change(RUN, transition({ by: "ada", why: "", key: "k", at }, harness.clock.now));
  await harness.begin(2);
  const ordered = harness.clock.now;
  harness.clock.now += 60 * MINUTE;
  await sweeping();
  expect(harness.run().dueAt).toBe(new Date(ordered + 120 * MINUTE).toISOString());
});

test("the reconciler has intake handle accepted runs that were never started, but no held ones", async () => {
  const accepted = async (run: string, more: Partial<RunItem>) =>
    await harness.state.runs.accept({ ...harness.run(), ...runKey(run), run, status: "accepted", ...more });
  await accepted("w-lost", {});
  await accepted("w-held", { held: "paused", due: shardOf("held#w", "w-held") });
  harness.state.write({ ...controlKey("workflow", "w"), kind: "control", paused: {} } as never);
  harness.clock.now += 60 * MINUTE;
  await sweeping();
  const requested = harness.state.changes.flatMap(({ before, after }) => eventsOf(before, after));
  expect(requested.filter(({ name }) => name === "run.requested")).toMatchObject([
    { data: { workflow: "w", held: "w-lost" } },
  ]);
});

describe("a run that has to start within ten minutes", () => {
  const waiting = async (more: Partial<RunItem> = {}) => {
    const run = { ...harness.run(), ...runKey("w-1"), run: "w-1", status: "accepted" as const };
    const startWithin = 10 * MINUTE;
    await harness.state.runs.accept({
      ...run,
      startWithin,
      acceptedAt: new Date(START).toISOString(),
      ...more,
    });
  };
  const run = () => harness.state.get(runKey("w-1")) as RunItem;

  test("ends when the reconciler finds it after that, and says since when it waited", async () => {
    await waiting();
    harness.clock.now = START + 10 * MINUTE;
    await sweeping();
    expect(run().status).toBe("accepted");
    harness.clock.now += 1;
    await harness.state.runs.postpone("w-1", new Date(START).toISOString(), 0);
    await sweeping();
    expect(run()).toMatchObject({ status: "terminated", failure: { error: "Millrace.StartDeadline" } });
    expect(run().failure!.cause).toContain(new Date(START).toISOString());
  });

  test("is checked at its deadline, and not only with the next regular check", async () => {
    await waiting(dueAt("w-1", START));
    harness.clock.now = START + MINUTE;
    await sweeping();
    expect(run().dueAt).toBe(new Date(START + 10 * MINUTE).toISOString());
  });

  test("has the same time again in its next epoch", async () => {
    await waiting({ status: "failed", epoch: 1, endedAt: new Date(START).toISOString() });
    harness.clock.now = START + 60 * MINUTE;
    const at = new Date(harness.clock.now).toISOString();
    await harness.state.runs.change(
      "w-1",
      retry({ by: "ada", why: "again", key: "k", at }, harness.clock.now),
    );
    expect(run()).toMatchObject({ status: "accepted", dueAt: new Date(START + 70 * MINUTE).toISOString() });
    harness.clock.now += 10 * MINUTE;
    await sweeping();
    expect(run().status).toBe("accepted");
  });

  test("is not ended by this once it has started", async () => {
    await waiting({ status: "running" });
    harness.clock.now = START + 60 * MINUTE;
    await sweeping();
    expect(run().failure?.error).not.toBe("Millrace.StartDeadline");
  });
});

describe("a run that is accepted and not started for an hour", () => {
  const order = { by: "ada", why: "to look", key: "k", at: new Date(START).toISOString() };
  const accept = async (more: Partial<RunItem> = {}) => {
    await harness.state.runs.accept({
      ...harness.run(),
      ...runKey("w-1"),
      run: "w-1",
      status: "accepted",
      ...more,
    });
    return harness.state.get(runKey("w-1")) as RunItem;
  };
  const pause = () =>
    harness.state.write({
      ...controlKey("workflow", "w"),
      kind: "control",
      target: "workflow",
      name: "w",
      paused: order,
    } as unknown as ControlItem);
  const item = () => harness.state.get(runKey("w-1")) as RunItem;
  const reported = () => harness.ports.counts.get("RunsNotStarted") ?? 0;

  test("is reported", async () => {
    await accept();
    harness.clock.now += 60 * MINUTE;
    await sweeping();
    expect(reported()).toBe(1);
    expect(harness.ports.lines.map(({ message }) => message)).toContainEqual(
      expect.stringContaining("has not been started"),
    );
  });

  test("is reported if a pause holds it, and stays held", async () => {
    pause();
    await harness.state.runs.hold(await accept());
    harness.clock.now += 59 * MINUTE;
    await sweeping();
    expect(reported()).toBe(0);
    harness.clock.now += MINUTE;
    await sweeping();
    expect(reported()).toBe(1);
    expect(item()).toMatchObject({ held: "paused", due: shardOf("held#w", item().run) });
  });

  test("continues if its workflow is active again and the resume missed it", async () => {
    resumed("workflow", "w");
    await harness.state.runs.hold(await accept());
    harness.clock.now += 60 * MINUTE;
    await sweeping();
    expect(item()).not.toHaveProperty("held");
    expect(item().due).toBe(shardOf("due", "w-1"));
    expect(item().released).toBe(new Date(harness.clock.now).toISOString());
  });
});

test("a held run with a late effect to undo is neither lost nor forgotten", async () => {
  const order = { by: "ada", why: "enough", key: "k", at: new Date(START).toISOString() };
  await harness.begins("slow");
  await harness.ends(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
  await harness.state.runs.change(RUN, retry(order, harness.clock.now));
  await harness.state.runs.hold(harness.run());
  expect(harness.run()).toMatchObject({ held: "paused", due: shardOf("held#w", RUN) });

  // While something is undone, the run is due itself: a search for due runs finds it, held again or not.
  await harness.finishes("slow");
  await undoLate(RUN, harness.ports);
  expect(harness.run()).toMatchObject({ due: shardOf("due", RUN), compensation: { open: true } });
  expect(harness.run()).not.toHaveProperty("held");
  await harness.state.runs.hold(harness.run());
  expect(harness.run()).toMatchObject({ due: shardOf("due", RUN) });

  // Then intake gets it, and may hold it again.
  const before = harness.published().filter((name) => name === "run.requested").length;
  await harness.compensates(1);
  expect(harness.run()).toMatchObject({ status: "accepted", compensation: { open: false, undone: 1 } });
  expect(harness.published().filter((name) => name === "run.requested")).toHaveLength(before + 1);
  await harness.state.runs.hold(harness.run());
  expect(harness.run()).toMatchObject({ held: "paused", due: shardOf("held#w", RUN) });
});

describe("a message that a running run waits for", () => {
  const message = (path: string, more: Partial<StepMessage> = {}) =>
    ({
      taskToken: `token of ${path}`,
      step: path,
      path,
      direction: "do",
      input: {},
      reads: [],
      run: { id: RUN, workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 },
      fallback: false,
      entered: new Date(START).toISOString(),
      attempt: 1,
      ...more,
    }) as StepMessage;
  const waitsFor = (...messages: StepMessage[]) =>
    harness.machines.open.set(
      EXECUTION,
      messages.map((one) => ({ queueUrl: `queue of ${one.path}`, message: one, since: one.entered })),
    );
  const missing = () =>
    harness.missing.map(({ message }) => ("path" in message ? message.path : message.kind));
  const look = async (after: number) => {
    harness.clock.now += after;
    await sweeping();
  };

  test("and that nothing explains is sent again after an hour, with its token, and checked again", async () => {
    waitsFor(message("a"));
    await look(59 * MINUTE);
    expect(missing()).toEqual([]);
    await look(MINUTE);
    expect(harness.missing).toEqual([
      { queueUrl: "queue of a", message: message("a"), since: new Date(START).toISOString() },
    ]);
    await look(60 * MINUTE);
    expect(missing()).toEqual(["a", "a"]);
  });

  test("is not sent again while a worker holds its claim, and sent again after that died", async () => {
    waitsFor(message("a"));
    harness.clock.now += 30 * MINUTE;
    await harness.begins("a");
    await look(30 * MINUTE);
    expect(missing()).toEqual([]);
    await look(60 * MINUTE);
    expect(missing()).toEqual(["a"]);
  });

  test("is sent again if its effect is done or failed: the answer was lost", async () => {
    waitsFor(message("a"), message("b"));
    await harness.does("a");
    const key = await harness.begins("b");
    await harness.state.claims.fail(key, "b", { policy: "retry", name: "x", message: "y" });
    await look(60 * MINUTE);
    expect(missing()).toEqual(["a", "b"]);
  });

  test("is not sent again if it is deferred, until its time or as long as its run is paused", async () => {
    const retentionDays = 9;
    const defer = (path: string, due: number | undefined, more = {}) =>
      harness.state.write(
        deferredItem(
          message(path, more),
          { reason: "run paused", due, owner: "o" },
          { retentionDays },
          START,
        ),
      );
    const later = message("c", { attempt: 2 });
    waitsFor(message("a"), message("b"), later);
    defer("a", harness.clock.now + 1000 * MINUTE);
    defer("b", undefined);
    defer("c", START); // What is deferred of an earlier try says nothing of this one.
    await harness.state.runs.change(RUN, (run) => ({
      ...run,
      paused: { by: "ada", why: "", key: "k", at: run.acceptedAt },
    }));
    await look(60 * MINUTE);
    expect(missing()).toEqual(["c"]);
    await harness.state.runs.change(RUN, ({ paused: _, ...run }) => run);
    await look(60 * MINUTE);
    expect(missing()).toEqual(["c", "b", "c"]);
  });

  test("is not sent again if it is a dead letter", async () => {
    waitsFor(message("a"), message("b"));
    const place = (path: string) => ({ path, deadLetter: path, at: "", reason: "" });
    await harness.state.runs.change(RUN, (run) => ({ ...run, stuck: { ...place("x"), also: [place("b")] } }));
    await look(60 * MINUTE);
    expect(missing()).toEqual(["a"]);
  });

  test("to undo an effect is checked as well", async () => {
    await harness.does("a");
    await harness.ends(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
    const undo = message("a", { direction: "undo" });
    harness.machines.open.set(`w_undo:${RUN}-u1`, [{ queueUrl: "undo", message: undo, since: undo.entered }]);
    await look(60 * MINUTE);
    expect(harness.missing).toMatchObject([{ queueUrl: "undo", message: { direction: "undo" } }]);
  });

  describe("of a wait, an approval or a call", () => {
    const { run } = message("x");
    const entered = new Date(START).toISOString();
    const entry = { taskToken: "t", run, entered, attempt: 1 };
    const event = { ...entry, kind: "event", path: "paid", event: "order.paid", key: "o1" } as const;
    const signalled = { ...entry, kind: "signalled", path: "join", of: "text" } as const;
    const signal = { kind: "signal", run, path: "text", value: 1 } as const;
    const cancel = { kind: "cancel-on", run, event: "order.cancelled", key: "o1" } as const;
    const about = { workflow: "ship", event: "ship.requested", version: 1, payload: {}, reads: [] };
    const call: CallChild = { ...entry, ...about, kind: "child", path: "ship" };
    const question = { ...entry, approval: "editor", path: "editor", level: 1, show: {} } as const;
    const open = (...messages: SentMessage[]) =>
      harness.machines.open.set(
        EXECUTION,
        messages.map((one) => ({ queueUrl: "waits", message: one, since: entered })),
      );
    const write = (item: object) => harness.state.write(item as TableItem);
    const asked = (more: object = {}) =>
      write({
        ...approvalKey(RUN, 1, "editor"),
        kind: "approval",
        state: "pending",
        fence: fenceOf(question),
        ...more,
      });

    test("is sent again if it left no item", async () => {
      open(event, signalled, signal, cancel, call, question);
      await look(59 * MINUTE);
      expect(harness.missing).toEqual([]);
      await look(MINUTE);
      expect(missing()).toEqual(["paid", "join", "text", "cancel-on", "ship", "editor"]);
    });

    test("is not sent again if it has arrived: the awaited event has not come", async () => {
      open(event, signalled, signal, cancel, call, question);
      for (const waiter of [eventWaiter(event, START), signalWaiter(signalled, START)]) write(waiter);
      write(signalEvent(signal, { now: START, retentionDays: 9 }));
      write(cancelWaiter(cancel, START));
      write(childWaiter(call, childId(call), START));
      asked();
      await look(60 * MINUTE);
      expect(missing()).toEqual([]);
    });

    test.each(["matched", "delivered", "lost"] as const)(
      "is sent again if the wait is %s and its state still waits: the answer was lost",
      async (state) => {
        open(event);
        write({ ...eventWaiter(event, START), state });
        await look(60 * MINUTE);
        expect(missing()).toEqual(["paid"]);
      },
    );

    test("is sent again if the wait is that of an earlier entry of its state", async () => {
      open({ ...event, attempt: 2 });
      write(eventWaiter(event, START));
      await look(60 * MINUTE);
      expect(missing()).toEqual(["paid"]);
    });

    test("is sent again if the called run has ended, and its end is not recorded", async () => {
      open(call);
      write(childWaiter(call, childId(call), START));
      const child = { ...harness.run(), ...runKey(childId(call)), run: childId(call), due: undefined };
      await harness.state.runs.accept({ ...child, status: "running" });
      await look(60 * MINUTE);
      expect(missing()).toEqual([]);
      await harness.state.runs.change(child.run, (item) => ({ ...item, status: "succeeded" }));
      await look(120 * MINUTE);
      expect(missing()).toEqual(["ship"]);
    });

    test("is not sent again if the run of an earlier epoch's call is awaited", async () => {
      const later = { ...call, run: { ...run, epoch: 3 } };
      open(later);
      write(childWaiter(later, childId(later, 2), START));
      await look(60 * MINUTE);
      expect(missing()).toEqual([]);
    });

    test("a call without a wait only has to arrive", async () => {
      const { taskToken: _, ...unawaited } = call;
      open(unawaited);
      await look(60 * MINUTE);
      expect(missing()).toEqual(["ship"]);
      write({ ...childWaiter(unawaited, childId(call), START), state: "delivered" });
      await look(120 * MINUTE);
      expect(missing()).toEqual(["ship"]);
    });

    test.each([
      ["is decided: the decision did not reach the state", { state: "decided" }, {}],
      ["is asked at an earlier level", { fence: fenceOf(question) - 1 }, {}],
      ["is open though the state has timed out", {}, { over: true as const }],
    ])("an approval request is sent again if it %s", async (_, item, more) => {
      open({ ...question, ...more });
      asked(item);
      await look(60 * MINUTE);
      expect(missing()).toEqual(["editor"]);
    });

    test("is not sent again if it is deferred", async () => {
      open(call);
      const about = { reason: "run paused", due: undefined, owner: "o" } as const;
      harness.state.write(deferredItem(call, about, { retentionDays: 9 }, START));
      await harness.state.runs.change(RUN, (item) => ({ ...item, paused: ORDERED }));
      await look(60 * MINUTE);
      expect(missing()).toEqual([]);
      expect(harness.released).toEqual([]);
      await harness.state.runs.change(RUN, ({ paused: _, ...item }) => item);
      await look(120 * MINUTE);
      expect(harness.released).toEqual([{ run: RUN }]);
    });
  });

  test("is not sent again once its execution has ended", async () => {
    waitsFor(message("a"));
    harness.machines.end(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
    await look(60 * MINUTE);
    expect(missing()).toEqual([]);
  });
});

/** A resume leaves the state without the pause. */
function resumed(target: ControlTarget, name: string): void {
  harness.state.write({ ...controlKey(target, name), kind: "control", target, name } as never);
}

describe("messages deferred by a pause that is over", () => {
  const about = { owner: "o", due: undefined } as const;
  const defers = (workflow: string, reason: "workflow paused" | "subscriber paused") =>
    harness.state.write({
      ...deferredItem(
        { run: { id: RUN, workflow, epoch: 1 }, path: workflow, step: "s", entered: "2026-01-01" } as never,
        { ...about, reason },
        { retentionDays: 9 },
        harness.clock.now,
      ),
    });

  test("are released: the function that resumed may have died before", async () => {
    resumed("workflow", "w");
    resumed("subscriber", "react");
    defers("w", "workflow paused");
    defers("react", "subscriber paused");
    harness.clock.now += 14 * MINUTE;
    await sweeping();
    expect(harness.released).toEqual([]);
    harness.clock.now += MINUTE;
    await sweeping();
    expect(harness.released).toEqual([{ workflow: "w" }, { subscriber: "react" }]);
  });

  test("are not searched for where there was no pause", async () => {
    const searched: string[] = [];
    const deferredBy = async (name: string) => {
      searched.push(name);
      return [];
    };
    resumed("subscriber", "react");
    resumed("subscriber", "w");
    await releaseForgotten({ ...harness.ports, deferredBy });
    expect(searched).toEqual(["react"]);
  });

  test("stay if the pause is not over", async () => {
    defers("w", "workflow paused");
    defers("react", "subscriber paused");
    for (const [target, name] of [
      ["workflow", "w"],
      ["subscriber", "react"],
    ] as const)
      harness.state.write({
        ...controlKey(target, name),
        kind: "control",
        target,
        name,
        paused: ORDERED,
      } as never);
    harness.clock.now += 60 * MINUTE;
    await sweeping();
    expect(harness.released).toEqual([]);
  });
});

describe("possibly lost messages", () => {
  const since = new Date(START).toISOString();
  const order = (queueUrl = "q") =>
    ({
      action: "send-missing",
      queueUrl,
      since,
      message: { run: { id: RUN, epoch: 1 }, path: "a" },
    }) as never;

  test.each([
    ["is sent where its queue is empty", 0, 60, 1],
    ["may be in a queue that is not empty", 1, 60, 0],
    ["is sent in any case after half a day", 1, 720, 1],
  ])("%s", async (_, count, minutes, sent) => {
    const queues = memoryQueues();
    queues.waiting.set("q", count);
    harness.clock.now += minutes * MINUTE;
    await sendMissing(order(), { ...harness.ports, ...queues });
    expect(queues.sent).toHaveLength(sent);
    expect(harness.ports.counts.get("MessagesLost") ?? 0).toBe(sent);
  });
});

test("a failure of one part of the reconciler does not stop the others, and fails the call", async () => {
  const woken: unknown[] = [];
  const denied = new Error("AccessDenied");
  const attempt = sweeping({
    subscribers: async () => Promise.reject(denied),
    overdueDeferred: async () => [{ pk: "deferred#r", sk: "deferred#1#a#do" }],
    wake: async (key: unknown) => void woken.push(key),
  });
  await expect(attempt).rejects.toMatchObject({ errors: [denied] });
  expect(woken).toHaveLength(1);
});

test("a run that the reconciler cannot fix does not block the next", async () => {
  await harness.state.runs.accept({ ...harness.run(), ...runKey("w-broken"), run: "w-broken" });
  const machines = {
    ...harness.ports.machines,
    look: async (machine: string, name: string) => {
      if (name === "w-broken") throw new Error("no answer");
      return await harness.ports.machines.look(machine, name);
    },
  };
  harness.machines.end(EXECUTION, { status: "succeeded" });
  harness.clock.now += 60 * MINUTE;
  await sweeping({ machines });
  expect(harness.run().status).toBe("succeeded");
  expect(harness.ports.lines.map(({ level }) => level)).toContain("error");
});

test("deferred messages that are long due are sent", async () => {
  const woken: unknown[] = [];
  const overdueDeferred = async (time: string) =>
    time === new Date(START - 15 * MINUTE).toISOString() ? [{ pk: "deferred#r", sk: "deferred#1#a#do" }] : [];
  await sweeping({ overdueDeferred, wake: async (key: unknown) => void woken.push(key) });
  expect(woken).toEqual([{ pk: "deferred#r", sk: "deferred#1#a#do" }]);
});

test("changes that did not reach the bus are passed to the relay after five minutes", async () => {
  await harness.state.quarantine.keep({
    pk: "quarantine#q",
    sk: "quarantine",
    kind: "quarantine",
    unpublished: "unpublished#0",
    changedAt: new Date(START).toISOString(),
  } as never);
  const handed: Change[][] = [];
  const relay = async (changes: Change[]) => void handed.push(changes);
  await sweeping({ relay });
  harness.clock.now += 5 * MINUTE;
  await sweeping({ relay });
  expect(handed).toMatchObject([[{ after: { pk: "quarantine#q" } }]]);
});

test("names of executions and runs belong to each other, and are legal at their longest", () => {
  const run = runId("w".repeat(LONGEST_WORKFLOW_NAME), "n", "i");
  for (const epoch of [1, 2, 9999]) {
    expect(parseExecutionName(executionName(run, epoch))).toEqual({ run, epoch });
    expect(executionName(run, epoch).length).toBeLessThanOrEqual(80);
  }
  expect(parseCompensationName(compensationName(run, 9999))).toBe(run);
  expect(compensationName(run, 9999).length).toBeLessThanOrEqual(80);
  expect(isCompensationMachine(`Millrace-${compensationMachine("w")}`)).toBe(true);
  expect(isCompensationMachine("Millrace_w-undo")).toBe(false);
});

describe("an effect in doubt of a run that has ended", () => {
  const escalations = () =>
    harness.state.changes
      .flatMap(({ before, after }) => eventsOf(before, after))
      .filter(({ name }) => name === "escalation.raised");
  const ended = async (undoneBy = "undo-a") => {
    await harness.begins("a", { undoneBy });
    await harness.ends(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
    return harness.claim("a")!.lease;
  };
  const remindAt = async (time: number) => {
    harness.clock.now = time;
    await sweeping();
  };

  test("is asked about when its message should have been delivered long ago", async () => {
    const lease = await ended();
    await remindAt(START + 10 * MINUTE);
    await remindAt(lease + 119 * MINUTE);
    expect(escalations()).toEqual([]);
    await remindAt(lease + 120 * MINUTE);
    expect(escalations()).toMatchObject([{ data: { why: "ask", error: "LeaseExpired", path: "a" } }]);
    await remindAt(lease + 600 * MINUTE);
    expect(escalations()).toHaveLength(1);
  });

  test.each([
    ["is undone as late", async () => void (await harness.finishes("a"))],
    ["has failed", async () => void (await harness.ports.claims.fail(harness.claim("a")!, "a", FAILURE))],
  ])("is not asked about if it %s meanwhile", async (_, resolve) => {
    const lease = await ended();
    await resolve();
    await remindAt(lease + 600 * MINUTE);
    expect(escalations()).toEqual([]);
  });

  test("that has no undo is not asked about", async () => {
    const lease = await ended("");
    await remindAt(lease + 600 * MINUTE);
    expect(escalations()).toEqual([]);
  });
});

const ORDERED = { by: "ada", why: "", key: "k", at: "2026-11-21T10:00:00.000Z" };
const FAILURE = { policy: "retry", name: "x", message: "y" } as const;
