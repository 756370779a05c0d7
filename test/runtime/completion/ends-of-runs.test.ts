import { beforeEach, describe, expect, test } from "vitest";
import { advance, endRun, succeedRun } from "../../../lambdas/runtime/completion/advance.ts";
import { compensate, endCompensated } from "../../../lambdas/runtime/completion/compensate.ts";
import { finish, undoLate } from "../../../lambdas/runtime/completion/finish.ts";
import type { EndPorts } from "../../../lambdas/runtime/completion/ports.ts";
import { close } from "../../../lambdas/runtime/runs/transitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import { compensationName } from "../../../lib/contract/runs/execution-name.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { type CompletionHarness, completionHarness, EXECUTION, RUN, START } from "./completion-harness.ts";

let harness: CompletionHarness;
beforeEach(async () => {
  harness = await completionHarness();
});

const ORDER = { by: "ada", why: "enough", key: "k", at: new Date(START).toISOString() };
const FAILED = { status: "failed", failure: { error: "x", cause: "y" } } as const;
const iso = (time: number) => new Date(time).toISOString();
const arn = (id: string) => `arn:aws:states:us-east-1:000000000000:execution:${id}`;
const change = (more: Partial<RunItem>) => harness.state.runs.change(RUN, (run) => ({ ...run, ...more }));
const refuse = async () => Promise.reject(new Error("called"));

describe("a run that is closed without an execution", () => {
  test.each<[string, Partial<RunItem>, object]>([
    ["was lost", {}, { status: "failed", failure: { error: "Millrace.Lost" } }],
    [
      "is over its deadline",
      { express: { until: iso(START) } },
      {
        status: "timed-out",
        failure: { error: "States.Timeout", cause: "The run took longer than its deadline." },
      },
    ],
    [
      "was terminated, even over its deadline",
      { express: { until: iso(START) }, terminated: ORDER },
      { status: "terminated", failure: { error: "Millrace.Terminated", cause: "ada: enough" } },
    ],
  ])("and %s ends so", async (_, more, expected) => {
    await change({ status: "closing", epoch: 7, execution: undefined, ...more });
    await advance(harness.run(), harness.ports);
    expect(harness.run()).toMatchObject(expected);
  });
});

describe("an execution of a run that is closed", () => {
  test.each<[string, Partial<RunItem>, string]>([
    ["the command that terminated it", { terminated: ORDER, until: iso(START) }, "Millrace.Terminated"],
    ["its deadline", { until: iso(START) }, "States.Timeout"],
    ["nothing that is known", {}, "Millrace.Lost"],
  ])("is stopped for the reason of %s", async (_, more, error) => {
    await change({ status: "closing", ...more });
    await advance(harness.run(), harness.ports);
    expect(await harness.machines.machines.look("w", RUN)).toMatchObject({ end: { failure: { error } } });
    expect(harness.run().status).toBe("closing");
  });

  test.each<[string, object, string]>([
    [
      "was stopped at the deadline",
      { status: "terminated", failure: { error: "States.Timeout", cause: "" } },
      "timed-out",
    ],
    [
      "was stopped for another reason",
      { status: "terminated", failure: { error: "x", cause: "" } },
      "terminated",
    ],
    ["was stopped without a reason", { status: "terminated" }, "terminated"],
    [
      "failed with an error of that name",
      { status: "failed", failure: { error: "States.Timeout", cause: "" } },
      "failed",
    ],
  ])("that %s ends the run so", async (_, end, status) => {
    await change({ status: "closing" });
    harness.machines.end(EXECUTION, end as never);
    await advance(harness.run(), harness.ports);
    expect(harness.run()).toMatchObject({ ...end, status });
  });

  test("that succeeded ends a run without a look for effects, unless something is being undone", async () => {
    await harness.does("a");
    await change({ status: "closing" });
    harness.machines.end(EXECUTION, { status: "succeeded", output: 1 });
    const effects = { ...harness.ports.effects, of: refuse };
    await advance(harness.run(), { ...harness.ports, effects });
    expect(harness.run()).toMatchObject({ status: "succeeded", output: 1 });
    expect(harness.run().compensation).toBeUndefined();
    const compensation = { round: 1, open: false, undone: 0, failed: 0 };
    await change({ status: "closing", compensation });
    await expect(advance(harness.run(), { ...harness.ports, effects })).rejects.toThrow("called");
  });
});

describe("the end of an execution", () => {
  test("closes the run of its own epoch only, and no run that is unknown", async () => {
    const seen = harness.run();
    await change({ epoch: 2 });
    await endRun(seen, { ...harness.ports, claims: { ...harness.ports.claims, seal: refuse } });
    const unknown = { ...seen, ...runKey("gone"), run: "gone" };
    await endRun(unknown, { ...harness.ports, claims: { ...harness.ports.claims, seal: refuse } });
  });

  test("a success writes once over what was read", async () => {
    const seen = harness.run();
    const given: unknown[] = [];
    const runs = {
      ...harness.ports.runs,
      change: (async (id, transition, more) => {
        given.push(more);
        return await harness.ports.runs.change(id, transition, more);
      }) as EndPorts["runs"]["change"],
    };
    await succeedRun(seen, undefined, { ...harness.ports, runs });
    expect(given).toEqual([{ seen }]);
    expect(harness.run()).toMatchObject({ status: "succeeded", output: undefined });
  });

  test.each<[string, Partial<RunItem>]>([
    ["an earlier epoch", { epoch: 2, status: "succeeded" }],
    ["a run that failed meanwhile", { status: "failed" }],
    ["a run that is being compensated", { status: "compensating" }],
  ])("a success seals nothing of %s", async (_, more) => {
    const seen = harness.run();
    await change(more);
    const claims = { ...harness.ports.claims, seal: refuse };
    await succeedRun(seen, 1, { ...harness.ports, claims });
    expect(harness.run()).toMatchObject(more);
  });

  test("a success of a run that was deleted changes nothing", async () => {
    const gone = { ...harness.run(), ...runKey("gone"), run: "gone" };
    await succeedRun(gone, 1, { ...harness.ports, claims: { ...harness.ports.claims, seal: refuse } });
  });

  test("of a child of a distributed Map is that of its parent: nothing is read", async () => {
    await finish(`arn:aws:states:us-east-1:0:mapRun:w/Map:${RUN}`, {
      ...harness.ports,
      runs: { ...harness.ports.runs, read: refuse },
    });
  });

  test("names its run in what is logged from then on", async () => {
    const about: unknown[] = [];
    const ports = { ...harness.ports, about: (fields: object) => void about.push(fields) };
    await finish(arn("w:unknown"), ports);
    expect(about).toEqual([]);
    await finish(arn(EXECUTION), ports);
    expect(about).toMatchObject([{ run: RUN }]);
  });

  test("of a run that has ended otherwise changes nothing", async () => {
    await change({ status: "failed" });
    const before = harness.run();
    harness.machines.end(EXECUTION, FAILED);
    const machines = { ...harness.ports.machines, look: refuse };
    for (const succeeded of [{ output: 1 }, undefined])
      await finish(arn(EXECUTION), { ...harness.ports, machines }, { at: START, succeeded });
    expect(harness.run()).toEqual(before);
  });

  test("of a run that is closing stops the execution if it still runs", async () => {
    await harness.state.runs.change(RUN, close(START, ORDER));
    await finish(arn(EXECUTION), harness.ports);
    expect(harness.machines.stopped).toEqual([EXECUTION]);
  });

  test("of a run that is closing continues it, though a success is announced", async () => {
    await harness.state.runs.change(RUN, close(START, ORDER));
    harness.machines.end(EXECUTION, FAILED);
    await finish(arn(EXECUTION), harness.ports, { at: START, succeeded: { output: 1 } });
    expect(harness.run()).toMatchObject(FAILED);
  });
});

describe("the compensation of a run", () => {
  test("of no run has finished", async () => {
    expect(await undoLate("unknown", harness.ports)).toBe("finished");
  });

  test("fails while Step Functions throttles, so that it is tried again", async () => {
    await harness.does("a");
    const machines = { ...harness.ports.machines, start: async () => ({ kind: "throttled" }) as const };
    harness.machines.end(EXECUTION, FAILED);
    const ends = finish(arn(EXECUTION), { ...harness.ports, machines });
    await expect(ends).rejects.toThrow(compensationName(RUN, 1));
    expect(harness.run()).toMatchObject({ status: "compensating", compensation: { round: 1, open: true } });
  });

  test("waits for the execution that runs, and starts the one that a crash has prevented", async () => {
    await harness.does("a");
    await harness.ends(EXECUTION, FAILED);
    const run = harness.run();
    expect(
      await compensate(run, run.ending, {
        ...harness.ports,
        runs: { ...harness.ports.runs, change: refuse },
      }),
    ).toBe("advanced");
    expect(harness.machines.names()).toHaveLength(2);
    await change({ compensation: { ...run.compensation!, round: 5 } });
    expect(await compensate(harness.run(), run.ending, harness.ports)).toBe("advanced");
    expect(harness.undosOf(5)).toEqual(["a"]);
  });

  test("continues if nothing is left, and if an execution is started", async () => {
    expect(await compensate(harness.run(), undefined, harness.ports)).toBe("advanced");
    await harness.does("a");
    expect(await compensate(harness.run(), FAILED, harness.ports)).toBe("advanced");
  });

  test("is of a run that has changed meanwhile, or that is deleted", async () => {
    await harness.does("a");
    const seen = harness.run();
    await change({ epoch: 2 });
    expect(await compensate(seen, FAILED, harness.ports)).toBe("changed");
    const runs = { ...harness.ports.runs, change: async () => undefined };
    expect(await compensate(seen, FAILED, { ...harness.ports, runs })).toBe("changed");
    expect(harness.machines.names()).toEqual([EXECUTION]);
  });

  test("reads races only if an effect is in a way of one", async () => {
    const races = { ...harness.ports.races, decided: refuse };
    await harness.does("a");
    await harness.does("scenes[0]/draw");
    await compensate(harness.run(), undefined, { ...harness.ports, races });
    await harness.does("first.b/x");
    await expect(compensate(harness.run(), undefined, { ...harness.ports, races })).rejects.toThrow("called");
  });

  test("gives up the undos of its own epoch and path that failed, counts each, and says why", async () => {
    for (const path of ["a", "b", "c"]) await harness.does(path);
    await harness.does("a", 2);
    await change({ epoch: 2 });
    await harness.begin(2);
    await harness.ends(`w:${RUN}-e2`, FAILED);
    const failed = [{ epoch: 2, path: "a", error: "E", cause: "c", more: 1 }];
    await finish(
      harness.machines.end(`w_undo:${RUN}-u1`, { status: "succeeded", output: { failed } }),
      harness.ports,
    );
    expect(harness.claim("a", "undo", 2)?.givenUp).toEqual({ error: "E", cause: "c" });
    expect(["a", "b", "c"].map((path) => harness.claim(path, "undo")?.givenUp)).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(harness.ports.measured).toEqual([
      { name: "UndosFailed", value: 1, dimensions: { service: "app" } },
    ]);
    // What was neither undone nor given up is tried again.
    expect(harness.undosOf(2).sort()).toEqual(["a", "b", "c"]);
  });

  test("that was stopped as a whole gives up what it had to undo, and nothing that came later", async () => {
    for (const path of ["a", "b"]) await harness.does(path);
    await harness.begins("slow");
    await harness.ends(EXECUTION, FAILED);
    await harness.finishes("slow");
    const failure = { error: "States.Timeout", cause: "" };
    await harness.ends(`w_undo:${RUN}-u1`, { status: "timed-out", failure });
    expect(harness.claim("a", "undo")?.givenUp).toEqual(failure);
    expect(harness.claim("b", "undo")?.givenUp).toEqual(failure);
    expect(harness.claim("slow", "undo")).toBeUndefined();
    expect(harness.undosOf(2)).toEqual(["slow"]);
  });

  test("logs an end once: when the run ends, not if it had ended, continues or is deleted", async () => {
    const ended = async (run: RunItem) => {
      harness.ports.lines.length = 0;
      await endCompensated(run, FAILED, [], harness.ports);
      return harness.ports.lines.map(({ message }) => message);
    };
    expect(await ended(harness.run())).toEqual([]);
    expect(await ended({ ...harness.run(), ...runKey("gone"), run: "gone" })).toEqual([]);
    await change({ status: "closing" });
    expect(await ended(harness.run())).toEqual(["The run failed."]);
    expect(await ended(harness.run())).toEqual([]);
  });
});
