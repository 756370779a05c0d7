import { beforeEach, expect, test } from "vitest";
import { eventsOf } from "../../lambdas/runtime/relay/publish.ts";
import { askForApproval, deliverDecision } from "../../lambdas/runtime/wait/approve.ts";
import { approvalKey } from "../../lib/contract/keys.ts";
import type { ApprovalMessage } from "../../lib/contract/message.ts";
import { memory, memoryExecutions, memoryObservation } from "./memory.ts";

const NOW = Date.parse("2026-11-21T10:00:00.000Z");
const key = approvalKey("r", 1, "editor");
const question: ApprovalMessage = {
  taskToken: "t1",
  run: { id: "r", workflow: "w", epoch: 1, version: "v", event: "e", correlation: "c", hops: 0 },
  approval: "editor",
  path: "editor",
  entered: "2026-11-21T10:00:00.000Z",
  attempt: 1,
  level: 1,
  within: 60_000,
  show: { film: "s3://…" },
};
const LATER = "2026-11-21T10:01:00.000Z";
const yes = { approved: true, decidedBy: "ada", note: "fine" };

let world: ReturnType<typeof setUp>;
beforeEach(() => {
  world = setUp();
});

function setUp() {
  const state = memory(() => NOW);
  const machines = memoryExecutions();
  const ports = {
    approvals: state.approvals,
    executions: machines.executions,
    now: () => NOW,
    ...memoryObservation(),
  };
  const put = (message: Partial<ApprovalMessage> = {}) =>
    askForApproval({ ...question, ...message }, 90, ports);
  return { state, machines, ports, put };
}

const told = () =>
  world.state.changes.flatMap(({ before, after }) => eventsOf(before, after).map(({ name }) => name));

test("a question waits for its answer; the decision reaches the state machine once", async () => {
  await world.put();
  expect(world.state.get(key)).toMatchObject({ state: "pending", until: "2026-11-21T10:01:00.000Z" });
  await world.state.approvals.decide(key, yes);
  await deliverDecision(key, world.ports);
  await deliverDecision(key, world.ports);
  expect(world.machines.answers).toEqual([{ token: "t1", output: JSON.stringify(yes) }]);
  expect(told()).toEqual(["approval.requested", "approval.decided"]);
});

test("the question delivered twice is asked once", async () => {
  await world.put();
  await world.put();
  expect(told()).toEqual(["approval.requested"]);
});

test("a second decision changes nothing", async () => {
  await world.put();
  await world.state.approvals.decide(key, yes);
  expect(await world.state.approvals.decide(key, { approved: false, decidedBy: "bob" })).toMatchObject({
    decided: false,
    existing: { decision: yes },
  });
});

test("silence: the second level has a token of its own and is an escalation", async () => {
  await world.put();
  await world.put({ taskToken: "t2", level: 2, within: undefined, entered: LATER });
  await world.state.approvals.decide(key, yes);
  await deliverDecision(key, world.ports);
  expect(world.machines.answers).toEqual([{ token: "t2", output: JSON.stringify(yes) }]);
  expect(told()).toEqual(["approval.requested", "escalation.raised", "approval.decided"]);
});

test("a decision that was there before the newer token is handed to it at once", async () => {
  await world.put();
  await world.state.approvals.decide(key, yes);
  world.machines.gone.add("t1");
  await deliverDecision(key, world.ports);
  await world.put({ taskToken: "t2", level: 2, entered: LATER });
  expect(world.machines.answers).toEqual([{ token: "t2", output: JSON.stringify(yes) }]);
});

test("what is asked again after a yes waits for a yes of its own", async () => {
  await world.put();
  await world.state.approvals.decide(key, yes);
  await deliverDecision(key, world.ports);
  await world.put({ taskToken: "t2", entered: LATER });
  expect(world.state.get(key)).toMatchObject({ state: "pending", token: "t2" });
  expect(world.machines.answers).toHaveLength(1);
  expect(told()).toEqual(["approval.requested", "approval.decided", "approval.requested"]);
});

test("a question with a reason is an escalation, and both know the reason", async () => {
  await world.put({ why: "low confidence" });
  expect(world.state.get(key)).toMatchObject({ why: "low confidence" });
  const [change] = world.state.changes;
  expect(eventsOf(change!.before, change!.after)).toMatchObject([
    { name: "escalation.raised", data: { why: "low confidence", approval: "editor", level: 1 } },
  ]);
});

test("a late redelivery of the first level does not take the second's place", async () => {
  await world.put();
  await world.put({ taskToken: "t2", level: 2, entered: LATER });
  await world.put();
  expect(world.state.get(key)).toMatchObject({ level: 2, token: "t2" });
});

test("an announcement without an approval is logged and dropped", async () => {
  await deliverDecision(approvalKey("r", 1, "nobody"), world.ports);
  expect(world.ports.lines).toMatchObject([{ level: "warn" }]);
});
