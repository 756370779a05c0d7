import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../../lambdas/runtime/control/control.ts";
import { again, describeStatus, pause, resume, retry } from "../../../lambdas/runtime/control/run-actions.ts";
import { drain, pauseAll, resumeAll } from "../../../lambdas/runtime/control/subscriber-actions.ts";
import { openBudget } from "../../../lib/contract/budget.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import type { ControlItem, OperatorAction, RunItem, RunStatus } from "../../../lib/contract/table.ts";
import { type CompletionHarness, completionHarness, RUN, START } from "../completion/completion-harness.ts";
import { controlHarness } from "../memory/memory-control.ts";

const at = new Date(START).toISOString();
const action = (key = "k"): OperatorAction => ({ by: "ada", why: "because", key, at });
const earlier: OperatorAction = { by: "bob", why: "lunch", key: "earlier", at };
const run = (more: Partial<RunItem> = {}) =>
  ({
    run: "r",
    workflow: "w",
    epoch: 1,
    status: "running",
    data: "{}",
    acceptedAt: at,
    expiresAt: 100,
    ...more,
  }) as RunItem;
const ended = (more: Partial<RunItem> = {}) => run({ status: "failed", ...more });

describe("an action that is delivered again changes nothing, whatever the run does now", () => {
  test.each([
    ["pause", pause(action()), run({ status: "failed", paused: action() })],
    ["resume", resume(action()), run({ status: "failed", resumed: action() })],
    ["retry", retry(action(), START), run({ status: "running", retried: action() })],
    ["restart", again(action(), START), run({ status: "running", replayed: action() })],
    ["restart, after others", again(action(), START), run({ replayed: earlier, replays: ["k", "earlier"] })],
  ])("%s", (_, transition, item) => {
    expect(transition(item)).toBe(item);
  });

  const state = (more: Partial<ControlItem>) => ({ target: "workflow", name: "w", ...more }) as ControlItem;
  test.each([
    ["pause of a workflow", pauseAll(action()), state({ paused: action() })],
    ["drain", drain(action()), state({ drained: action() })],
    ["resume of a workflow", resumeAll(action()), state({ resumed: action() })],
  ])("%s", (_, transition, item) => {
    expect(transition(item)).toBe(item);
  });

  test("of another operator it is refused, with who was first", () => {
    const paused = state({ paused: earlier });
    expect(() => pauseAll(action())(paused)).toThrow("The workflow w is already paused, by bob: lunch");
    expect(() => drain(action())(state({ drained: earlier }))).toThrow("already drained, by bob: lunch");
    expect(() => pause(action())(run({ paused: earlier }))).toThrow("Run r is already paused, by bob: lunch");
  });

  test("a resume ends a pause, a drain, or both, and is refused without any", () => {
    for (const more of [{ paused: earlier }, { drained: earlier }, { paused: earlier, drained: earlier }])
      expect(resumeAll(action())(state(more))).toEqual(state({ resumed: action() }));
    expect(() => resumeAll(action())(state({}))).toThrow("neither paused nor drained");
  });

  test("a pause and a resume leave no trace of each other", () => {
    expect(pause(action())(run({ resumed: earlier }))).toEqual(run({ paused: action() }));
    expect(resume(action())(run({ paused: earlier }))).toEqual(run({ resumed: action() }));
  });

  test.each(["accepted", "running"] as const)("a run that is %s is paused", (status) => {
    expect(pause(action())(run({ status })).paused).toEqual(action());
  });
});

test("a run that has ended is neither paused nor resumed, and the refusal says which", () => {
  expect(() => pause(action())(ended())).toThrow("Run r has failed, and cannot be paused.");
  expect(() => resume(action())(ended())).toThrow("Run r has failed, and cannot be resumed.");
});

describe("the next epoch of a run", () => {
  test("is refused after the longest that a name has space for", () => {
    expect(() => retry(action(), START)(ended({ epoch: 9_999 }))).toThrow("maximum number of epochs, 9999");
    expect(retry(action(), START)(ended({ epoch: 9_998 })).epoch).toBe(9_999);
  });

  test("is kept as long as the first was, from its own beginning", () => {
    expect(retry(action(), START + 5_000)(ended()).expiresAt).toBe(105);
    expect(retry(action(), START + 5_001)(ended()).expiresAt).toBe(106);
  });

  test("knows the last twenty restarts, and the first one too", () => {
    expect(again(action("k0"), START)(ended()).replays).toEqual(["k0"]);
    const replays = Array.from({ length: 20 }, (_, one) => `r${one}`);
    expect(again(action("k0"), START)(ended({ replays })).replays).toEqual([...replays.slice(1), "k0"]);
  });

  test("keeps what the settings of its run say, also without a budget", () => {
    expect(again(action(), START)(ended({ settings: {} as never })).budget).toEqual(openBudget(undefined));
  });

  test("has the budget of its run, or none", () => {
    expect(again(action(), START)(ended()).budget).toEqual(openBudget(undefined));
    const budget = { ...openBudget({ usd: 5 })!, free: { usd: 1 } };
    expect(again(action(), START)(ended({ budget })).budget).toEqual(openBudget({ usd: 5 }));
  });
});

test.each<[RunStatus, string]>([
  ["accepted", "waits to be started"],
  ["running", "is running"],
  ["closing", "is ending"],
  ["compensating", "is being compensated"],
  ["timed-out", "timed out at its deadline"],
  ["terminated", "was terminated"],
  ["succeeded", "has succeeded"],
  ["failed", "has failed"],
])("a run that is %s %s", (status, expected) => {
  expect(describeStatus({ status })).toBe(expected);
});

describe("the answer to a command", () => {
  let harness: CompletionHarness;
  let setup: ReturnType<typeof controlHarness>;
  beforeEach(async () => {
    harness = await completionHarness();
    setup = controlHarness(harness);
  });
  let keys = 0;
  const order = (name: string, target: object) =>
    control(
      { by: "ada", why: "because", key: `c${++keys}`, action: name, target } as unknown as Command,
      setup.ports,
    );

  test("for a run says what happens to it", async () => {
    const says = async (name: string) => (await order(name, { run: RUN })).says;
    expect(await says("pause")).toContain(`Run ${RUN} is paused`);
    expect(await says("resume")).toBe(`Run ${RUN} is resumed.`);
    expect(await says("terminate")).toContain(`Run ${RUN} is being terminated`);
  });

  test.each([
    ["workflow", { workflow: "w" }, "The workflow w"],
    ["subscriber", { subscriber: "r" }, "The reaction r"],
  ] as const)("for a %s says what happens to it, and its state is written", async (kind, target, called) => {
    expect(await order("pause", target)).toEqual({
      done: true,
      says: expect.stringContaining(`${called} is paused`),
    });
    expect(await order("drain", target)).toEqual({
      done: true,
      says: expect.stringContaining(`${called} is drained`),
    });
    const [name] = Object.values(target);
    expect(harness.state.get(controlKey(kind, name!))).toMatchObject({
      paused: { by: "ada" },
      drained: { by: "ada" },
      target: kind,
    });
    expect(await order("resume", target)).toEqual({ done: true, says: `${called} is resumed.` });
  });

  test.each([{ workflow: "unknown" }, { subscriber: "unknown" }, { workflow: "r" }, { subscriber: "w" }])(
    "for %o, which is not deployed, is a refusal",
    async (target) => {
      expect(await order("pause", target)).toMatchObject({ done: false });
    },
  );
});
