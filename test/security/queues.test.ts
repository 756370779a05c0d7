import { beforeEach, describe, expect, test } from "vitest";
import { control } from "../../lambdas/runtime/control/control.ts";
import { maySend } from "../../lambdas/runtime/control/may-send.ts";
import { deadLetterOf } from "../../lambdas/runtime/dead-letters/dead-letter.ts";
import { resend, wake } from "../../lambdas/runtime/defer/resend.ts";
import { askForApproval } from "../../lambdas/runtime/wait/approve.ts";
import { approvalKey } from "../../lib/contract/keys/approval.ts";
import { deferredKey, deferredRequestKey, isRequestKey } from "../../lib/contract/keys/deferred.ts";
import { quarantineKey } from "../../lib/contract/keys/delivery.ts";
import { runKey } from "../../lib/contract/keys/run.ts";
import type { ApprovalMessage } from "../../lib/contract/messages/approval-message.ts";
import type { StepMessage } from "../../lib/contract/messages/message.ts";
import { runId } from "../../lib/contract/runs/run-id.ts";
import type {
  DeferredItem,
  DeployedQueue,
  DeployedQueueItem,
  QuarantineItem,
} from "../../lib/contract/table.ts";
import { completionHarness } from "../runtime/completion/completion-harness.ts";
import { controlHarness } from "../runtime/memory/memory-control.ts";
import { approvalHarness, NOW, QUESTION } from "../runtime/wait/approval-harness.ts";

const URL = "https://sqs.eu-west-1.amazonaws.com/1";
const ARN = "arn:aws:sqs:eu-west-1:1";
const queue = (name: string, role: DeployedQueue["role"], dead: string): DeployedQueue => ({
  name,
  role,
  queueUrl: `${URL}/${name.replace("/", "_")}`,
  deadLettersUrl: `${URL}/dead-of-${dead}`,
  rules: {},
});
const DEPLOYED = [
  queue("make-book", "workflow", "make-book"),
  queue("make-book/print", "step", "make-book"),
  queue("sell-book", "workflow", "sell-book"),
  queue("sell-book/advertise", "step", "sell-book"),
  queue("catalogue", "reaction", "catalogue"),
  queue("millrace.control", "control", "millrace"),
  queue("millrace.approvals", "approvals", "millrace"),
  queue("millrace.waits", "waits", "millrace"),
];
const queues = {
  read: async (name: string) => DEPLOYED.find((one) => one.name === name) as DeployedQueueItem | undefined,
};

const runOf = (workflow: string) => runId(workflow, "book.wanted", "Dune");

describe("a deferred message", () => {
  const run = runOf("make-book");
  let sent: string[];
  const ports = {
    deferred: { put: async () => true, read: async () => undefined, remove: async () => true },
    stepQueues: { send: async (url: string) => void sent.push(url), count: async () => 0 },
    queues,
  };
  const deferred = (message: object, more: object = {}) =>
    ({
      ...deferredKey(run, 1, "p", "do"),
      kind: "deferred",
      run,
      message,
      ...more,
    }) as unknown as DeferredItem;
  beforeEach(() => {
    sent = [];
  });

  test("goes to the queue of its own workflow's step", async () => {
    await resend(deferred({ taskToken: "t", step: "print" } satisfies Partial<StepMessage>), ports);
    expect(sent).toEqual([`${URL}/make-book_print`]);
  });

  test.each([
    ["names another workflow", { taskToken: "t", step: "advertise" }, { workflow: "sell-book" }],
    ["names a queue", { taskToken: "t", step: "advertise" }, { queueUrl: `${URL}/sell-book_advertise` }],
    ["has a path for a step", { taskToken: "t", step: "../sell-book/advertise" }, {}],
  ])("that %s goes to none of another workflow", async (_, message, more) => {
    await expect(resend(deferred(message, more), ports)).rejects.toThrow(/No queue "make-book\//);
    expect(sent).toEqual([]);
  });

  test.each([
    ["an approval", { approval: "editor", run: { id: "sell-book-1" } }],
    ["a call, which starts a run", { kind: "child", workflow: "sell-book" }],
    ["what terminates a run", { kind: "cancel-on", run: { id: "sell-book-1" } }],
    ["an event of its own workflow, which starts a run", { "detail-type": "book.wanted" }],
  ])("that a step forged as %s goes to no queue", async (_, message) => {
    await expect(resend(deferred(message), ports)).rejects.toThrow(/No queue "make-book"/);
    expect(sent).toEqual([]);
  });

  test("of an approval is where no step can write it, and goes to the approvals", async () => {
    const key = deferredRequestKey(run, 1, "editor");
    expect(isRequestKey(key)).toBe(true);
    expect(isRequestKey(deferredKey(run, 1, "editor", "do"))).toBe(false);
    await resend(deferred({ approval: "editor" }, key), ports);
    await resend(deferred({ kind: "child", workflow: "sell-book" }, key), ports);
    expect(sent).toEqual([`${URL}/millrace.approvals`, `${URL}/millrace.waits`]);
  });

  test("is not taken from an item of another kind", async () => {
    const item = { ...runKey(run), kind: "run", dueAt: "2020-01-01T00:00:00.000Z" };
    const read = async () => item as unknown as DeferredItem;
    const wakeups = { at: async () => {} };
    await wake(item, { ...ports, deferred: { ...ports.deferred, read }, wakeups, now: Date.now });
    expect(sent).toEqual([]);
  });
});

test("an approval is open, whatever a step deferred and asked to be sent before it", async () => {
  const { state, machines, ports } = approvalHarness(NOW);
  const forged = {
    ...deferredKey(runOf("sell-book"), 1, "p", "do"),
    kind: "deferred",
    dueAt: "2020-01-01T00:00:00.000Z",
    // Of another workflow's run, at a level before the first, and over at once.
    message: { ...QUESTION, level: 0, within: 0, otherwise: "approve", over: true, taskToken: "forged" },
  } as unknown as DeferredItem;
  const sent: unknown[] = [];
  const woken = wake(forged, {
    deferred: { put: async () => true, read: async () => forged, remove: async () => true },
    stepQueues: { send: async (_, message) => void sent.push(message), count: async () => 0 },
    queues,
    wakeups: ports.wakeups,
    now: Date.now,
  });
  await expect(woken).rejects.toThrow(/No queue "sell-book"/);
  for (const message of sent) await askForApproval(message as ApprovalMessage, ports);
  await askForApproval(QUESTION as ApprovalMessage, ports);
  expect(state.get(approvalKey("r", 1, "editor"))).toMatchObject({ state: "pending" });
  expect(machines.answers).toEqual([]);
});

test("a quarantined event that a trigger wrote for a workflow goes to none of its queues", async () => {
  const harness = await completionHarness();
  const setup = controlHarness(harness);
  const sent: string[] = [];
  setup.ports.queues = { ...setup.ports.queues, ...queues };
  setup.ports.stepQueues.send = async (url) => void sent.push(url);
  const id = runId("github", "push", "e");
  harness.state.put({
    ...quarantineKey(id),
    kind: "quarantine",
    id,
    subscriber: "sell-book",
    queued: true,
    name: "book.wanted",
    findings: [],
    reason: "contract",
    source: "x",
    body: '{"detail-type":"book.wanted","detail":{}}',
  } as unknown as QuarantineItem);
  const order = { by: "ada", why: "x", key: "k", target: { quarantine: id } };
  expect(await control({ action: "release-event", ...order }, setup.ports)).toMatchObject({ done: false });
  expect(sent).toEqual([]);
});

describe("a dead letter", () => {
  const known = { deployed: DEPLOYED, sibling: `${URL}/dead-of-millrace` };
  const letter = (queueUrl: string) =>
    deadLetterOf(
      {
        id: "m",
        body: '{"action":"pause"}',
        receives: 1,
        sent: 0,
        movedFrom: undefined,
        attributes: { queue: queueUrl, error: "x", reason: "y" },
        foundIn: `${ARN}:dead-of-catalogue`,
      },
      known,
      { now: 0, retentionDays: 1 },
    );

  test("goes back to the queue that leads to where it was found", () => {
    expect(letter(`${URL}/catalogue`)).toMatchObject({
      subscriber: "catalogue",
      queueUrl: `${URL}/catalogue`,
    });
  });

  test.each(["millrace.control", "sell-book_advertise", "elsewhere"])(
    "that names the queue %s, which is not of its stack part, goes back to no queue",
    (name) => expect(letter(`${URL}/${name}`)).toMatchObject({ queueUrl: "" }),
  );
});

describe("a message to control's queue", () => {
  const commanders = new Set(["AROAWAITS"]);
  test.each([
    ["wake", "AROASTEP:make-book", true],
    ["pause", "AROASTEP:make-book", false],
    ["release", "AROASTEP:make-book", false],
    ["resolve-some", "AROASTEP:make-book", false],
    ["start", "AROASTEP:AROAWAITS", false],
    ["terminate", "AROAWAITS:waits", true],
    ["terminate", "AROAWAITSX:waits", false],
    ["pause", "111122223333", false],
  ] as const)("%s of %s: %j", (action, sender, taken) => {
    expect(maySend({ action }, sender, commanders)).toBe(taken);
  });
});
