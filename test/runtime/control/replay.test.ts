import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../../lambdas/runtime/control/control.ts";
import { planReplay } from "../../../lambdas/runtime/control/replay-plan.ts";
import { eventsOfReplay } from "../../../lambdas/runtime/relay/replay-events.ts";
import { changeQueues } from "../../../lambdas/runtime/release/queues.ts";
import { earlierEffect } from "../../../lambdas/runtime/work/earlier.ts";
import type { Effect } from "../../../lambdas/runtime/work/effect.ts";
import type { Command, Replay } from "../../../lib/contract/messages/command.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { DeployedQueue } from "../../../lib/contract/table.ts";
import {
  type CompletionHarness,
  completionHarness,
  EXECUTION,
  RUN,
  START,
} from "../completion/completion-harness.ts";
import { controlHarness } from "../memory/memory-control.ts";
import { memoryQueues, memoryReplays } from "../memory/memory-replays.ts";

const queue = (name: string, role: DeployedQueue["role"], ...events: string[]): DeployedQueue => ({
  name,
  role,
  queueUrl: `https://${name}`,
  deadLettersUrl: "https://dead",
  rules: Object.fromEntries(events.map((event) => [event, `rule/${name}/${event}`])),
});
const DEPLOYED = [
  queue("film", "workflow", "video.requested", "video.changed"),
  queue("film/draw", "step"),
  queue("bill", "reaction", "video.requested"),
  queue("millrace.waits", "waits", "video.paid"),
];
const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const order = (more: Partial<Replay>): Replay => ({
  action: "replay",
  by: "ada",
  why: "lost",
  key: "k",
  target: { all: "subscribers" },
  from: "2026-11-21T08:00:00Z",
  ...more,
});
const plan = (more: Partial<Replay>) => planReplay(order(more), DEPLOYED, { now: NOW, archiveDays: 90 });

describe("a replay command", () => {
  test("concerns the rules of all workflows and reactions, until now", () => {
    expect(plan({})).toEqual({
      from: "2026-11-21T08:00:00.000Z",
      to: "2026-11-21T10:00:00.000Z",
      subscribers: ["bill", "film"],
      events: ["video.changed", "video.requested"],
      rules: ["rule/film/video.changed", "rule/film/video.requested", "rule/bill/video.requested"],
    });
  });

  test("names each event once and in order, and may begin with the oldest event of the archive", () => {
    const events = ["video.requested", "video.changed", "video.requested"];
    expect(plan({ events }).events).toEqual(["video.changed", "video.requested"]);
    const oldest = new Date(NOW - 90 * 86_400_000).toISOString();
    expect(plan({ from: oldest }).from).toBe(oldest);
  });

  test("concerns one subscriber, some events, and only their subscribers", () => {
    expect(plan({ target: { subscriber: "bill" } }).rules).toEqual(["rule/bill/video.requested"]);
    expect(plan({ events: ["video.changed"] })).toMatchObject({
      subscribers: ["film"],
      rules: ["rule/film/video.changed"],
    });
    expect(plan({ target: { subscriber: "millrace.waits" } }).rules).toEqual([
      "rule/millrace.waits/video.paid",
    ]);
  });

  test.each<[string, Partial<Replay>, string]>([
    ["no beginning", { from: undefined }, 'The start of the time range is missing: set "from".'],
    [
      "a beginning after the end",
      { to: "2026-11-21T08:00:00Z" },
      'The time range from 2026-11-21T08:00:00.000Z to 2026-11-21T08:00:00.000Z is empty. Use an earlier "from".',
    ],
    [
      "an end that is yet to come",
      { to: "2026-11-21T10:00:01Z" },
      'The end of the time range, 2026-11-21T10:00:01.000Z, is in the future. Use an earlier "to".',
    ],
    [
      "a beginning before the archive's",
      { from: "2026-08-01T00:00:00Z" },
      'The archive keeps events for 90 days: events from before 2026-08-23T10:00:00.000Z no longer exist. Use a later "from".',
    ],
    [
      "an unknown subscriber",
      { target: { subscriber: "film/draw" } },
      'There is no subscriber "film/draw". Available: bill, film.',
    ],
    [
      "an event without subscribers",
      { target: { subscriber: "bill" }, events: ["video.changed"] },
      "bill does not take video.changed. Available: video.requested.",
    ],
    [
      "a dry run of a subscriber that has none",
      { target: { subscriber: "millrace.waits" }, dry: true },
      "millrace.waits delivers awaited events to waiting runs. It supports neither a dry run nor a restart.",
    ],
  ])("with %s is refused with the reason", (_, more, says) => {
    expect(() => plan(more)).toThrow(says);
  });

  test("without a subscriber has nothing to replay", () => {
    expect(() => planReplay(order({}), [], { now: NOW, archiveDays: 90 })).toThrow(
      "There is nothing to replay: the subscribers do not take any event.",
    );
  });
});

test("queues that a deployment no longer has are removed, unless another has their name", async () => {
  const register = memoryQueues();
  await changeQueues({ queues: DEPLOYED }, { queues: [] }, register);
  await changeQueues({ queues: [DEPLOYED[0]!] }, { queues: DEPLOYED }, register);
  expect(register.names()).toEqual(["film"]);
  const elsewhere = { ...DEPLOYED[0]!, queueUrl: "https://elsewhere" };
  await changeQueues({ queues: [] }, { queues: [elsewhere] }, register);
  expect(register.names()).toEqual(["film"]);
});

describe("carried out by control", () => {
  let harness: CompletionHarness;
  let setup: ReturnType<typeof controlHarness>;
  let replays: ReturnType<typeof memoryReplays>;
  beforeEach(async () => {
    harness = await completionHarness();
    setup = controlHarness(harness);
    replays = memoryReplays();
    Object.assign(setup.ports, { queues: memoryQueues(...DEPLOYED), replays });
  });
  const give = (more: object) => control({ ...order({}), ...more } as Command, setup.ports);
  const recent = { from: new Date(START - 60_000).toISOString() };

  test("a replay is stored before it is started, listed after, and published once", async () => {
    const start = replays.start;
    setup.ports.replays.start = async (item, rules) => {
      expect(replays.items.get(item.replay)).toMatchObject({ counts: {}, again: false, dry: false });
      expect(replays.items.get(item.replay)).not.toHaveProperty("list");
      return await start(item, rules);
    };
    const outcome = await give(recent);
    expect(outcome).toMatchObject({ done: true, replay: expect.stringMatching(/^millrace-[a-z2-7]+$/) });
    expect(outcome.says).toMatch(/film again; completed work is skipped\..* last 10 minutes/);
    const item = replays.items.get(outcome.replay!)!;
    expect(item).toMatchObject({ list: "replay#0", requested: { by: "ada", why: "lost" } });
    const { list: _, ...before } = item;
    expect(eventsOfReplay(before, item)).toMatchObject([
      { name: "replay.started", data: { replay: outcome.replay, subscribers: ["bill", "film"], by: "ada" } },
    ]);
    expect(eventsOfReplay(item, { ...item, revision: 3 })).toEqual([]);
  });

  test("the same command twice is one replay, even if the first attempt crashed", async () => {
    const keep = async () => Promise.reject(new Error("crash"));
    const crashing = { ...setup.ports, commands: { ...setup.ports.commands, keep } };
    await expect(control({ ...order(recent) }, crashing)).rejects.toThrow("crash");
    harness.clock.now += 1000;
    const outcome = await give(recent);
    expect(await give(recent)).toEqual(outcome);
    expect(replays.started.map(({ replay }) => replay)).toEqual([outcome.replay]);
    expect(replays.items.get(outcome.replay!)!.to).toBe(new Date(START).toISOString());
  });

  test("if the bus accepts no more replays, the command is refused and may be sent again", async () => {
    setup.ports.replays = memoryReplays({ busy: true });
    expect(await give(recent)).toMatchObject({
      done: false,
      says: expect.stringContaining("Wait until one ends"),
    });
    setup.ports.replays = replays;
    expect(await give(recent)).toMatchObject({ done: true });
  });

  test("a replay that was not started here cannot be cancelled, and one that was can", async () => {
    const cancel = (replay: string) => give({ action: "cancel", target: { replay }, key: replay });
    expect(await cancel("x")).toMatchObject({ done: false });
    const { replay } = await give(recent);
    expect(await cancel(replay!)).toMatchObject({ done: true, replay });
    expect(replays.items.get(replay!)!.cancelled).toMatchObject({ by: "ada" });
  });

  test.each<[string, object]>([
    ["from", { from: "yesterday" }],
    ["events", { events: "video.requested" }],
    ["again", { again: "yes" }],
  ])("a command with an invalid %s is refused by that name", async (field, more) => {
    expect(await give({ ...recent, ...more })).toMatchObject({
      done: false,
      says: expect.stringContaining(`"${field}"`),
    });
  });

  describe("for one run", () => {
    const forRun = (more: object = {}) => give({ target: { run: RUN }, from: undefined, ...more });
    const failed = { status: "failed", failure: { error: "x", cause: "y" } } as const;

    test("that exists changes nothing without again, and says so", async () => {
      expect(await forRun()).toMatchObject({ done: false, says: expect.stringContaining('Use "again"') });
      expect(await forRun({ again: true })).toMatchObject({
        done: false,
        says: `Run ${RUN} is running. Only a run that has ended can be restarted; terminate it first.`,
      });
      expect(await give({ target: { run: "x" } })).toMatchObject({ says: 'There is no run "x".' });
    });

    test("that has succeeded is restarted, with operator and reason, and only once", async () => {
      await harness.ends(EXECUTION, { status: "succeeded" });
      expect(await forRun({ again: true, dry: true })).toMatchObject({
        says: `Run ${RUN} would restart, as epoch 2.`,
      });
      expect(harness.run()).toMatchObject({ status: "succeeded", epoch: 1 });
      expect(await forRun({ again: true, key: "r" })).toMatchObject({ done: true });
      expect(await forRun({ again: true, key: "r" })).toMatchObject({ done: true });
      expect(harness.run()).toMatchObject({
        status: "accepted",
        epoch: 2,
        restarted: 2,
        replayed: { by: "ada", why: "lost" },
      });
      expect(inputOf(harness.run()).run).toMatchObject({ epoch: 2, restarted: 2 });
    });

    test("the new epoch reuses nothing of the one before, and if it fails, undoes only its own effects", async () => {
      await harness.does("a");
      await harness.ends(EXECUTION, { status: "succeeded" });
      await forRun({ again: true });
      await harness.begin(2);
      const { run } = inputOf(harness.run());
      const effectOf = (epoch: number, restarted?: number) =>
        ({ message: { run: { ...run, epoch, restarted }, path: "a", direction: "do" } }) as unknown as Effect;
      expect(await earlierEffect(effectOf(2, run.restarted), harness.ports)).toBeUndefined();
      expect(await earlierEffect(effectOf(2), harness.ports)).toMatchObject({ epoch: 1 });
      await harness.does("b", 2);
      await harness.ends(`w:${RUN}-e2`, failed);
      expect(harness.undosOf(1)).toEqual(["b"]);
      await harness.compensates(1);

      // A retry continues from the restarted epoch.
      await give({ action: "retry", target: { run: RUN }, key: "retry" });
      expect(harness.run()).toMatchObject({ epoch: 3, restarted: 2 });
      expect(inputOf(harness.run()).run).toMatchObject({ epoch: 3, restarted: 2 });
    });
  });
});
