import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../../lambdas/runtime/control/control.ts";
import { releaseSome } from "../../../lambdas/runtime/control/release.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { Command, Release } from "../../../lib/contract/messages/command.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { DeferReason, DeferredItem, RunItem } from "../../../lib/contract/table.ts";
import {
  type CompletionHarness,
  completionHarness,
  EXECUTION,
  RUN,
} from "../completion/completion-harness.ts";
import { controlHarness } from "../memory/memory-control.ts";

let harness: CompletionHarness;
let setup: ReturnType<typeof controlHarness>;
beforeEach(async () => {
  harness = await completionHarness();
  setup = controlHarness(harness);
});

let keys = 0;
const said = (key = `k${++keys}`) => ({ by: "ada", why: "because", key });
const order = (command: object, key?: string) =>
  control({ ...said(key), ...command } as Command, setup.ports);
const orderRun = (action: string, key?: string, run = RUN) => order({ action, target: { run } }, key);
const failed = { status: "failed", failure: { error: "x", cause: "y" } } as const;
const events = () => harness.state.changes.flatMap(({ before, after }) => eventsOf(before, after));
const published = (name: string) => events().filter((event) => event.name === name);

const defer = (run: string, path: string, reason: DeferReason, at = harness.clock.now, workflow = "w") =>
  harness.state.write({
    ...deferredKey(run, 1, path, "do"),
    kind: "deferred",
    run,
    epoch: 1,
    workflow,
    path,
    message: { path, run: { id: run } },
    reason,
    deferredAt: new Date(at).toISOString(),
  } as unknown as DeferredItem);
const release = async () => {
  for (const { message } of setup.reminded.splice(0)) await releaseSome(message as Release, setup.ports);
};

describe("a run", () => {
  test("is paused and resumed, each published once with operator and reason; deferred messages are sent again", async () => {
    expect(await orderRun("pause")).toMatchObject({ done: true, run: RUN });
    expect(harness.run().paused).toMatchObject({ by: "ada", why: "because" });
    // The clock of the worker that deferred it is ahead of the control function's.
    defer(RUN, "a", "run paused", harness.clock.now + 5_000);
    defer(RUN, "b", "breaker open");
    expect(await orderRun("resume")).toMatchObject({ done: true });
    expect(harness.run()).not.toHaveProperty("paused");
    await release();
    expect(setup.sent).toEqual([{ queueUrl: "q", path: "a" }]);
    expect(published("run.paused")).toMatchObject([{ data: { by: "ada", why: "because" } }]);
    expect(published("run.resumed")).toHaveLength(1);
  });

  test.each(["pause", "terminate", "resume"])(
    "%s that is delivered again, after its effect was reverted, changes nothing",
    async (action) => {
      if (action === "resume") await orderRun("pause");
      const keep = async () => Promise.reject(new Error("crash"));
      const crashing = { ...setup.ports, commands: { ...setup.ports.commands, keep } };
      const command = { ...said("c"), action, target: { run: RUN } } as Command;
      await control(command, crashing).catch(() => {});
      if (action === "pause") await orderRun("resume");
      if (action === "resume") await orderRun("pause");
      if (action === "terminate") {
        await harness.ends(EXECUTION, failed);
        await orderRun("retry");
        await harness.begin(2);
      }
      const { revision, ...before } = harness.run();
      expect(await control(command, setup.ports)).toMatchObject({ done: true });
      expect(harness.run()).toEqual({ ...before, revision });
    },
  );

  test("a command about an epoch that is over is refused", async () => {
    await harness.ends(EXECUTION, failed);
    await orderRun("retry");
    await harness.begin(2);
    expect(await order({ action: "terminate", target: { run: RUN }, epoch: 1 })).toEqual({
      done: false,
      says: expect.stringContaining("is in epoch 2, and the command is about epoch 1"),
    });
    expect(harness.run().status).toBe("running");
    expect(await order({ action: "terminate", target: { run: RUN }, epoch: 2 })).toMatchObject({
      done: true,
    });
  });

  test("two concurrent deliveries of one command carry it out once, and get the same answer", async () => {
    const { runs } = setup.ports;
    const command = { ...said("twice"), action: "pause", target: { run: RUN } } as Command;
    let faster: unknown;
    const change: typeof runs.change = async (...given) => {
      faster ??= await control(command, setup.ports);
      await orderRun("resume", "r");
      return await runs.change(...given);
    };
    const slower = await control(command, { ...setup.ports, runs: { ...runs, change } });
    expect(slower).toEqual(faster);
    expect(harness.run()).not.toHaveProperty("paused");
  });

  test("a resume that crashed before it looked for deferred messages looks for them when it is redelivered", async () => {
    await orderRun("pause");
    defer(RUN, "a", "run paused");
    const remind = async () => Promise.reject(new Error("crash"));
    const command = { ...said("r"), action: "resume", target: { run: RUN } } as Command;
    await expect(control(command, { ...setup.ports, remind })).rejects.toThrow("crash");
    await control(command, setup.ports);
    await release();
    expect(setup.sent).toEqual([{ queueUrl: "q", path: "a" }]);
  });

  test("that is paused again in between keeps its deferred messages", async () => {
    await orderRun("pause");
    defer(RUN, "a", "run paused");
    await orderRun("resume");
    await orderRun("pause");
    await release();
    expect(setup.sent).toEqual([]);
  });

  test("the same command under the same key is carried out once and gets the same answer", async () => {
    const first = await orderRun("pause", "p");
    await orderRun("resume");
    expect(await orderRun("pause", "p")).toEqual(first);
    expect(harness.run()).not.toHaveProperty("paused");
    expect(await orderRun("terminate", "p")).toMatchObject({
      done: false,
      says: expect.stringMatching(/was used by an earlier command: pause/),
    });
  });

  test.each(["pause", "terminate", "retry"])(
    "a crash after each write of %s is repaired by sending it again",
    async (action) => {
      if (action === "retry") await harness.ends(EXECUTION, failed);
      const keep = async () => Promise.reject(new Error("crash"));
      const crashing = { ...setup.ports, commands: { ...setup.ports.commands, keep } };
      const command = { ...said("c"), action, target: { run: RUN } } as Command;
      await expect(control(command, crashing)).rejects.toThrow("crash");
      expect(await control(command, setup.ports)).toMatchObject({ done: true });
      expect(harness.run().epoch).toBe(action === "retry" ? 2 : 1);
    },
  );

  test.each([
    ["resume", "running", "is not paused"],
    ["pause", "succeeded", "has succeeded, and cannot be paused"],
    ["terminate", "succeeded", "has succeeded; it cannot be terminated"],
    ["retry", "succeeded", "has succeeded; there is no failed step"],
    ["retry", "running", "is running. Only a run that ended without success"],
    ["retry", "compensating", "is being compensated. Only"],
    ["terminate", "compensating", "is being compensated; it cannot be terminated"],
  ] as const)("cannot %s if it is %s, says why, and may be asked again", async (action, status, says) => {
    await harness.state.runs.change(RUN, (run) => ({ ...run, status }));
    expect(await orderRun(action, "k")).toEqual({ done: false, says: expect.stringContaining(says) });
    expect(await setup.ports.commands.find("k")).toBeUndefined();
  });

  test("is not retried if it was refused before it began", async () => {
    const failure = { error: "Millrace.Refused", cause: "amount: Required." };
    await harness.state.runs.change(RUN, (run) => ({ ...run, status: "failed", failure }));
    expect(await orderRun("retry")).toEqual({
      done: false,
      says: expect.stringContaining("was refused before it started: amount: Required."),
    });
  });

  test("that is unknown is reported as such, for any command", async () => {
    for (const action of ["pause", "resume", "terminate", "retry"])
      expect(await orderRun(action, undefined, "x")).toEqual({ done: false, says: 'There is no run "x".' });
  });

  test("is retried as the next epoch: intake is notified, and failures are removed", async () => {
    await harness.ends(EXECUTION, failed);
    expect(await orderRun("retry")).toMatchObject({ done: true, says: expect.stringMatching(/epoch 2/) });
    expect(harness.run()).toMatchObject({ status: "accepted", epoch: 2, retried: { by: "ada" } });
    expect(harness.run()).not.toHaveProperty("failure");
    expect(inputOf(harness.run()).run.epoch).toBe(2);
    expect(published("run.requested")).toMatchObject([{ data: { workflow: "w", held: RUN } }]);
    await harness.begin(2);
    expect(published("run.started").map(({ data }) => data.epoch)).toEqual([1, 2]);
    expect(new Set(published("run.started").map(({ id }) => id)).size).toBe(2);
  });

  test("of a later epoch undoes the effects of all epochs, each once, including one that it reuses", async () => {
    await harness.does("a");
    await harness.does("b");
    await harness.ends(EXECUTION, failed);
    await harness.compensates(1, ["a"]);
    await orderRun("retry");
    await harness.begin(2);
    await harness.does("b", 2);
    const copy = await harness.begins("a", { epoch: 2 });
    harness.clock.now++;
    expect(await harness.state.claims.reuse(copy, "a", harness.claim("a")!)).toBe("completed");
    await harness.ends(`w:${RUN}-e2`, failed);
    expect(harness.undosOf(2)).toEqual(["a", "b"]);
    await harness.compensates(2);
    expect(harness.run()).toMatchObject({
      status: "failed",
      epoch: 2,
      compensation: { undone: 3, failed: 0 },
    });
  });

  test("is not retried while a late effect is being undone", async () => {
    await harness.ends(EXECUTION, failed);
    const compensation = { round: 1, open: true, undone: 0, failed: 0 };
    await harness.state.runs.change(RUN, (run) => ({ ...run, compensation }));
    expect(await orderRun("retry")).toMatchObject({
      done: false,
      says: expect.stringMatching(/are being undone/),
    });
  });

  test("is started by an event that the command's own item publishes, once", async () => {
    const start = { action: "start", target: { workflow: "w" }, event: "a.b", version: 1, payload: { n: 1 } };
    const outcome = await order(start, "s");
    expect(await order(start, "s")).toEqual(outcome);
    expect(published("run.requested")).toMatchObject([
      { data: { workflow: "w", run: outcome.run, event: "a.b", version: 1, payload: { n: 1 }, by: "ada" } },
    ]);
    expect(await order({ ...start, target: { workflow: "v" } })).toEqual({
      done: false,
      says: 'There is no workflow "v". Available: w.',
    });
  });
});

describe("a workflow", () => {
  const orderAll = (action: string) => order({ action, target: { workflow: "w" } });
  const item = () => harness.state.get(controlKey("workflow", "w"));

  test("is paused, drained and resumed; held runs and deferred messages continue, in batches", async () => {
    await orderAll("pause");
    await orderAll("drain");
    expect(item()).toMatchObject({ paused: { by: "ada" }, drained: { by: "ada" } });
    for (let at = 0; at < 51; at++) defer(`w-${at}`, "a", "workflow paused", harness.clock.now + 5_000);
    const acceptedAt = new Date(harness.clock.now + 5_000).toISOString();
    const waiting: RunItem = {
      ...harness.run(),
      ...runKey("w-new"),
      run: "w-new",
      status: "accepted",
      acceptedAt,
    };
    await harness.state.runs.accept(waiting);
    await harness.state.runs.hold(waiting);
    await orderAll("resume");
    expect(item()).not.toHaveProperty("paused");
    expect(item()).not.toHaveProperty("drained");
    await release();
    expect(setup.sent).toHaveLength(50);
    expect(setup.reminded).toMatchObject([{ delay: 1000 }]);
    expect(published("run.requested")).toMatchObject([{ data: { held: "w-new" } }]);
    for (let looks = 0; looks < 3; looks++) await release();
    expect(setup.sent).toHaveLength(51);
    expect(setup.reminded).toEqual([]);
  });

  test("that is not paused has nothing to resume; one that is cannot be paused twice", async () => {
    expect(await orderAll("resume")).toMatchObject({
      done: false,
      says: expect.stringMatching(/neither paused nor drained/),
    });
    await orderAll("pause");
    expect(await orderAll("pause")).toMatchObject({
      done: false,
      says: expect.stringMatching(/already paused, by ada: because/),
    });
  });
});

test.each([
  [null, "action"],
  [{ action: "explode" }, "action"],
  [{ action: "pause", by: "ada", why: "w", key: "" }, "key"],
  [{ action: "retry", by: "ada", why: "w", key: "k", target: { workflow: "w" } }, "target"],
  [{ action: "pause", by: "ada", why: "w", key: "k", target: { run: "r", workflow: "w" } }, "target"],
  [
    { action: "start", by: "ada", why: "w", key: "k", target: { workflow: "w" }, event: "e", version: 1 },
    "payload",
  ],
  [{ action: "retry", by: "ada", why: "w", key: "k", target: { run: "r" }, epoch: "2" }, "epoch"],
  [{ action: "force", by: "ada", why: "w", key: "k", target: { breaker: "b" }, state: "ajar" }, "state"],
])("an invalid command is refused with the invalid field: %j", async (given, field) => {
  const says = expect.stringContaining(`field "${field}"`);
  expect(await control(given, setup.ports)).toEqual({ done: false, says });
});

test("a breaker is forced", async () => {
  const outcome = await order({ action: "force", target: { breaker: "model" }, state: "open" });
  expect(outcome).toEqual({ done: true, says: "The breaker model is forced open." });
  expect(setup.forced).toEqual(["model open"]);
});
