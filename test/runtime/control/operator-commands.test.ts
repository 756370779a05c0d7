import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../../lambdas/runtime/control/control.ts";
import type { ControlPorts } from "../../../lambdas/runtime/control/ports.ts";
import { resolveBatch } from "../../../lambdas/runtime/control/resolve-dead-letters.ts";
import { commandKey, settingsKey } from "../../../lib/contract/keys/control.ts";
import { deadLetterKey } from "../../../lib/contract/keys/delivery.ts";
import type { Command, ResolveBatch } from "../../../lib/contract/messages/command.ts";
import type { CommandItem, DeadLetterItem, RunItem } from "../../../lib/contract/table.ts";
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
let keys = 0;
const order = (command: object, key = `k${++keys}`) =>
  control({ by: "ada", why: "because", key, ...command } as Command, setup.ports);
const kept = (key: string) => harness.state.get(commandKey(key)) as CommandItem | undefined;
const paused = { action: "pause", target: { run: RUN } };

describe("a command", () => {
  test("is kept for the retention, with its answer, in the write that carries it out", async () => {
    setup.ports.commands.keep = async () => Promise.reject(new Error("crash"));
    await order(paused, "p").catch(() => {});
    expect(kept("p")).toMatchObject({
      kind: "command",
      outcome: { done: true, run: RUN },
      changedAt: NOW,
      expiresAt: START / 1_000 + 90 * 86_400,
    });
    expect(kept("p")).not.toHaveProperty("request");
  });

  test("that starts a run requests it by its own item, which is published", async () => {
    const start = { action: "start", target: { workflow: "w" }, event: "e", version: 1, payload: { n: 1 } };
    const { run, done } = (await order(start, "s")) as { run: string; done: boolean };
    expect(done).toBe(true);
    expect(kept("s")).toMatchObject({
      request: { workflow: "w", run, event: "e", version: 1, payload: { n: 1 }, by: "ada", why: "because" },
      unpublished: expect.stringMatching(/^unpublished#/),
    });
    const again = (await order(start, "s2")) as { run: string };
    expect(again.run).not.toBe(run);
  });

  test("that is repeated is followed up again; another one under its key is not", async () => {
    const resume = { action: "resume", target: { run: RUN } };
    await order(paused);
    await order(resume, "r");
    setup.reminded.length = 0;
    await order(resume, "r");
    expect(setup.reminded).toHaveLength(1);
    expect(await order({ action: "resume", target: { workflow: "w" } }, "r")).toMatchObject({ done: false });
    expect(setup.reminded).toHaveLength(1);
  });

  test("that forces a breaker says who did it", async () => {
    const forced: unknown[] = [];
    setup.ports.forceBreaker = async (...given) => void forced.push(given);
    await order({ action: "force", target: { breaker: "mail" }, state: "open" }, "f");
    expect(forced).toEqual([["mail", "open", { by: "ada", why: "because", key: "f", at: NOW }]]);
  });

  test("that restarts a run is kept in the same write", async () => {
    await harness.ends(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
    setup.ports.commands.keep = async () => Promise.reject(new Error("crash"));
    const replay = { action: "replay", target: { run: RUN }, again: true };
    await order({ ...replay, dry: true }, "dry").catch(() => {});
    expect(harness.run().epoch).toBe(1);
    await order(replay, "again").catch(() => {});
    expect(harness.run().epoch).toBe(2);
    expect(kept("again")).toMatchObject({
      outcome: { done: true, says: `Run ${RUN} restarts, as epoch 2.`, run: RUN },
    });
  });

  test("that would restart a run says so, and is carried out as a dry run only", async () => {
    await harness.ends(EXECUTION, { status: "failed", failure: { error: "x", cause: "y" } });
    const dry = { action: "replay", target: { run: RUN }, again: true, dry: true };
    expect(await order(dry)).toEqual({ done: true, says: `Run ${RUN} would restart, as epoch 2.`, run: RUN });
  });
});

describe("a replay of events", () => {
  const queue = { name: "film", role: "workflow", queueUrl: "q", rules: { made: "rule" } };
  const replay = async (to: number, more: object = {}) => {
    setup.ports.queues = { ...setup.ports.queues, list: async () => [queue] as never };
    const range = { from: new Date(START - 86_400_000).toISOString(), to: new Date(to).toISOString() };
    return await order({ action: "replay", target: { all: "subscribers" }, ...range, ...more });
  };

  test("is kept for the retention", async () => {
    const items: unknown[] = [];
    const { keep } = setup.ports.replays;
    setup.ports.replays.keep = async (item) => {
      items.push(item);
      return await keep(item);
    };
    const { replay: name } = (await replay(START)) as { replay: string };
    expect(items).toMatchObject([
      { kind: "replay", replay: name, pk: `replay#${name}`, expiresAt: START / 1_000 + 90 * 86_400 },
    ]);
  });

  test.each([
    ["up to now", START, true],
    ["up to a time that is not in the archive yet", START - 599_999, true],
    ["up to ten minutes ago", START - 600_000, false],
  ])("%s says what may be missing: %#", async (_, to, isLate) => {
    const { says } = await replay(to);
    expect(says.includes("Events of the last 10 minutes")).toBe(isLate);
    expect(says).toMatch(isLate ? /archive yet\. "millrace/ : /skipped\. "millrace/);
  });
});

describe("settings", () => {
  const set = (more: object) => order({ action: "set", target: { workflow: "w" }, ...more });

  test("of what is not deployed are refused with what is", async () => {
    const unknown = { target: { workflow: "unknown" }, values: { mostHops: 3 } };
    expect((await set(unknown)).says).toContain('There is no workflow "unknown". Available: w.');
    setup.ports.settings = { ...setup.ports.settings, workflow: {} };
    expect((await set(unknown)).says).toContain("Available: none.");
  });

  test("are described with their default, and stored with what they restore", async () => {
    expect((await set({ values: { mostHops: 3, "perKey.starts": 4 } })).says).toMatch(
      /mostHops is 3, was 32 \(default\); perKey\.starts is 4, was 10 \(default\)/,
    );
    expect((await set({ values: { mostHops: 3, "perKey.starts": 5 } })).says).not.toContain("mostHops");
    await set({ restore: 0 });
    const revision = (number: number) => harness.state.get(settingsKey("workflow", "w", number));
    expect(revision(1)).toMatchObject({ kind: "settings", settings: 1 });
    expect(revision(1)).not.toHaveProperty("restored");
    expect(revision(3)).toMatchObject({ restored: 0, values: {} });
  });
});

describe("dead letters", () => {
  const letter = (id: string, more: object = {}) =>
    harness.state.write({
      ...deadLetterKey(id),
      kind: "dead-letter",
      id,
      subscriber: "w",
      purpose: "step",
      queueUrl: "https://q",
      body: JSON.stringify({ taskToken: `t-${id}`, attempt: 2 }),
      step: "s",
      path: id,
      reason: "crashed",
      list: "dead-letter#0",
      listedAt: NOW,
      ...more,
    } as unknown as DeadLetterItem);
  const stored = (id: string) => harness.state.get(deadLetterKey(id)) as DeadLetterItem;
  const resolve = (action: "redrive" | "discard", target: object, more: object = {}) =>
    order({ action, target, ...more });

  test("that do not exist are refused", async () => {
    expect(await resolve("redrive", { deadLetter: "x" })).toEqual({
      done: false,
      says: 'There is no dead letter "x". "millrace dead-letters" lists them.',
    });
    for (const target of [{ all: "dead-letters" }, { subscriber: "w" }])
      expect((await resolve("discard", target)).says).toBe(
        "subscriber" in target ? "No dead letters of w." : "No dead letters.",
      );
  });

  test("that are redriven are sent back, and those that are discarded fail their state", async () => {
    letter("a");
    letter("b", { run: RUN });
    expect(await resolve("redrive", { deadLetter: "a" })).toEqual({
      done: true,
      says: "Dead letter a is sent back to w.",
    });
    expect(stored("a").resolved).toMatchObject({ as: "redriven", by: "ada", at: NOW });
    expect([setup.resent.length, setup.failed.length]).toEqual([1, 0]);
    expect(await resolve("discard", { deadLetter: "b" })).toEqual({
      done: true,
      says: "Dead letter b of w is discarded; the waiting step fails.",
      run: RUN,
    });
    expect(stored("b").resolved).toMatchObject({ as: "discarded" });
    expect(setup.failed).toMatchObject([{ token: "t-b", error: "Millrace.Discarded" }]);
    expect(JSON.parse(setup.failed[0]!.cause)).toMatchObject({
      path: "b",
      attempt: 2,
      message: "ada discarded its dead letter (crashed): because",
    });
  });

  test.each([
    ["whose state has ended", { executions: { fail: async () => "gone" } }, {}],
    ["that no state waits for", {}, { body: "{}" }],
    ["whose token is none", {}, { body: '{"taskToken":7}' }],
  ])("%s are discarded without a failure", async (_, ports, more) => {
    Object.assign(setup.ports, ports);
    letter("a", more);
    expect((await resolve("discard", { deadLetter: "a" })).says).toBe("Dead letter a of w is discarded.");
    expect(setup.failed).toEqual([]);
  });

  test("fail their state with a reason of at most four thousand characters", async () => {
    letter("a");
    await resolve("discard", { deadLetter: "a" }, { why: "x".repeat(5_000) });
    const [failed] = setup.failed;
    expect(JSON.parse(failed?.cause ?? '{"message":""}').message.length).toBeLessThanOrEqual(4_000);
  });

  test.each([
    ["whose queue is unknown", { queueUrl: undefined }, "The source queue of dead letter a is unknown"],
    ["whose queue is deleted", { queueUrl: "https://x/gone" }, "no longer exists"],
  ])("%s stay", async (_, more, says) => {
    letter("a", more);
    expect(await resolve("redrive", { deadLetter: "a" })).toMatchObject({
      done: false,
      says: expect.stringContaining(says),
    });
    expect(stored("a").resolved).toBeUndefined();
  });

  test("that were edited are kept as they were sent, and discarded ones are not edited", async () => {
    const resolvedWith: unknown[] = [];
    const store = setup.ports.deadLetters.resolve;
    setup.ports.deadLetters.resolve = async (id, resolved, edited) => {
      resolvedWith.push(edited);
      await store(id, resolved, edited);
    };
    letter("a");
    letter("b");
    const body = JSON.stringify({ taskToken: "t-a", attempt: 2, input: 1 });
    await resolve("redrive", { deadLetter: "a" }, { body });
    await resolve("discard", { deadLetter: "b" });
    expect(resolvedWith).toEqual([body, undefined]);
    expect(setup.resent).toMatchObject([{ body }]);
  });

  test("that were edited wrongly stay", async () => {
    letter("a");
    expect(await resolve("redrive", { deadLetter: "a" }, { body: "no JSON" })).toMatchObject({ done: false });
    expect(setup.resent).toEqual([]);
  });

  test("of a run that they hold up release it, and no others do", async () => {
    const stuck = { path: "a", deadLetter: "a", at: NOW, reason: "crashed" };
    await harness.state.runs.change(RUN, (run: RunItem) => ({ ...run, stuck }));
    letter("b");
    const change: ControlPorts["runs"]["change"] = async () => Promise.reject(new Error("changed"));
    const { runs } = setup.ports;
    setup.ports.runs = { ...runs, change };
    await resolve("redrive", { deadLetter: "b" });
    expect(harness.run().stuck).toEqual(stuck);
  });

  test.each([
    ["redrive", { all: "dead-letters" }, "The dead letters are being redriven, 10 per second."],
    ["discard", { subscriber: "w" }, "The dead letters of w are being discarded, 10 per second."],
  ] as const)("%s of many is carried out in batches", async (action, target, says) => {
    letter("a");
    expect(await resolve(action, target)).toEqual({ done: true, says });
    expect(setup.reminded).toMatchObject([
      { message: { action: "resolve-some", looks: 2, failed: [] }, delay: 0 },
    ]);
  });

  describe("in a batch", () => {
    const batch = (more: object = {}, command: object = {}) =>
      resolveBatch(
        {
          action: "resolve-some",
          order: {
            action: "redrive",
            target: { all: "dead-letters" },
            by: "ada",
            why: "",
            key: "k",
            ...command,
          },
          until: NOW,
          looks: 2,
          failed: [],
          ...more,
        } as unknown as ResolveBatch,
        setup.ports,
      );
    const reminded = () =>
      setup.reminded.map(({ message, delay }) => ({ ...(message as ResolveBatch), delay }));

    test.each([
      [2, 2, 1_000],
      [0.5, 1, 2_000],
      [200, 4, 500],
    ])("at %d per second, %d are resolved at once, and the rest after %d ms", async (rate, count, delay) => {
      for (const id of ["a", "b", "c", "d"]) letter(id);
      await batch({}, { rate });
      expect(setup.resent).toHaveLength(count);
      expect(reminded()).toMatchObject([{ delay, looks: 2 }]);
    });

    test("only those of the subscriber are resolved", async () => {
      letter("a");
      letter("b", { subscriber: "other" });
      await batch({}, { target: { subscriber: "other" } });
      expect([stored("a").resolved, stored("b").resolved?.as]).toEqual([undefined, "redriven"]);
    });

    test("those that cannot be resolved stay, are remembered, and do not block the others", async () => {
      letter("a", { queueUrl: undefined });
      letter("b", { listedAt: NOW });
      await batch({}, { rate: 2 });
      expect(stored("b").resolved).toMatchObject({ as: "redriven" });
      expect(reminded()).toMatchObject([{ failed: ["a"] }]);
      await batch({ failed: ["a"] }, { rate: 2 });
      expect(reminded()[1]).toMatchObject({ failed: ["a"], looks: 1, delay: 60_000 });
      expect(setup.ports.log && harness.ports.lines.filter(({ level }) => level === "error")).toHaveLength(1);
    });

    test("a share is that of letters that are not known to fail", async () => {
      for (const id of ["a", "b", "c"]) letter(id);
      await batch({ failed: ["a"] }, { rate: 1 });
      expect(["a", "b", "c"].map((id) => stored(id).resolved?.as)).toEqual([
        undefined,
        "redriven",
        undefined,
      ]);
    });

    test("a share is not larger because other letters are known to fail", async () => {
      for (const id of ["a", "b", "c"]) letter(id);
      await batch({ failed: ["y", "z"] }, { rate: 1 });
      expect(setup.resent).toHaveLength(1);
    });

    test("those that were resolved or deleted meanwhile are done", async () => {
      letter("a", { resolved: { as: "discarded", by: "bob", why: "", key: "o", at: NOW } });
      const { deadLetters } = setup.ports;
      setup.ports.deadLetters = { ...deadLetters, unresolved: async () => ["a", "gone"] };
      await batch();
      expect(setup.resent).toEqual([]);
      expect(reminded()).toMatchObject([{ failed: [] }]);
    });

    test("a failure of the infrastructure fails the batch", async () => {
      letter("a");
      setup.ports.originQueues = { send: async () => Promise.reject(new Error("throttled")) };
      await expect(batch()).rejects.toThrow("throttled");
    });

    test("too many failures are an error", async () => {
      const failed = Array.from({ length: 1_000 }, (_, at) => `f${at}`);
      await batch({ failed });
      letter("a", { queueUrl: undefined });
      await expect(batch({ failed })).rejects.toThrow("1001 dead letters could not be resolved");
    });

    test("the last look ends it", async () => {
      await batch({ looks: 1 });
      expect(setup.reminded).toEqual([]);
    });
  });
});
