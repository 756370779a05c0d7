import { describe, expect, test } from "vitest";
import type { ApprovalItem, DeployedQueueItem } from "../../../lib/contract/table.ts";
import { issued, NOW, question, RUN, run, TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const WHY = { why: "a test" };
const PAYLOAD = { film: "tides" };
const SAID = { by: "token", why: "a test", key: "k1" };
const there = async () => ({}) as never;
const views = {
  runItem: async () => run(),
  deadLetter: there,
  quarantine: there,
  replay: there,
  queues: async () => [{ name: "make-film" }] as DeployedQueueItem[],
};

describe("a command is passed to the control function unchanged, with its operator and key", () => {
  test.each<[string, object, object]>([
    [
      "/api/runs",
      { workflow: "make-film", event: "film.wanted", version: 1, payload: PAYLOAD },
      {
        action: "start",
        target: { workflow: "make-film" },
        event: "film.wanted",
        version: 1,
        payload: PAYLOAD,
      },
    ],
    [`/api/runs/${RUN}/pause`, {}, { action: "pause", target: { run: RUN } }],
    [`/api/runs/${RUN}/resume`, {}, { action: "resume", target: { run: RUN } }],
    [`/api/runs/${RUN}/terminate`, {}, { action: "terminate", target: { run: RUN } }],
    [`/api/runs/${RUN}/retry`, {}, { action: "retry", target: { run: RUN } }],
    ["/api/workflows/make-film/drain", {}, { action: "drain", target: { workflow: "make-film" } }],
    ["/api/subscribers/make-film/pause", {}, { action: "pause", target: { workflow: "make-film" } }],
    ["/api/subscribers/tell-people/resume", {}, { action: "resume", target: { subscriber: "tell-people" } }],
    ["/api/breakers/mail", { to: "auto" }, { action: "force", target: { breaker: "mail" }, state: "auto" }],
    [
      "/api/settings/workflow/make-film",
      { values: { "perKey.starts": 5 }, revision: 2 },
      {
        action: "set",
        target: { workflow: "make-film" },
        revision: 2,
        values: { "perKey.starts": 5 },
      },
    ],
    [
      "/api/settings/reaction/tell-people/restore",
      { restore: 0 },
      { action: "set", target: { subscriber: "tell-people" }, restore: 0 },
    ],
    [
      "/api/dead-letters/d1/redrive",
      { body: "{}" },
      { action: "redrive", target: { deadLetter: "d1" }, body: "{}" },
    ],
    ["/api/dead-letters/d1/discard", {}, { action: "discard", target: { deadLetter: "d1" } }],
    [
      "/api/dead-letters/redrive",
      { rate: 5 },
      { action: "redrive", target: { all: "dead-letters" }, rate: 5 },
    ],
    [
      "/api/dead-letters/discard",
      { subscriber: "make-film" },
      { action: "discard", target: { subscriber: "make-film" } },
    ],
    [
      "/api/quarantine/q1/release",
      { payload: PAYLOAD, version: 2 },
      { action: "release-event", target: { quarantine: "q1" }, payload: PAYLOAD, version: 2 },
    ],
    ["/api/quarantine/q1/discard", {}, { action: "discard-event", target: { quarantine: "q1" } }],
    [
      "/api/replays",
      { all: true, from: TIME, to: TIME, events: ["film.made"], dry: true },
      {
        action: "replay",
        target: { all: "subscribers" },
        from: TIME,
        to: TIME,
        events: ["film.made"],
        dry: true,
      },
    ],
    [
      "/api/replays",
      { subscriber: "tell-people", from: TIME, to: TIME, again: true },
      { action: "replay", target: { subscriber: "tell-people" }, from: TIME, to: TIME, again: true },
    ],
    ["/api/replays", { run: RUN }, { action: "replay", target: { run: RUN } }],
    ["/api/replays/millrace-r/cancel", {}, { action: "cancel", target: { replay: "millrace-r" } }],
  ])("POST %s %j", async (path, body, command) => {
    const { post, orders } = testApi({ views });
    expect(await post(path, { ...body, ...WHY })).toMatchObject({ status: 200, json: { done: true } });
    expect(orders).toEqual([{ ...command, ...SAID }]);
  });

  test("a discarded item is neither edited nor corrected", async () => {
    const { post, orders } = testApi({ views });
    expect((await post("/api/dead-letters/d1/discard", { body: "{}", ...WHY })).status).toBe(400);
    expect((await post("/api/quarantine/q1/discard", { payload: PAYLOAD, ...WHY })).status).toBe(400);
    expect(orders).toEqual([]);
  });
});

describe("an event that is sent manually", () => {
  const EVENT = { name: "film.wanted", version: 1, payload: PAYLOAD, ...WHY };

  test("is the same event under the same key, for every sender, and another under another key", async () => {
    const { post, sent } = testApi();
    const ids = [];
    for (const key of ["a", "a", "b"])
      ids.push((await post("/api/events", EVENT, { headers: { "idempotency-key": key } })).json.event);
    const authorizer = { iam: { userArn: "arn:ada" } };
    ids.push(
      (await post("/iam/events", EVENT, { headers: { "idempotency-key": "a" }, authorizer })).json.event,
    );
    expect(ids).toEqual([ids[0], ids[0], ids[2], ids[0]]);
    expect(ids[2]).not.toBe(ids[0]);
    expect(sent[0]).toEqual({ name: "film.wanted", payload: PAYLOAD, saying: { id: ids[0] } });
  });

  test("to a waiting run has the run's correlation; to an ended run it is refused", async () => {
    const signal = { event: "film.paid", payload: PAYLOAD, ...WHY };
    const open = testApi({ views });
    expect((await open.post(`/api/runs/${RUN}/signal`, signal)).status).toBe(200);
    expect(open.sent).toMatchObject([{ name: "film.paid", saying: { correlation: "c1", subject: RUN } }]);
    const ended = testApi({ views: { ...views, runItem: async () => run({ status: "failed" }) } });
    expect((await ended.post(`/api/runs/${RUN}/signal`, signal)).status).toBe(409);
    const { json: other } = await open.post(`/api/runs/${RUN}/signal`, { ...signal, event: "film.made" });
    expect(other.error.message).toBe(
      `Run ${RUN} receives no "film.made". Runs of make-film wait for: film.paid.`,
    );
    expect(ended.sent).toEqual([]);
  });
});

describe("an approval", () => {
  const opened = (asked: Partial<ApprovalItem> = {}, meanwhile?: Partial<ApprovalItem>) => {
    const decisions: unknown[] = [];
    const opened = testApi({
      views: { run: async () => ({ run: run(), claims: [], approvals: [question(asked)] }) },
      approvals: {
        async decide(key, decision) {
          if (meanwhile) return { decided: false, existing: question(meanwhile) };
          decisions.push([key.sk, decision]);
          return { decided: true };
        },
        delegate: async () => ({ decided: true }),
      },
    });
    const decide = (decision: string, level = 1) =>
      opened.post(`/api/approvals/${RUN}/editor`, { decision, level, note: "so" });
    return { decisions, decide };
  };
  const by = (approved: boolean, decidedBy: string) => ({
    state: "decided" as const,
    decision: { approved, decidedBy },
  });

  test("is decided by the signed-in user", async () => {
    const { decisions, decide } = opened();
    expect((await decide("reject")).status).toBe(200);
    expect(decisions).toEqual([["approval#1#editor", { approved: false, decidedBy: "token", note: "so" }]]);
  });

  test("of an iteration is found by its whole path", async () => {
    const decisions: string[] = [];
    const path = "scenes[3]/editor";
    const { post } = testApi({
      views: { run: async () => ({ run: run(), claims: [], approvals: [question({ path })] }) },
      approvals: {
        async decide({ sk }) {
          decisions.push(sk);
          return { decided: true };
        },
        delegate: async () => ({ decided: true }),
      },
    });
    for (const written of [encodeURIComponent(path), "scenes%5B3%5D/editor"])
      expect((await post(`/api/approvals/${RUN}/${written}`, { decision: "approve", level: 1 })).status).toBe(
        200,
      );
    expect(decisions).toHaveLength(2);
  });

  test.each<[string, Partial<ApprovalItem>, string]>([
    ["that was decided otherwise", by(true, "bob"), "approved by bob"],
    ["that was escalated since it was read", { level: 2 }, "escalated"],
    ["whose run has ended", { state: "closed" }, "is closed"],
    ["whose time is over", { until: new Date(NOW - 1).toISOString() }, "is closed"],
  ])("%s is not decided, whether that was known before or not", async (_, state, says) => {
    const before = opened(state);
    expect(await before.decide("reject")).toMatchObject({ status: 409 });
    expect(before.decisions).toEqual([]);
    const then = await opened({}, state).decide("reject");
    expect(then).toMatchObject({ status: 409, json: { error: { code: "conflict" } } });
    expect(then.json.error.message).toContain(says);
  });

  describe("of several people", () => {
    const quorum = { quorum: { approvals: 2, rejections: 1 } };
    const ask = (asked: Partial<ApprovalItem>, more: Parameters<typeof testApi>[0] = {}) => {
      const delegated: unknown[] = [];
      const item = question({ ...quorum, ...asked });
      const opened = testApi({
        views: { run: async () => ({ run: run(), claims: [], approvals: [item] }) },
        approvals: {
          async decide(_, { approved, decidedBy }) {
            if (decidedBy === "refused") return { decided: false, existing: item, why: "They may not." };
            const votes = [{ by: decidedBy, approved, at: new Date(NOW).toISOString() }];
            return { decided: true, counted: { ...item, votes } };
          },
          async delegate(_, delegation) {
            delegated.push(delegation);
            return delegation.to === "refused"
              ? { decided: false, existing: item, why: "They may not." }
              : { decided: true, counted: item };
          },
        },
        ...more,
      });
      return { ...opened, delegated };
    };
    const path = `/api/approvals/${RUN}/editor`;

    test("a vote that does not decide says how far it is", async () => {
      const answer = await ask({}).post(path, { decision: "approve", level: 1 });
      expect(answer.json.says).toBe("Your approval of editor counts: 1 of 2 approved, by token.");
    });

    test("a delegation is recorded under the name of who is signed in, and says why it is refused", async () => {
      const { post, delegated } = ask({});
      expect((await post(path, { decision: "delegate", to: "dan", level: 1 })).status).toBe(200);
      expect(delegated).toEqual([{ from: "token", to: "dan", note: undefined }]);
      const refused = await post(path, { decision: "delegate", to: "refused", level: 1 });
      expect(refused).toMatchObject({ status: 409, json: { error: { message: "They may not." } } });
      expect((await post(path, { decision: "delegate", level: 1 })).status).toBe(422);
      expect((await post(path, { decision: "delegate", to: "dan", level: 7 })).status).toBe(409);
    });

    test("a viewer decides only in the place of a person who said so, and delegates nothing", async () => {
      const signIn = {
        by: "issuer",
        roleClaim: "groups",
        roles: { viewer: ["all"], decider: [], operator: [] },
      } as const;
      const viewer = issued({ groups: "all" });
      const at = new Date(NOW).toISOString();
      const named = ask({ delegations: [{ from: "ann", to: "s-1", at }] }, { signIn } as never);
      expect((await named.post(path, { decision: "approve", level: 1 }, viewer)).status).toBe(200);
      expect((await named.post(path, { decision: "delegate", to: "x", level: 1 }, viewer)).status).toBe(403);
      const other = ask({ delegations: [{ from: "ann", to: "s-2", at }] }, { signIn } as never);
      expect((await other.post(path, { decision: "approve", level: 1 }, viewer)).status).toBe(403);
    });

    test("the question shows who has voted", async () => {
      const at = new Date(NOW).toISOString();
      const { get } = ask({ votes: [{ by: "ann", approved: true, at }], notBy: ["owner"] });
      const { questions } = (await get(`/api/runs/${RUN}`)).json;
      expect(questions[0]).toMatchObject({
        progress: "1 of 2 approved, by ann",
        quorum: { approvals: 2, rejections: 1 },
        notBy: ["owner"],
        votes: [{ by: "ann", approved: true, at }],
      });
    });
  });

  test("with the same decision twice by the same person is decided", async () => {
    expect((await opened(by(true, "token")).decide("approve")).status).toBe(200);
    expect((await opened({}, by(true, "token")).decide("approve")).status).toBe(200);
    expect((await opened(by(true, "token")).decide("reject")).status).toBe(409);
  });
});
