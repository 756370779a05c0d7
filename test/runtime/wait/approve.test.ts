import { beforeEach, describe, expect, test } from "vitest";
import { resend } from "../../../lambdas/runtime/defer/resend.ts";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { askForApproval, deliverDecision } from "../../../lambdas/runtime/wait/approve.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { controlKey } from "../../../lib/contract/keys/control.ts";
import { deferredRequestKey } from "../../../lib/contract/keys/deferred.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import type {
  ApprovalItem,
  ControlItem,
  DeferredItem,
  DeployedQueueItem,
} from "../../../lib/contract/table.ts";
import { approvalHarness, NOW, QUESTION } from "./approval-harness.ts";

const DEPLOYED = { read: async () => ({ queueUrl: "questions" }) as DeployedQueueItem };

const key = approvalKey("r", 1, "editor");
const question: ApprovalMessage = {
  ...QUESTION,
  show: { film: "s3://…" },
};
const LATER = "2026-11-21T10:01:00.000Z";
const yes = { approved: true, decidedBy: "ada", note: "fine" };

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const approval = approvalHarness(NOW);
  const { ports } = approval;
  const put = (message: Partial<ApprovalMessage> = {}) => askForApproval({ ...question, ...message }, ports);
  return { ...approval, put };
}

const publishedEvents = () =>
  harness.state.changes.flatMap(({ before, after }) => eventsOf(before, after).map(({ name }) => name));

test("an approval waits for its decision, which reaches the state machine once", async () => {
  await harness.put();
  expect(harness.state.get(key)).toMatchObject({ state: "pending", until: "2026-11-21T10:01:00.000Z" });
  await harness.state.approvals.decide(key, yes);
  await deliverDecision(key, harness.ports);
  await deliverDecision(key, harness.ports);
  expect(harness.machines.answers).toEqual([{ token: "t1", output: JSON.stringify(yes) }]);
  expect(publishedEvents()).toEqual(["approval.requested", "approval.decided"]);
});

test("the request delivered twice opens one approval", async () => {
  await harness.put();
  await harness.put();
  expect(publishedEvents()).toEqual(["approval.requested"]);
});

test("a second decision changes nothing", async () => {
  await harness.put();
  await harness.state.approvals.decide(key, yes);
  expect(await harness.state.approvals.decide(key, { approved: false, decidedBy: "bob" })).toMatchObject({
    decided: false,
    existing: { decision: yes },
  });
});

test("timeout: the second level has a token of its own and is an escalation", async () => {
  await harness.put();
  await harness.put({ taskToken: "t2", level: 2, within: undefined, entered: LATER });
  await harness.state.approvals.decide(key, yes);
  await deliverDecision(key, harness.ports);
  expect(harness.machines.answers).toEqual([{ token: "t2", output: JSON.stringify(yes) }]);
  expect(publishedEvents()).toEqual(["approval.requested", "escalation.raised", "approval.decided"]);
});

test("a decision that was there before the newer token is sent to it at once", async () => {
  await harness.put();
  await harness.state.approvals.decide(key, yes);
  harness.machines.gone.add("t1");
  await deliverDecision(key, harness.ports);
  await harness.put({ taskToken: "t2", level: 2, entered: LATER });
  expect(harness.machines.answers).toEqual([{ token: "t2", output: JSON.stringify(yes) }]);
});

test("an approval that is opened again after a yes waits for a yes of its own", async () => {
  await harness.put();
  await harness.state.approvals.decide(key, yes);
  await deliverDecision(key, harness.ports);
  await harness.put({ taskToken: "t2", entered: LATER });
  expect(harness.state.get(key)).toMatchObject({ state: "pending", token: "t2" });
  expect(harness.machines.answers).toHaveLength(1);
  expect(publishedEvents()).toEqual(["approval.requested", "approval.decided", "approval.requested"]);
});

test("an approval with a reason is an escalation, and both have the reason", async () => {
  await harness.put({ why: "low confidence" });
  expect(harness.state.get(key)).toMatchObject({ why: "low confidence" });
  const [change] = harness.state.changes;
  expect(eventsOf(change!.before, change!.after)).toMatchObject([
    { name: "escalation.raised", data: { why: "low confidence", approval: "editor", level: 1 } },
  ]);
});

test("a late redelivery of the first level does not replace the second", async () => {
  await harness.put();
  await harness.put({ taskToken: "t2", level: 2, entered: LATER });
  await harness.put();
  expect(harness.state.get(key)).toMatchObject({ level: 2, token: "t2" });
});

test("an event about a missing approval is logged and dropped", async () => {
  await deliverDecision(approvalKey("r", 1, "unknown"), harness.ports);
  expect(harness.ports.lines).toMatchObject([{ level: "warn" }]);
});

describe("a timeout that decides", () => {
  const no = { approved: false, decidedBy: "ada" };
  const over = { over: true, otherwise: "approve", taskToken: "t2", entered: LATER } as const;
  const MINUTE = 60_000;
  const answers = () => harness.machines.answers.map(({ token, output }) => [token, JSON.parse(output!)]);
  /** The state that asked has timed out: its own token is gone. */
  const timeOut = async (more: Partial<ApprovalMessage> = {}) => {
    harness.machines.gone.add("t1");
    await harness.put({ ...over, ...more });
  };

  test.each(["approve", "reject"] as const)(
    "%s: is decided in the table, and published",
    async (otherwise) => {
      await harness.put({ otherwise });
      harness.clock.now += MINUTE;
      await timeOut({ otherwise });
      await deliverDecision(key, harness.ports);
      const decision = { approved: otherwise === "approve", decidedBy: "timeout" };
      expect(harness.state.get(key)).toMatchObject({ state: "decided", decision });
      expect(answers()).toEqual([["t2", decision]]);
      expect(publishedEvents()).toEqual(["approval.requested", "approval.decided"]);
    },
  );

  test("a no that was accepted in time is the decision, however late it is delivered", async () => {
    await harness.put({ otherwise: "approve" });
    harness.clock.now += MINUTE - 1;
    expect(await harness.state.approvals.decide(key, no)).toEqual({ decided: true });
    harness.clock.now += 1;
    await timeOut();
    await deliverDecision(key, harness.ports);
    expect(answers()).toEqual([["t2", no]]);
  });

  test("a no after the timeout is refused, even before the timeout is written", async () => {
    await harness.put({ otherwise: "approve" });
    harness.clock.now += MINUTE;
    expect(await harness.state.approvals.decide(key, no)).toMatchObject({ decided: false });
  });

  test("a clock that is ahead does not time out an approval early", async () => {
    await harness.put({ otherwise: "approve" });
    harness.clock.now += MINUTE - 500;
    await timeOut();
    expect(harness.state.get(key)).toMatchObject({ state: "pending", token: "t2" });
    expect(harness.queues.wakes).toMatchObject([{ time: NOW + MINUTE }]);
    expect(await harness.state.approvals.decide(key, no)).toEqual({ decided: true });
    await deliverDecision(key, harness.ports);
    expect(answers()).toEqual([["t2", no]]);
  });

  test("that is written together with a person's decision: one of the two counts", async () => {
    await harness.put({ otherwise: "approve" });
    harness.clock.now += MINUTE - 1;
    const { approvals } = harness.state;
    const open: typeof approvals.open = async (...given) => {
      const item = await approvals.open(...given);
      await approvals.decide(key, no);
      harness.clock.now += 1;
      return item;
    };
    harness.ports.approvals = { ...approvals, open };
    await timeOut();
    expect(harness.state.get(key)).toMatchObject({ decision: no });
    expect(answers()).toEqual([["t2", no]]);
  });

  test("an approval that was never opened is opened with its whole time, and then the timeout counts", async () => {
    harness.clock.now += MINUTE;
    await timeOut();
    expect(harness.state.get(key)).toMatchObject({
      state: "pending",
      token: "t2",
      until: new Date(NOW + 2 * MINUTE).toISOString(),
    });
    harness.clock.now += MINUTE;
    const deferred = harness.state.get(deferredRequestKey("r", 1, "editor")) as DeferredItem;
    await resend(deferred, { ...harness.ports, stepQueues: harness.queues.stepQueues, queues: DEPLOYED });
    await askForApproval(harness.queues.sent[0]!.message, harness.ports);
    await deliverDecision(key, harness.ports);
    expect(answers()).toEqual([["t2", { approved: true, decidedBy: "timeout" }]]);
    expect(publishedEvents()).toEqual(["approval.requested", "approval.decided"]);
  });

  test("delivered twice is one decision", async () => {
    await harness.put({ otherwise: "approve" });
    harness.clock.now += MINUTE;
    await timeOut();
    await harness.put(over);
    expect(publishedEvents()).toEqual(["approval.requested", "approval.decided"]);
    expect(answers()).toEqual([["t2", { approved: true, decidedBy: "timeout" }]]);
  });
});

describe("a run", () => {
  const order = { by: "ada", why: "lunch", key: "k", at: LATER };

  test.each(["terminated", "failed", "compensating"] as const)(
    "that is %s opens no approval",
    async (status) => {
      harness.note({ status });
      await harness.put();
      expect(harness.state.get(key)).toBeUndefined();
      expect(harness.machines.answers).toMatchObject([{ token: "t1", error: "Millrace.RunOver" }]);
    },
  );

  test("in the next epoch opens none for the last", async () => {
    harness.note({ epoch: 2 });
    await harness.put();
    expect(harness.state.get(key)).toBeUndefined();
  });

  test("that is closed while it opens an approval leaves none open", async () => {
    const { approvals } = harness.state;
    const open: typeof approvals.open = async (...given) => {
      // The questions are closed before this one is put.
      harness.note({ status: "closing" });
      await harness.state.claims.seal("r", 1);
      return await approvals.open(...given);
    };
    harness.ports.approvals = { ...approvals, open };
    await harness.put();
    expect(harness.state.get(key)).toMatchObject({ state: "closed" });
    expect(harness.machines.answers).toEqual([]);
  });

  test("that is closed does not open one again: a closed approval stays closed", async () => {
    await harness.put();
    await harness.state.claims.seal("r", 1);
    expect(await harness.state.approvals.open(nextTry())).toMatchObject({ state: "closed", token: "t1" });
    expect(harness.state.get(key)).toMatchObject({ state: "closed" });
  });

  test.each(["run", "workflow"])(
    "that waits since its %s is paused opens it after the resume",
    async (what) => {
      if (what === "run") harness.note({ paused: order });
      else
        harness.state.put({ ...controlKey("workflow", "w"), kind: "control", paused: order } as ControlItem);
      await harness.put();
      expect(publishedEvents()).toEqual([]);
      const deferred = harness.state.get(deferredRequestKey("r", 1, "editor")) as DeferredItem;
      expect(deferred).toMatchObject({ reason: `${what} paused`, step: "editor" });
      expect(deferred.dueAt).toBeUndefined();
      if (what === "run") harness.note();
      else harness.state.remove(controlKey("workflow", "w"));
      harness.clock.now += 120_000;
      await resend(deferred, { ...harness.ports, stepQueues: harness.queues.stepQueues, queues: DEPLOYED });
      await askForApproval(harness.queues.sent[0]!.message, harness.ports);
      // It is asked late, and has its whole time.
      const until = new Date(NOW + 180_000).toISOString();
      expect(harness.state.get(key)).toMatchObject({ state: "pending", until });
    },
  );

  const nextTry = (): ApprovalItem => {
    const item = harness.state.get(key) as ApprovalItem;
    return { ...item, state: "pending", token: "t2", fence: item.fence + 1 };
  };
});

test("an approval that was closed with its run is not opened again, not even by a later entry of its state", async () => {
  await harness.put();
  await harness.state.claims.seal("r", 1);
  await harness.put({ entered: LATER, taskToken: "t2" });
  expect(harness.state.get(key)).toMatchObject({ state: "closed", token: "t1" });
});

describe("who may not decide", () => {
  test.each<[string, object, string | undefined, string[] | undefined]>([
    ["is no one, of an approval by one person", {}, "ada", undefined],
    ["is who started the run, of one by several", { quorum: 2 }, "ada", ["ada"]],
    ["is who requested it", { requestedBy: "bob" }, undefined, ["bob"]],
    ["are both", { quorum: 2, requestedBy: "bob" }, "ada", ["bob", "ada"]],
    ["is no one without a name", { quorum: 2, requestedBy: "" }, "token", []],
    ["is no one whose name is none", { quorum: 2, requestedBy: 7 }, undefined, []],
  ])("%s", async (_, more, startedBy, expected) => {
    harness.note({ startedBy });
    await harness.put(more as Partial<ApprovalMessage>);
    expect((harness.state.get(key) as ApprovalItem).notBy).toEqual(expected);
  });
});

test.each([
  ["a minute after its state was entered has the time of the state", 60_000, "2026-11-21T10:01:00.000Z"],
  ["later has its whole time", 60_001, "2026-11-21T10:02:00.001Z"],
])("an approval that is opened %s", async (_, after, until) => {
  harness.clock.now = NOW + after;
  await harness.put();
  expect(harness.state.get(key)).toMatchObject({ until, kind: "approval" });
  expect((harness.state.get(key) as ApprovalItem).unpublished).toMatch(/^unpublished#/);
});

test("a timeout that was decided by another delivery sends what was decided", async () => {
  await harness.put({ within: 60_000, otherwise: "approve" });
  const pending = harness.state.get(key) as ApprovalItem;
  await harness.state.approvals.decide(key, yes);
  harness.clock.now = NOW + 120_000;
  const approvals = { ...harness.ports.approvals, open: async () => pending };
  const over = { ...question, within: 60_000, otherwise: "approve", over: true } as ApprovalMessage;
  await askForApproval(over, { ...harness.ports, approvals });
  expect(harness.machines.answers).toEqual([{ token: "t1", output: JSON.stringify(yes) }]);
});

test("a timeout is sent by its event only: the delivery that decides answers nothing", async () => {
  await harness.put({ within: 60_000, otherwise: "approve" });
  harness.clock.now = NOW + 60_000;
  await harness.put({ within: 60_000, otherwise: "approve", over: true });
  expect(harness.state.get(key)).toMatchObject({ state: "decided" });
  expect(harness.machines.answers).toEqual([]);
});

test("a run that is deleted is asked nothing, and its state fails", async () => {
  await harness.put({ run: { ...question.run, id: "gone" } });
  expect(harness.machines.answers).toMatchObject([{ token: "t1", error: "Millrace.RunOver" }]);
});

test("whether a way has lost its race is read with the run", async () => {
  const asked: unknown[] = [];
  const { startConditions } = harness.ports;
  const read: typeof startConditions.read = async (...given) => {
    asked.push(given.at(-1));
    return await startConditions.read(...given);
  };
  await askForApproval(question, { ...harness.ports, startConditions: { read } });
  expect(asked).toEqual([{ place: { epoch: 1, path: "editor" } }, { place: { epoch: 1, path: "editor" } }]);
});

test("an approval of a run that is resumed just before it is deferred is opened", async () => {
  const { startConditions } = harness.ports;
  let reads = 0;
  const read: typeof startConditions.read = async (...given) => {
    const conditions = await startConditions.read(...given);
    const paused = { by: "ada", why: "", key: "k", at: LATER };
    return ++reads > 1 ? conditions : { ...conditions, run: { ...conditions.run!, paused } };
  };
  await askForApproval(question, { ...harness.ports, startConditions: { read } });
  expect(harness.state.get(key)).toMatchObject({ state: "pending" });
});

test("a timeout that finds a decision sends it at once, also before the time in the table", async () => {
  await harness.put({ within: 600_000, otherwise: "approve" });
  await harness.state.approvals.decide(key, yes);
  await harness.put({ within: 600_000, otherwise: "approve", over: true });
  expect(harness.machines.answers).toEqual([{ token: "t1", output: JSON.stringify(yes) }]);
});
