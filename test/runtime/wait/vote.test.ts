import { beforeEach, describe, expect, test } from "vitest";
import { eventsOf } from "../../../lambdas/runtime/relay/change-events.ts";
import { askForApproval, deliverDecision } from "../../../lambdas/runtime/wait/approve.ts";
import { asked } from "../../../lambdas/runtime/wait/question.ts";
import { delegate, isDelegate, vote } from "../../../lambdas/runtime/wait/vote.ts";
import { fenceOf } from "../../../lib/contract/fence.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import { runKey } from "../../../lib/contract/keys/run.ts";
import type { ApprovalMessage } from "../../../lib/contract/messages/approval-message.ts";
import { describeVotes, isPerson } from "../../../lib/contract/quorum.ts";
import type { ApprovalItem, RunItem } from "../../../lib/contract/table.ts";
import { approvalHarness, NOW, QUESTION } from "./approval-harness.ts";

const key = approvalKey("r", 1, "editor");
const question: ApprovalMessage = {
  ...QUESTION,
  otherwise: "escalate",
  quorum: { approvals: 2, rejections: 1 },
  show: {},
};

let harness: ReturnType<typeof setUp>;
beforeEach(() => {
  harness = setUp();
});

function setUp() {
  const { clock, state, machines, ports } = approvalHarness(NOW);
  const item = () => state.get(key) as ApprovalItem;
  return {
    clock,
    state,
    machines,
    ports,
    item,
    ask: (message: Partial<ApprovalMessage> = {}) => askForApproval({ ...question, ...message }, ports),
    decide: (by: string, approved = true, note?: string) =>
      state.approvals.decide(item(), { approved, decidedBy: by, ...(note !== undefined && { note }) }),
    delegate: (from: string, to: string) => state.approvals.delegate(item(), { from, to }),
    /** Names of what was published about the question, in order. */
    published: () =>
      state.changes.flatMap(({ before, after }) => eventsOf(before, after).map(({ name }) => name)),
  };
}

describe("two of three", () => {
  test("the second approval decides; the workflow reads both people and their notes", async () => {
    await harness.ask();
    expect(await harness.decide("ann", true, "fine")).toMatchObject({
      decided: true,
      counted: { state: "pending" },
    });
    expect(describeVotes(harness.item())).toBe("1 of 2 approved, by ann");
    expect(harness.machines.answers).toEqual([]);
    expect(await harness.decide("bob", true, "good")).toMatchObject({ decided: true });
    await deliverDecision(key, harness.ports);
    expect(JSON.parse(harness.machines.answers[0]!.output!)).toEqual({
      approved: true,
      decidedBy: "ann, bob",
      note: "ann: fine; bob: good",
    });
    expect(harness.published()).toEqual(["approval.requested", "approval.voted", "approval.decided"]);
  });

  test("one person counts once, however often the vote comes, and cannot change it", async () => {
    await harness.ask();
    for (let time = 0; time < 3; time++) expect((await harness.decide("ann")).decided).toBe(true);
    expect(harness.item().votes).toHaveLength(1);
    expect(await harness.decide("ann", false)).toMatchObject({
      decided: false,
      why: expect.stringContaining("cannot be changed"),
    });
    expect(harness.item().state).toBe("pending");
  });

  test("any no ends it, unless a quorum of noes is declared", async () => {
    await harness.ask();
    await harness.decide("ann");
    await harness.decide("bob", false, "too long");
    expect(harness.item().decision).toEqual({ approved: false, decidedBy: "bob", note: "bob: too long" });

    harness = setUp();
    await harness.ask({ quorum: { approvals: 2, rejections: 2 } });
    await harness.decide("ann");
    await harness.decide("bob", false);
    expect(describeVotes(harness.item())).toBe("1 of 2 approved, by ann; 1 of 2 rejected, by bob");
    await harness.decide("cy", false);
    expect(harness.item().decision).toMatchObject({ approved: false, decidedBy: "bob, cy" });
  });

  test("votes survive an escalation and a question that is sent again; the time ends them", async () => {
    await harness.ask();
    await harness.decide("ann");
    await harness.ask();
    await harness.ask({ level: 2, taskToken: "t2", entered: "2026-11-21T10:01:00.000Z", within: undefined });
    expect(harness.item()).toMatchObject({ level: 2, votes: [{ by: "ann" }] });
    await harness.decide("bob");
    expect(harness.item().state).toBe("decided");
    expect(harness.published()).toEqual([
      "approval.requested",
      "approval.voted",
      "escalation.raised",
      "approval.decided",
    ]);

    harness = setUp();
    await harness.ask();
    harness.clock.now += 60_000;
    expect(await harness.decide("ann")).toMatchObject({ decided: false });
  });
});

describe("no self-approval", () => {
  test.each(["ann", "ann@shop.test (sub-1)", "x (ann)"])(
    "who requested it may not decide: %s",
    async (person) => {
      const requestedBy = person.startsWith("ann@") ? "ann@shop.test" : "ann";
      await harness.ask({ quorum: undefined, requestedBy });
      expect(await harness.decide(person)).toMatchObject({
        decided: false,
        why: expect.stringContaining("their own"),
      });
      expect((await harness.decide("bob")).decided).toBe(true);
      expect(harness.item().decision).toEqual({ approved: true, decidedBy: "bob" });
    },
  );

  test("who started the run may not decide; the holder of the token is no person", async () => {
    const startedBy = (name: string) =>
      harness.state.put({ ...(harness.state.get(runKey("r")) as RunItem), startedBy: name });
    startedBy("ann");
    await harness.ask();
    expect((await harness.decide("ann")).decided).toBe(false);
    harness = setUp();
    startedBy("token");
    await harness.ask();
    expect((await harness.decide("token")).decided).toBe(true);
  });

  test("another person of a similar name may", () => {
    expect(isPerson("anna", "ann")).toBe(false);
    expect(isPerson("joann (x)", "ann")).toBe(false);
  });
});

describe("delegation", () => {
  test("another decides in the place of a person, which is recorded", async () => {
    await harness.ask();
    await harness.delegate("ann", "dan");
    expect(isDelegate(harness.item(), "dan")).toBe(true);
    await harness.decide("dan");
    expect(describeVotes(harness.item())).toBe("1 of 2 approved, by dan for ann");
    expect(await harness.decide("ann")).toMatchObject({
      decided: false,
      why: expect.stringContaining("counts once"),
    });
    await harness.decide("bob");
    expect(harness.item()).toMatchObject({
      decision: { approved: true, decidedBy: "dan, bob" },
      delegations: [{ from: "ann", to: "dan" }],
    });
    expect(harness.published()).toEqual([
      "approval.requested",
      "approval.delegated",
      "approval.voted",
      "approval.decided",
    ]);
  });

  test.each<[string, string, string]>([
    ["to oneself", "ann", "ann"],
    ["to another after it was delegated", "zoe", "bob"],
    ["by a delegate", "yan", "bob"],
    ["to whom another has delegated", "bob", "yan"],
    ["after a vote", "voter", "bob"],
    ["to one who has voted", "bob", "voter"],
    ["to who requested it", "bob", "owner"],
    ["by who requested it", "owner", "bob"],
  ])("is refused %s", async (_, from, to) => {
    await harness.ask({ quorum: { approvals: 3, rejections: 1 }, requestedBy: "owner" });
    await harness.decide("voter");
    await harness.delegate("zoe", "yan");
    expect(await harness.delegate(from, to)).toMatchObject({ decided: false, why: expect.any(String) });
    expect(harness.item().delegations).toHaveLength(1);
  });
});

test("the rule is a function of the item: closed questions count nothing", () => {
  const item = { state: "closed", votes: [] } as unknown as ApprovalItem;
  const now = new Date(NOW).toISOString();
  expect(vote(item, { approved: true, decidedBy: "ann" }, now).kind).toBe("refused");
  expect(delegate(item, { from: "ann", to: "bob" }, now).kind).toBe("refused");
});

describe("votes and delegations of an item", () => {
  const TIME = "2026-11-21T10:00:00.000Z";
  const open = (more: Partial<ApprovalItem> = {}) =>
    ({ state: "pending", quorum: { approvals: 2, rejections: 2 }, ...more }) as ApprovalItem;
  const cast = (by: string, approved = true) => ({ by, approved, at: TIME });
  const named = (from: string, to: string) => ({ from, to, at: TIME });

  test("the last vote is stored with the decision, without notes if there are none", () => {
    const counted = vote(open({ votes: [cast("ann")] }), { approved: true, decidedBy: "bob" }, TIME);
    expect(counted).toEqual({
      kind: "counted",
      set: {
        votes: [cast("ann"), cast("bob")],
        state: "decided",
        decision: { approved: true, decidedBy: "ann, bob" },
        decidedAt: TIME,
      },
    });
  });

  test("where the first answer decides, no votes are stored", () => {
    const answer = { approved: false, decidedBy: "bob" };
    const counted = vote(open({ quorum: undefined, notBy: ["eve"] }), answer, TIME);
    expect(counted).toEqual({
      kind: "counted",
      set: { state: "decided", decision: answer, decidedAt: TIME },
    });
  });

  test("the same vote and the same delegation again change nothing", () => {
    const item = open({ votes: [cast("ann")], delegations: [named("bob", "cem")] });
    expect(vote(item, { approved: true, decidedBy: "ann" }, TIME)).toEqual({ kind: "counted before" });
    expect(delegate(item, { from: "bob", to: "cem" }, TIME)).toEqual({ kind: "counted before" });
  });

  test("a person decides for one other at most, and a delegated decision is not delegated further", () => {
    const item = open({ delegations: [named("ann", "bob")] });
    const kindOf = (from: string, to: string) => delegate(item, { from, to }, TIME).kind;
    expect(kindOf("cem", "bob")).toBe("refused");
    expect(kindOf("bob", "dan")).toBe("refused");
    expect(kindOf("cem", "ann")).toBe("refused");
    expect(kindOf("ann", "dan")).toBe("refused");
    expect(kindOf("cem", "dan")).toBe("counted");
  });

  test("each of several delegates is one", () => {
    const item = open({ delegations: [named("ann", "bob"), named("cem", "dan")] });
    expect(["ann", "bob", "cem", "dan"].filter((person) => isDelegate(item, person))).toEqual(["bob", "dan"]);
  });
});

test("a question that is sent again by the same entry of its state is answered by the decision", () => {
  const entry = (attempt: number) => fenceOf({ entered: question.entered, attempt });
  const item = { state: "decided", level: 1, fence: entry(1) } as ApprovalItem;
  expect(asked(item, { ...item, fence: entry(2) })).toBe("answered already");
  const later = fenceOf({ entered: "2026-11-21T11:00:00.000Z", attempt: 1 });
  expect(asked(item, { ...item, fence: later })).toBe("put");
});
