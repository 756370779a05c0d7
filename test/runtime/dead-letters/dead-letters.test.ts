import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../../lambdas/runtime/control/control.ts";
import { resolveBatch } from "../../../lambdas/runtime/control/resolve-dead-letters.ts";
import { deadLetterOf } from "../../../lambdas/runtime/dead-letters/dead-letter.ts";
import { wrongEdit } from "../../../lambdas/runtime/dead-letters/edit.ts";
import type { DeadMessage } from "../../../lambdas/runtime/dead-letters/message.ts";
import { stick } from "../../../lambdas/runtime/dead-letters/stuck.ts";
import { takeIn } from "../../../lambdas/runtime/dead-letters/take-in.ts";
import type { Disposition } from "../../../lambdas/runtime/ports/disposition.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { deadLetterKey } from "../../../lib/contract/keys/delivery.ts";
import type { Command, ResolveBatch } from "../../../lib/contract/messages/command.ts";
import type { DeadLetterItem, DeployedQueue, RunItem } from "../../../lib/contract/table.ts";
import {
  type CompletionHarness,
  completionHarness,
  crashing,
  MINUTE,
  RUN,
  START,
} from "../completion/completion-harness.ts";
import { memoryExecutions, memoryObservation } from "../memory/memory.ts";
import { controlHarness } from "../memory/memory-control.ts";
import { memoryDeadLetters } from "../memory/memory-dead-letters.ts";

const URL = "https://sqs.eu-west-1.amazonaws.com/1";
const ARN = "arn:aws:sqs:eu-west-1:1";
const queue = (name: string, role: DeployedQueue["role"], more: object = {}): DeployedQueue => ({
  name,
  role,
  queueUrl: `${URL}/q-${name.split("/").at(-1)}`,
  deadLettersUrl: `${URL}/dead`,
  rules: {},
  ...more,
});
const deployed = [
  queue("w", "workflow"),
  queue("w/s", "step", { workflow: "w" }),
  queue("r", "reaction"),
  queue("millrace.waits", "waits"),
  queue("millrace.decisions", "approvals"),
  queue("millrace.control", "control"),
  queue("millrace.endings", "endings"),
];
const known = { deployed, sibling: `${URL}/dead` };
const at = { now: START, retentionDays: 90 };

const run = { id: RUN, workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 };
const stepMessage = (path = "s", more: object = {}) => ({
  taskToken: `token of ${path}`,
  run,
  step: "s",
  path,
  direction: "do",
  input: { n: 1 },
  reads: [],
  fallback: false,
  entered: "2026-11-21T09:00:00.000Z",
  attempt: 2,
  ...more,
});
const event = (name: string, detail: object = {}, source = "shop") => ({
  id: "bus-id",
  "detail-type": name,
  source,
  time: "2026-11-21T09:00:00Z",
  detail: { ...detail, millrace: { id: "e1", correlation: "c1" } },
});
const dead = (body: unknown, from: string, more: Partial<DeadMessage> = {}): DeadMessage => ({
  id: "m1",
  body: typeof body === "string" ? body : JSON.stringify(body),
  attributes: {},
  receives: 11,
  sent: START - 60 * MINUTE,
  movedFrom: `${ARN}:q-${from}`,
  foundIn: `${ARN}:dead`,
  ...more,
});
const read = (message: DeadMessage) => deadLetterOf(message, known, at);

describe("the purpose of a message follows from its fields and its queue", () => {
  test.each([
    [
      "a step's work",
      stepMessage(),
      "s",
      { purpose: "step", subscriber: "w", step: "s", run: RUN, epoch: 1 },
    ],
    [
      "a question",
      { taskToken: "t", run, approval: "editor", path: "a" },
      "millrace.decisions",
      { purpose: "question", run: RUN, path: "a" },
    ],
    [
      "a wait",
      { kind: "event", taskToken: "t", run, path: "p", event: "x", key: "k" },
      "millrace.waits",
      { purpose: "wait", run: RUN, path: "p" },
    ],
    [
      "a signal",
      { kind: "signal", run, path: "p", value: 1 },
      "millrace.waits",
      { purpose: "wait", run: RUN, path: "p" },
    ],
    [
      "an event",
      event("x"),
      "w",
      {
        purpose: "event",
        subscriber: "w",
        correlation: "c1",
        event: { id: "e1", name: "x", source: "shop" },
      },
    ],
    [
      "a request for a run",
      event("run.requested", { workflow: "w", run: RUN }, "millrace"),
      "w",
      { purpose: "event", run: RUN },
    ],
    [
      "the release of a held run",
      event("run.requested", { workflow: "w", held: RUN }, "millrace"),
      "w",
      { purpose: "event", run: RUN },
    ],
    ["a reaction's event", event("x"), "r", { purpose: "reaction", subscriber: "r", event: { id: "e1" } }],
    [
      "an awaited event",
      event("x"),
      "millrace.waits",
      { purpose: "wait", subscriber: "millrace.waits", event: { id: "e1" } },
    ],
    [
      "a decision",
      event("approval.decided", { run: RUN, epoch: 1, path: "a" }, "millrace"),
      "millrace.decisions",
      { purpose: "question", run: RUN, path: "a" },
    ],
    [
      "an end",
      event(
        "Step Functions Execution Status Change",
        { executionArn: `arn:aws:states:eu:1:execution:M-w:${RUN}-e2` },
        "aws.states",
      ),
      "millrace.endings",
      { purpose: "ending", run: RUN },
    ],
    [
      "the end of a compensation",
      event(
        "Step Functions Execution Status Change",
        { executionArn: `arn:aws:states:eu:1:execution:M-w_undo:${RUN}-u3` },
        "aws.states",
      ),
      "millrace.endings",
      { purpose: "ending", run: RUN },
    ],
    [
      "a late effect",
      event("step.late", { run: RUN }, "millrace"),
      "millrace.endings",
      { purpose: "ending", run: RUN },
    ],
    [
      "an order",
      { action: "pause", target: { run: RUN }, by: "a", why: "b", key: "k" },
      "millrace.control",
      { purpose: "command", subscriber: "millrace.control", run: RUN },
    ],
    ["a reminder", { keyQueue: "k" }, "w", { purpose: "other", subscriber: "w" }],
  ] as const)("%s", (_, body, from, expected) => {
    const item = read(dead(body, from.split("/").at(-1)!));
    expect(item).toMatchObject(expected);
    expect(item).toMatchObject({ queueUrl: `${URL}/q-${from}`, receives: 10, list: expect.any(String) });
  });

  test.each([
    ["no JSON", "{ half"],
    ["a number", "7"],
    ["null", "null"],
    ["a list", "[1]"],
    ["nothing", ""],
    ["fields of wrong types", JSON.stringify({ run: "x", path: 7, taskToken: 1, step: {}, kind: [] })],
    ["an event without an id", JSON.stringify({ ...event("x"), id: 7 })],
    ["an event with a name that fits no key", JSON.stringify({ ...event("x"), id: "i".repeat(3_000) })],
    [
      "a run whose id fits no key",
      JSON.stringify({ ...stepMessage(), step: 7, run: { id: "r".repeat(3_000) } }),
    ],
    ["a run without an id", JSON.stringify({ run: { epoch: "1" }, kind: "signal", path: "p" })],
  ])("%s is stored unchanged", (_, body) => {
    const item = read(dead(body, "s"));
    expect(item).toMatchObject({ purpose: "other", subscriber: "w", body });
    expect(item.run).toBeUndefined();
  });

  test.each([
    ["an event whose detail is nothing", { ...event("x"), detail: null }],
    ["an event whose metadata are wrong", { ...event("x"), detail: { millrace: { id: 7, hops: "many" } } }],
  ])("%s is an event by the bus's own id", (_, body) => {
    expect(read(dead(body, "w"))).toMatchObject({ purpose: "event", event: { id: "bus-id", name: "x" } });
  });
});

test("a token may be as long as Step Functions makes them", () => {
  const message = stepMessage("s", { taskToken: "t".repeat(1_024) });
  expect(read(dead(message, "s"))).toMatchObject({ purpose: "step", run: RUN, path: "s" });
});

describe("its origin, and the reason", () => {
  test("from a queue, SQS names it; of one that is no longer deployed, its name is known", () => {
    expect(read(dead({}, "old"))).toMatchObject({ subscriber: "q-old", queueUrl: `${URL}/q-old` });
    expect(read(dead({}, "s")).reason).toMatch(/^It was received 10 times/);
  });

  test("from a rule, EventBridge gives the error", () => {
    const attributes = {
      RULE_ARN: "arn:aws:events:eu-west-1:1:rule/bus/x",
      TARGET_ARN: `${ARN}:q-w`,
      RETRY_ATTEMPTS: "185",
      ERROR_CODE: "NO_PERMISSIONS",
      ERROR_MESSAGE: "The queue's policy does not allow it.",
    };
    expect(read(dead(event("x"), "w", { attributes, movedFrom: undefined, receives: 1 }))).toMatchObject({
      subscriber: "w",
      purpose: "event",
      queueUrl: `${URL}/q-w`,
      receives: 186,
      reason: "EventBridge could not deliver it: NO_PERMISSIONS: The queue's policy does not allow it.",
    });
  });

  test("from a reaction, its handler gives the reason", () => {
    const attributes = { class: "give-up", error: "SoldOut", reason: "none left", queue: `${URL}/q-r` };
    expect(read(dead(event("x"), "r", { attributes, movedFrom: undefined, receives: 1 }))).toMatchObject({
      subscriber: "r",
      purpose: "reaction",
      queueUrl: `${URL}/q-r`,
      reason: "SoldOut: none left",
    });
  });

  test("of unknown origin, it is stored all the same", () => {
    expect(read(dead("x", "r", { movedFrom: undefined }))).toMatchObject({
      subscriber: "unknown",
      queueUrl: "",
      reason: "No reason is known.",
    });
  });
});

const pause = { action: "pause", target: { run: RUN }, by: "bob", why: "b", key: "k" };
test.each([
  ["step", stepMessage(), { input: { n: 2 } }, { path: "other" }],
  ["event", event("x"), { detail: { n: 2 } }, { source: "millrace" }],
  ["wait", { kind: "event", run, path: "p", key: "k" }, { key: "l" }, { run: { ...run, id: "other" } }],
  ["command", pause, { why: "c" }, { target: { run: "other" } }],
  ["command", pause, { why: "c" }, { by: "eve" }],
] as const)(
  "of the message of a %s, its content may be edited, and not its receiver",
  (purpose, body, good, bad) => {
    const item = { purpose, body: JSON.stringify(body) } as DeadLetterItem;
    const wrong = (change: object) => wrongEdit(item, JSON.stringify({ ...body, ...change }));
    expect(wrong({})).toBeUndefined();
    expect(wrong(good)).toBeUndefined();
    expect(wrong(bad)).toContain(`changes "${Object.keys(bad)[0]}"`);
    expect(wrongEdit(item, "{")).toContain("not a JSON object");
    expect(wrongEdit(item, "[]")).toContain("not a JSON object");
    expect(wrong({ ...good, more: "x".repeat(300_000) })).toContain("at most 262144 bytes");
    expect(wrong({ ...good, more: "é".repeat(150_000) })).toContain("at most 262144 bytes");
  },
);

let harness: CompletionHarness;
let setup: ReturnType<typeof controlHarness>;
let counts: Map<string, number>;
let deliver: (message: DeadMessage) => Promise<Disposition>;
let answers: ReturnType<typeof memoryExecutions>["answers"];
beforeEach(async () => {
  harness = await completionHarness();
  setup = controlHarness(harness);
  const observation = memoryObservation();
  counts = observation.counts;
  const machines = memoryExecutions();
  answers = machines.answers;
  deliver = (message) =>
    takeIn(message, {
      executions: machines.executions,
      ...harness.state,
      ...observation,
      deadLetters: memoryDeadLetters(harness.state),
      queues: async () => deployed,
      sibling: known.sibling,
      retentionDays: 90,
      now: () => harness.clock.now,
    });
});

const letter = (id = "m1") => harness.state.get(deadLetterKey(id)) as DeadLetterItem;
const stuck = () => (harness.run() as RunItem).stuck;
let keys = 0;
const order = (action: string, target: object, more: object = {}) =>
  control({ action, target, by: "ada", why: "fixed", key: `k${++keys}`, ...more } as Command, setup.ports);
const publishedEvents = () =>
  harness.state.changes
    .flatMap(({ before, after }) => eventsOf(before, after))
    .map(({ name, data }) => `${name}${data.path ? ` ${data.path}` : ""}`)
    .filter((name) => /^(delivery|dead-letter|run\.(un)?stuck)/.test(name));

describe("stored", () => {
  test("a step's message marks its run, and both are reported; twice is once", async () => {
    for (const _ of [1, 2]) await deliver(dead(stepMessage(), "s"));
    expect(stuck()).toMatchObject({ path: "s", deadLetter: "m1" });
    expect(publishedEvents()).toEqual(["run.stuck s", "delivery.dead-lettered s"]);
    expect([...counts].filter(([name]) => name.startsWith("DeadLetters")).map(([, count]) => count)).toEqual([
      1,
    ]);
  });

  describe("a step's message whose claim has the answer", () => {
    const entered = "2026-11-21T09:00:00.000Z";
    const fence = fenceOf({ entered, attempt: 2 });
    const failure = { policy: "give-up", name: "x", message: "no" } as const;

    test("answers the state with the result, and needs no decision", async () => {
      await harness.does("s");
      await deliver(dead(stepMessage(), "s"));
      expect(stuck()).toBeUndefined();
      expect(answers).toEqual([{ token: "token of s", output: '"s is done"' }]);
      expect(letter()).toBeUndefined();
      expect(publishedEvents()).toEqual([]);
    });

    test.each([
      ["this try", fence, undefined],
      ["an earlier try", fence - 1, "s"],
    ])("answers with the failure of %s, if it is its own", async (_, at, path) => {
      const key = await harness.begins("s", { fence: at });
      await harness.state.claims.fail(key, "s", failure);
      await deliver(dead(stepMessage(), "s"));
      expect(stuck()?.path).toBe(path);
      expect(answers).toHaveLength(path ? 0 : 1);
    });

    test("waits for a worker that holds the claim, and is stuck if that has died", async () => {
      await harness.begins("s");
      const { lease } = harness.claim("s")!;
      expect(await deliver(dead(stepMessage(), "s"))).toMatchObject({ at: lease });
      expect(letter()).toBeUndefined();
      harness.clock.now = lease;
      expect(await deliver(dead(stepMessage(), "s"))).toBe("finished");
      expect(stuck()).toMatchObject({ path: "s" });
    });
  });

  test("two branches are stuck, and both have to be resolved", async () => {
    await deliver(dead(stepMessage("a"), "s"));
    await deliver(dead(stepMessage("b"), "s", { id: "m2" }));
    expect(stuck()).toMatchObject({ path: "a", also: [{ path: "b", deadLetter: "m2" }] });
    await order("redrive", { deadLetter: "m1" });
    expect(stuck()).toMatchObject({ path: "b", deadLetter: "m2" });
    await order("discard", { deadLetter: "m2" });
    expect(stuck()).toBeUndefined();
    expect(publishedEvents().filter((name) => name.startsWith("run."))).toEqual([
      "run.stuck a",
      "run.unstuck",
    ]);
  });

  test.each([
    ["an earlier epoch's", async () => dead(stepMessage("s", { run: { ...run, epoch: 0 } }), "s")],
    ["an unknown run", async () => dead(stepMessage("s", { run: { ...run, id: "x" } }), "s")],
    ["an event's", async () => dead(event("x"), "w")],
    [
      "one of a run that has ended",
      async () => {
        await harness.ends(`w:${RUN}`, { status: "succeeded" });
        return dead(stepMessage(), "s");
      },
    ],
  ])("%s message marks no run", async (_, make) => {
    await deliver(await make());
    expect(stuck()).toBeUndefined();
    expect(letter()).toMatchObject({ list: expect.any(String) });
  });

  test("the message of an undo marks its run, although that has ended, until the undo is over", async () => {
    await harness.ends(`w:${RUN}`, { status: "failed", failure: { error: "x", cause: "y" } });
    const compensation = { round: 1, open: true, undone: 0, failed: 0 };
    await harness.state.runs.change(RUN, (found) => ({ ...found, compensation }));
    await deliver(dead(stepMessage("s", { direction: "undo" }), "s"));
    expect(stuck()).toMatchObject({ path: "s" });
  });

  test("the message of a run without an execution makes an execution take over, in the same epoch", async () => {
    const { execution: _, ...item } = harness.run();
    const until = new Date(START + 60 * MINUTE).toISOString();
    harness.state.put({ ...item, express: { until } });
    const message = (epoch: number, id: string) =>
      dead(stepMessage("s", { run: { ...run, epoch }, express: {} }), "s", { id });
    await deliver(message(2, "m2"));
    expect(harness.run()).not.toHaveProperty("released");
    expect(letter("m2")).toMatchObject({ purpose: "step" });
    await deliver(message(1, "m1"));
    expect(harness.run()).toHaveProperty("released");
    expect(letter("m1")).toBeUndefined();
    await harness.state.runs.end(RUN, 1, { status: "succeeded" });
    await deliver(message(1, "m3"));
    expect(letter("m3")).toMatchObject({ purpose: "step" });
  });

  test("for any number of them, the run's item has space: it stores the first places where it was stuck", async () => {
    for (let at = 0; at < 60; at++) await deliver(dead(stepMessage(`p${at}`), "s", { id: `m${at}` }));
    expect(stuck()!.also).toHaveLength(49);
    expect(letter("m59")).toMatchObject({ list: expect.any(String) });
  });

  test("stored again after it was resolved, it does not change the run", async () => {
    await deliver(dead(stepMessage(), "s"));
    await order("redrive", { deadLetter: "m1" });
    await deliver(dead(stepMessage(), "s"));
    expect(stuck()).toBeUndefined();
    expect(letter()).not.toHaveProperty("list");
  });

  test("the mark of a stuck run is removed when the run ends", async () => {
    await deliver(dead(stepMessage(), "s"));
    await harness.ends(`w:${RUN}`, { status: "timed-out" });
    expect(harness.run()).toMatchObject({ status: "timed-out" });
    expect(stuck()).toBeUndefined();
  });
});

describe("resolved", () => {
  test("redriven, it is sent back unchanged to its origin, which is published", async () => {
    const message = dead(stepMessage(), "s");
    await deliver(message);
    expect(await order("redrive", { deadLetter: "m1" })).toEqual({
      done: true,
      says: "Dead letter m1 is sent back to w.",
      run: RUN,
    });
    expect(setup.resent).toEqual([{ queueUrl: `${URL}/q-s`, body: message.body }]);
    expect(letter()).toMatchObject({ resolved: { as: "redriven", by: "ada", why: "fixed" } });
    expect(publishedEvents()).toEqual([
      "run.stuck s",
      "delivery.dead-lettered s",
      "run.unstuck",
      "dead-letter.redriven s",
    ]);
  });

  test("discarded, the waiting state is answered; no state waits for an event", async () => {
    await deliver(dead(stepMessage(), "s"));
    await deliver(dead(event("x"), "w", { id: "m2" }));
    for (const deadLetter of ["m1", "m2"]) await order("discard", { deadLetter });
    expect(setup.resent).toEqual([]);
    expect(setup.failed.map(({ token, error }) => [token, error])).toEqual([
      ["token of s", "Millrace.Discarded"],
    ]);
    expect(JSON.parse(setup.failed[0]!.cause)).toMatchObject({
      step: "s",
      path: "s",
      attempt: 2,
      policy: "give-up",
      name: "Discarded",
      message: expect.stringContaining("ada discarded its dead letter"),
    });
  });

  test("not sent, since the queue did not answer, it stays, and the same command continues", async () => {
    await deliver(dead(stepMessage(), "s"));
    const { send } = setup.ports.originQueues;
    setup.ports.originQueues.send = () => Promise.reject(new Error("throttled"));
    await expect(order("redrive", { deadLetter: "m1" }, { key: "k" })).rejects.toThrow("throttled");
    expect(letter()).not.toHaveProperty("resolved");
    expect(stuck()).toBeDefined();
    setup.ports.originQueues.send = send;
    expect(await order("redrive", { deadLetter: "m1" }, { key: "k" })).toMatchObject({ done: true });
  });

  test("edited as it is shown, without its token, it is sent with it", async () => {
    await deliver(dead(stepMessage(), "s"));
    const { taskToken, ...shown } = JSON.parse(letter().body);
    const body = JSON.stringify({ ...shown, input: { n: 2 } });
    expect(await order("redrive", { deadLetter: "m1" }, { body })).toMatchObject({ done: true });
    expect(JSON.parse(setup.resent[0]!.body)).toEqual({ ...shown, input: { n: 2 }, taskToken });
    expect(taskToken).toBeTypeOf("string");
    expect(letter()).toMatchObject({ edited: body });
  });

  test("a command that is edited is given by the person who edited it; no other message becomes one", async () => {
    await deliver(dead(pause, "control"));
    const body = JSON.stringify({ ...pause, why: "edited" });
    expect(await order("redrive", { deadLetter: "m1" }, { body })).toMatchObject({ done: true });
    expect(JSON.parse(setup.resent[0]!.body)).toEqual({ ...pause, why: "edited", by: "ada" });

    await deliver(dead("garbage", "control", { id: "m2" }));
    expect(await order("redrive", { deadLetter: "m2" }, { body })).toEqual({
      done: false,
      says: "The edited message would be a command. Give the command under your own name.",
    });
    expect(setup.resent).toHaveLength(1);
  });

  test("resolved by one person, it is not resolved by another", async () => {
    await deliver(dead(stepMessage(), "s"));
    await order("discard", { deadLetter: "m1" });
    expect(await order("redrive", { deadLetter: "m1" })).toEqual({
      done: false,
      says: "Dead letter m1 has been discarded by ada: fixed",
    });
  });

  test("one whose queue no longer exists is refused, and does not block the others", async () => {
    for (const [id, from] of [
      ["m1", "gone"],
      ["m2", "s"],
      ["m3", "s"],
    ] as const) {
      const movedFrom = from === "gone" ? `${ARN}:gone` : `${ARN}:q-${from}`;
      await deliver(dead(stepMessage(id), from, { id, movedFrom }));
      harness.clock.now++;
    }
    expect(await order("redrive", { deadLetter: "m1" })).toMatchObject({
      done: false,
      says: expect.stringContaining("no longer exists"),
    });
    await order("redrive", { all: "dead-letters" }, { rate: 1 });
    const rounds = await continueRounds();
    expect(setup.resent.map(({ queueUrl }) => queueUrl)).toEqual([`${URL}/q-s`, `${URL}/q-s`]);
    expect(letter("m1")).not.toHaveProperty("resolved");
    expect(rounds).toMatchObject([{ failed: [] }, { failed: ["m1"] }, {}, {}, { looks: 1 }]);
    expect(setup.reminded.map(({ delay }) => delay)).toEqual([0, 1_000, 1_000, 1_000, 60_000]);
  });

  test("in batches, letters that died after the command stay", async () => {
    for (let at = 0; at < 25; at++) await deliver(dead(stepMessage(`p${at}`), "s", { id: `m${at}` }));
    // Of a machine whose clock is ahead: it died before the order all the same.
    harness.clock.now += 4_000;
    await deliver(dead(stepMessage("ahead"), "s", { id: "ahead" }));
    harness.clock.now -= 4_000;
    await order("redrive", { subscriber: "w" });
    harness.clock.now += 5_001;
    await deliver(dead(stepMessage("late"), "s", { id: "late" }));
    const rounds = await continueRounds();
    expect(setup.resent).toHaveLength(26);
    expect(rounds).toHaveLength(5);
    expect(letter("late")).not.toHaveProperty("resolved");
  });
});

describe.each(["before", "after"])("a crash %s any call", (when) => {
  const CALLS = [1, 2, 3, 4, 5, 6, 7];

  test("of the collector is repaired by the redelivery", async () => {
    let crashes = 0;
    for (const call of CALLS) {
      const harness = await completionHarness();
      const ports = {
        executions: memoryExecutions().executions,
        ...harness.state,
        ...memoryObservation(),
        deadLetters: memoryDeadLetters(harness.state),
        queues: async () => deployed,
        sibling: known.sibling,
        retentionDays: 90,
        now: () => harness.clock.now,
      };
      const failing = crashing(ports, ["runs", "deadLetters"], call, when);
      const took = await takeIn(dead(stepMessage(), "s"), failing.ports).catch(() => "crashed");
      if (failing.outcome.crashed) crashes++;
      if (took === "crashed") await takeIn(dead(stepMessage(), "s"), ports);
      expect(harness.run().stuck).toMatchObject({ deadLetter: "m1" });
      expect(harness.run().stuck).not.toHaveProperty("also");
      expect(harness.state.get(deadLetterKey("m1"))).toMatchObject({ list: expect.any(String) });
    }
    expect(crashes).toBe(2);
  });

  test.each(["redrive", "discard"])(
    "of control is repaired when the command to %s is sent again",
    async (action) => {
      let crashes = 0;
      for (const call of CALLS) {
        harness = await completionHarness();
        setup = controlHarness(harness);
        harness.state.write(read(dead(stepMessage(), "s")));
        await harness.state.runs.change(RUN, stick(read(dead(stepMessage(), "s"))));
        const ordered = { action, target: { deadLetter: "m1" }, by: "ada", why: "fixed", key: "once" };
        const names = ["runs", "deadLetters", "originQueues", "executions", "commands"] as const;
        const failing = crashing(setup.ports, [...names], call, when);
        const answer = await control(ordered, failing.ports).catch(() => "crashed");
        if (failing.outcome.crashed) crashes++;
        if (answer === "crashed") expect(await control(ordered, setup.ports)).toMatchObject({ done: true });
        expect(stuck()).toBeUndefined();
        expect(letter()).toMatchObject({ resolved: { key: "once" } });
        expect(letter()).not.toHaveProperty("list");
        const done = action === "redrive" ? setup.resent : setup.failed;
        expect(done.length).toBeGreaterThan(0);
      }
      expect(crashes).toBe(6);
    },
  );
});

/** The reminders that control sends itself, until there are no more. */
async function continueRounds(): Promise<ResolveBatch[]> {
  const rounds: ResolveBatch[] = [];
  for (let next = 0; next < setup.reminded.length; next++) {
    const message = setup.reminded[next]!.message as ResolveBatch;
    rounds.push(message);
    await resolveBatch(message, setup.ports);
  }
  return rounds;
}
