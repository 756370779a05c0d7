import { beforeEach, describe, expect, test } from "vitest";
import { followUp } from "../../../lambdas/runtime/control/follow-up.ts";
import { lookAgain } from "../../../lambdas/runtime/control/look-again.ts";
import { nextPass } from "../../../lambdas/runtime/control/next-pass.ts";
import type { ControlPorts } from "../../../lambdas/runtime/control/ports.ts";
import { releaseSome } from "../../../lambdas/runtime/control/release.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import { deferredKey } from "../../../lib/contract/keys/deferred.ts";
import { shardOf } from "../../../lib/contract/keys/index-partitions.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { Command, LookAgain, Release } from "../../../lib/contract/messages/command.ts";
import type { ControlItem, DeferReason, DeferredItem, RunItem } from "../../../lib/contract/table.ts";
import {
  type CompletionHarness,
  completionHarness,
  EXECUTION,
  RUN,
  START,
} from "../completion/completion-harness.ts";
import { controlHarness } from "../memory/memory-control.ts";

let harness: CompletionHarness;
let setup: ReturnType<typeof controlHarness>;
beforeEach(async () => {
  harness = await completionHarness();
  setup = controlHarness(harness);
});

const NOW = new Date(START).toISOString();
const BEFORE = new Date(START - 1).toISOString();
const ORDER = { by: "ada", why: "because", key: "k", at: NOW };
const by = { by: "ada", why: "because", key: "k" };

describe("a command is followed up", () => {
  const follow = (command: object) => followUp({ ...by, ...command } as Command, setup.ports);
  const look = (workflow: string, limit?: string) => ({
    message: { action: "look", workflow, ...(limit && { limit }), since: NOW, looks: 2 },
    delay: 2_000,
  });
  const target = { workflow: "w" };

  test.each<[string, object, object[]]>([
    [
      "by a check of waiting runs, if a queue's limits change",
      { values: { "perKey.starts": 3 } },
      [look("w")],
    ],
    [
      "by one check, if other settings change too",
      { values: { mostHops: 3, "perKey.atOnce": 3 } },
      [look("w")],
    ],
    ["by a check of waiting runs, if earlier settings are restored", { restore: 1 }, [look("w")]],
    ["by nothing, if no limit changes", { values: { mostHops: 3, "is.perKey.": 1 } }, []],
    ["by nothing, if nothing is set", { values: {} }, []],
  ])("%s", async (_, more, expected) => {
    await follow({ action: "set", target, ...more });
    expect(setup.reminded).toEqual(expected);
  });

  test("by a check of the runs of each workflow, if a shared limit changes", async () => {
    setup.ports.settings = { ...setup.ports.settings, workflow: { a: [], b: [] } };
    await follow({ action: "set", target: { limit: "model-calls" }, values: { atOnce: 3 } });
    expect(setup.reminded).toEqual([look("a", "model-calls"), look("b", "model-calls")]);
  });

  test("by nothing, if the settings of a breaker change", async () => {
    await follow({ action: "set", target: { breaker: "mail" }, values: { "perKey.of": 3 } });
    expect(setup.reminded).toEqual([]);
  });

  test.each<[string, object, number]>([
    ["a run, by one check, which reads consistently", { run: RUN }, 1],
    ["a workflow, by two checks", target, 2],
    ["a reaction, by two checks", { subscriber: "r" }, 2],
  ])("that resumes %s", async (_, resumed, looks) => {
    await follow({ action: "resume", target: resumed });
    expect(setup.reminded).toEqual([{ message: { action: "release", target: resumed, looks }, delay: 0 }]);
  });

  test.each(["pause", "drain", "retry"])("by nothing, if it is to %s", async (action) => {
    await harness.state.runs.change(RUN, (run) => ({ ...run, status: "closing", terminated: ORDER }));
    await follow({ action, target });
    await follow({ action, target: { run: RUN } });
    expect(setup.reminded).toEqual([]);
    expect(harness.machines.stopped).toEqual([]);
  });

  test.each<[string, Partial<RunItem>, boolean]>([
    ["the end of a run that it closed", { status: "closing", terminated: ORDER }, true],
    [
      "nothing, for a run that another command closed",
      { status: "closing", terminated: { ...ORDER, key: "other" } },
      false,
    ],
    ["nothing, for a run that ends by itself", { status: "closing" }, false],
    ["nothing, for a run of a later epoch", { status: "running", terminated: ORDER }, false],
  ])("by %s", async (_, more, ends) => {
    await harness.state.runs.change(RUN, (run) => ({ ...run, ...more }));
    await follow({ action: "terminate", target: { run: RUN } });
    expect(harness.machines.stopped).toEqual(ends ? [EXECUTION] : []);
  });

  test("by nothing, if its run was deleted meanwhile", async () => {
    await follow({ action: "terminate", target: { run: "gone" } });
  });
});

describe("a check of runs that wait for their turn", () => {
  const accept = async (run: string, more: Partial<RunItem>) =>
    await harness.state.runs.accept({ ...harness.run(), ...runKey(run), run, status: "accepted", ...more });
  const look = async (more: Partial<LookAgain> = {}) =>
    await lookAgain({ action: "look", workflow: "w", since: NOW, looks: 2, ...more }, setup.ports);
  const released = () =>
    harness.state
      .all()
      .filter((item) => item.kind === "run" && item.released === NOW)
      .map((item) => (item as RunItem).run);

  test("sends one run of each key to intake, the oldest, and none of a key that was checked since", async () => {
    await accept("a-1", { key: "a", released: BEFORE });
    await accept("a-2", { key: "a" });
    await accept("b-1", { key: "b" });
    await accept("c-1", { key: "c" });
    await accept("c-2", { key: "c", released: NOW });
    await accept("none", {});
    await accept("held", { key: "d", held: "paused" });
    await accept("other", { key: "e", workflow: "other" });
    await look();
    expect(released()).toEqual(["a-1", "b-1", "c-2"]);
    expect(setup.reminded).toEqual([
      { message: { action: "look", workflow: "w", since: NOW, looks: 1 }, delay: 60_000 },
    ]);
  });

  test("sends one run of each key of a shared limit, whatever the keys of their lines", async () => {
    const limit = (key: string, name = "model-calls") => ({ limit: { name, key } as RunItem["limit"] });
    await accept("a-1", { ...limit("x"), key: "1" });
    await accept("a-2", { ...limit("x"), key: "2" });
    await accept("b-1", { ...limit("y"), key: "1" });
    await accept("other", { ...limit("x", "other"), key: "3" });
    await accept("without", { key: "4" });
    await look({ limit: "model-calls" });
    expect(released()).toEqual(["a-1", "b-1"]);
  });

  test.each([
    [49, 49, 60_000],
    [50, 50, 1_000],
    [51, 50, 1_000],
  ])("of %d keys sends %d, and continues with the rest if there may be one", async (keys, sent, delay) => {
    for (let at = 0; at < keys; at++) await accept(`r-${at}`, { key: `${at}` });
    await look();
    expect(released()).toHaveLength(sent);
    expect(setup.reminded.map((one) => one.delay)).toEqual([delay]);
  });

  test("reads two thousand open runs at most", async () => {
    const asked: unknown[] = [];
    const acceptedRuns: ControlPorts["waiting"]["acceptedRuns"] = async (...given) => {
      asked.push(given);
      return [];
    };
    setup.ports.waiting = { ...setup.ports.waiting, acceptedRuns };
    await look();
    expect(asked).toEqual([["w", 2_000]]);
  });
});

describe("the next pass", () => {
  const next = async (looks: number, isRestLeft: boolean) => {
    await nextPass({ action: "release", target: { run: RUN }, looks }, isRestLeft, setup.ports);
    return setup.reminded.map(({ message, delay }) => [(message as Release).looks, delay]);
  };
  test.each<[string, number, boolean, number[][]]>([
    ["is for the rest, after a second", 2, true, [[2, 1_000]]],
    ["is for the rest, also after the last check", 1, true, [[1, 1_000]]],
    ["searches an index again, after a minute", 2, false, [[1, 60_000]]],
    ["does not exist after the last check", 1, false, []],
  ])("%s", async (_, looks, isRestLeft, expected) => {
    expect(await next(looks, isRestLeft)).toEqual(expected);
  });
});

describe("a release", () => {
  const release = (target: Release["target"], looks = 2) =>
    releaseSome({ action: "release", target, looks }, setup.ports);
  const defer = (run: string, path: string, reason: DeferReason, workflow = "w") =>
    harness.state.write({
      ...deferredKey(run, 1, path, "do"),
      kind: "deferred",
      run,
      epoch: 1,
      workflow,
      path,
      message: { path, run: { id: run } },
      reason,
      deferredAt: NOW,
    } as unknown as DeferredItem);
  const paths = () => setup.sent.map(({ path }) => path);
  const reminded = () => setup.reminded.map(({ delay }) => delay);
  const hold = async (run: string, more: Partial<RunItem> = {}) =>
    await harness.state.runs.accept({
      ...harness.run(),
      ...runKey(run),
      run,
      status: "accepted",
      held: "paused",
      due: shardOf("held#w", run),
      ...more,
    });
  const operators = (target: "workflow" | "subscriber", name: string, more: object) =>
    harness.state.write({
      ...controlKey(target, name),
      kind: "control",
      target,
      name,
      ...more,
    } as ControlItem);

  test("of a run that does not exist finds what it has deferred all the same", async () => {
    defer("gone", "a", "run paused");
    await release({ run: "gone" });
    expect(paths()).toEqual(["a"]);
  });

  test.each<[string, Release["target"], DeferReason, string]>([
    ["workflow", { workflow: "w" }, "workflow paused", "w"],
    ["subscriber", { subscriber: "react" }, "subscriber paused", "react"],
  ])(
    "of a %s sends what its pause has deferred, unless it is paused or drained again",
    async (kind, target, reason, name) => {
      defer("r1", "a", reason, name);
      defer("r1", "b", "run paused", name);
      defer("r1", "c", reason, "other");
      for (const again of [{ paused: ORDER }, { drained: ORDER }]) {
        operators(kind as "workflow", name, { paused: undefined, drained: undefined, ...again });
        await release(target);
        expect([paths(), reminded()]).toEqual([[], []]);
      }
      operators(kind as "workflow", name, { paused: undefined, drained: undefined });
      await release(target);
      expect([paths(), reminded()]).toEqual([["a"], [1_000]]);
      await release(target);
      expect(reminded()).toEqual([1_000, 60_000]);
    },
  );

  test("of a workflow or reaction without any state sends it too", async () => {
    defer("r1", "a", "workflow paused");
    defer("r1", "b", "subscriber paused", "react");
    await release({ workflow: "w" });
    await release({ subscriber: "react" });
    expect(paths()).toEqual(["a", "b"]);
  });

  test("continues as long as there are held runs or deferred messages, fifty of each at a time", async () => {
    for (let at = 0; at < 51; at++) await hold(`h-${at}`);
    const held = () => harness.state.all().filter((item) => item.kind === "run" && item.held).length;
    await release({ workflow: "w" });
    expect([held(), reminded()]).toEqual([1, [1_000]]);
    await release({ workflow: "w" });
    await release({ workflow: "w" });
    expect([held(), reminded()]).toEqual([0, [1_000, 1_000, 60_000]]);
  });

  test("leaves a run alone that the index lists and that was released meanwhile", async () => {
    await hold("r-1", { held: undefined });
    const before = harness.state.get(runKey("r-1"));
    await release({ workflow: "w" });
    expect(harness.state.get(runKey("r-1"))).toEqual(before);
  });
});
