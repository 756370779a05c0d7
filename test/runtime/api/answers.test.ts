import { describe, expect, test } from "vitest";
import { deadLetterKey, quarantineKey } from "../../../lib/contract/keys/delivery.ts";
import { logKey } from "../../../lib/contract/keys/log.ts";
import { replayKey } from "../../../lib/contract/keys/replay.ts";
import type {
  BreakerItem,
  ControlItem,
  DeadLetterItem,
  DeliveryItem,
  DeployedQueueItem,
  LogItem,
  QuarantineItem,
  ReplayItem,
} from "../../../lib/contract/table.ts";
import { claim, NOW, question, RUN, run, TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const ITEM = { revision: 1, changedAt: TIME, expiresAt: 0 };
const ORDER = { by: "ada", why: "a test", key: "k", at: TIME };
const LATER = new Date(NOW + 5_000).toISOString();
const graph = JSON.stringify({
  workflow: "make-film",
  on: ["film.wanted"],
  deadline: "2 days",
  nodes: [
    { id: "draw", kind: "step", label: "draw", step: "draw" },
    { id: "editor", kind: "approval", label: "editor" },
  ],
  edges: [{ from: "draw", to: "editor" }],
});
const entry = (name: string, at: string, more: Partial<LogItem>): LogItem => ({
  ...logKey(RUN, at, "run", 1, name),
  kind: "log",
  run: RUN,
  epoch: 1,
  at,
  id: `id of ${name}`,
  name,
  source: "millrace",
  correlation: "c1",
  of: "run",
  data: {},
  ...ITEM,
  ...more,
});

describe("runs", () => {
  test("a list shows the subject of a run, why it failed, and where the next page begins", async () => {
    const failed = run({
      status: "failed",
      about: "tides",
      failure: { error: "States.TaskFailed", cause: '{"step":"draw","name":"TypeError","message":"no"}' },
      endedAt: LATER,
      budget: { limit: { usd: 5 }, free: { usd: 4 }, spent: { usd: 1, tokens: 10 }, reserved: {} },
    });
    const searched: unknown[] = [];
    const { get } = testApi({
      views: {
        runs: async (search, wanting) => {
          searched.push(search, wanting);
          return { items: [failed], next: { at: TIME, id: "run#x" } };
        },
      },
    });
    const { json } = await get("/api/runs?status=failed&step=draw&text=tid&limit=1");
    expect(json.items).toEqual([
      {
        run: RUN,
        workflow: "make-film",
        epoch: 1,
        status: "failed",
        key: "tides",
        acceptedAt: TIME,
        endedAt: LATER,
        error: "TypeError",
        failedStep: "draw",
        cost: { usd: 1, tokens: 10, limitUsd: 5 },
      },
    ]);
    await get(`/api/runs?limit=1&cursor=${json.next}`);
    expect(searched).toEqual([
      { status: "failed", step: "draw", text: "tid" },
      { limit: 1, after: undefined },
      {},
      { limit: 1, after: { at: TIME, id: "run#x" } },
    ]);
  });

  test("one run is shown with its steps, approvals, graph and operator actions", async () => {
    const { get } = testApi({
      views: {
        run: async () => ({ run: run({ paused: ORDER }), claims: [claim()], approvals: [question()] }),
        release: async () => ({ graph }) as never,
      },
    });
    const { json } = await get(`/api/runs/${RUN}`);
    expect(json).toMatchObject({
      run: RUN,
      status: "running",
      paused: true,
      version: "v1",
      input: { film: "tides" },
      asOf: TIME,
      event: { id: "e1", name: "film.wanted", source: "shop", correlation: "c1" },
      steps: [
        {
          path: "draw",
          step: "draw",
          direction: "do",
          state: "done",
          result: { picture: "s3://films/a.png" },
        },
      ],
      questions: [
        {
          approval: "editor",
          state: "pending",
          level: 1,
          show: {
            film: {
              artifact: "artifacts?uri=s3%3A%2F%2Ffilms%2Fmake-film%2Fr%2Ffilm.mp4",
              type: "video/mp4",
              name: "film.mp4",
            },
          },
        },
      ],
      actions: [{ action: "pause", by: "ada", why: "a test", at: TIME }],
      nodes: { draw: { state: "done", count: 1, durationMs: 2_000 }, editor: { state: "waiting" } },
    });
    expect(json.actions[0]).not.toHaveProperty("key");
  });

  test("of results that are too large, only the size is shown", async () => {
    const claims = Array.from({ length: 60 }, (_, at) =>
      claim({ path: `draw[${at}]`, result: "x".repeat(60_000) }),
    );
    claims[0] = claim({ path: "draw[0]", result: "x".repeat(70_000) });
    const { get } = testApi({ views: { run: async () => ({ run: run(), claims, approvals: [] }) } });
    const { json, text } = await get(`/api/runs/${RUN}`);
    expect(json.steps[0].result).toEqual({ bytes: 70_002 });
    expect(json.steps[1].result).toHaveLength(60_000);
    expect(json.steps[59].result).toEqual({ bytes: 60_002 });
    expect(text.length).toBeLessThan(3_000_000);
  });

  test("the state at a past time comes from its log", async () => {
    const begun = {
      workflow: "make-film",
      version: "v1",
      acceptedAt: TIME,
      event: { id: "e1", name: "film.wanted", source: "shop", correlation: "c1" },
    };
    const asked: unknown[] = [];
    const { get } = testApi({
      views: {
        runItem: async () => run({ status: "succeeded", endedAt: LATER, output: 1 }),
        log: async (_run, until) => {
          asked.push(until);
          if (until! < TIME) return [];
          return [entry("run.accepted", TIME, { state: { kind: "run", status: "accepted", begun } })];
        },
      },
    });
    const { json } = await get(`/api/runs/${RUN}?at=${TIME}`);
    expect(json).toMatchObject({ status: "accepted", asOf: TIME, steps: [] });
    expect(json).not.toHaveProperty("output");
    expect(json).not.toHaveProperty("endedAt");
    const before = await get(`/api/runs/${RUN}?at=2020-01-01T00:00:00.000Z`);
    expect(before).toMatchObject({
      status: 404,
      json: { error: { message: expect.stringContaining("did not exist") } },
    });
    expect(asked).toEqual([TIME, "2020-01-01T00:00:00.000Z"]);
  });

  test("its log, its timeline, and everything that one event led to", async () => {
    const entries = [
      entry("step.completed", LATER, {
        path: "draw",
        causation: "e1",
        of: "claim",
        data: { more: 1 },
        state: { kind: "step", ...STEP },
      }),
    ];
    const { get } = testApi({
      views: {
        runItem: async () => run(),
        run: async () => ({ run: run(), claims: [claim()], approvals: [question()] }),
        log: async () => entries,
        logPart: async () => ({ items: entries, next: { at: LATER, id: "sk" } }),
        correlated: async (id) => (id === "a//b?c" ? { runs: [RUN], entries } : { runs: [], entries: [] }),
      },
    });
    const log = { id: "id of step.completed", at: LATER, name: "step.completed", path: "draw", epoch: 1 };
    expect((await get(`/api/runs/${RUN}/log`)).json).toEqual({
      items: [{ ...log, source: "millrace", causation: "e1", data: { ...STEP, more: 1 } }],
      next: expect.any(String),
    });
    expect((await get(`/api/runs/${RUN}/timeline`)).json.bars).toEqual([
      { path: "draw", kind: "running", from: TIME, to: LATER, attempt: 1, outcome: "done" },
      { path: "editor", kind: "person", from: TIME, attempt: 1 },
    ]);
    expect((await get("/api/correlations?id=a%2F%2Fb%3Fc")).json).toMatchObject({
      runs: [RUN],
      items: [{ run: RUN, name: "step.completed" }],
    });
  });
});

const STEP = {
  workflow: "make-film",
  step: "draw",
  direction: "do" as const,
  attempt: 1,
  startedAt: TIME,
  endedAt: LATER,
  state: "done" as const,
};

describe("what is deployed", () => {
  const queue = { name: "make-film", queueUrl: "q", workflow: "make-film" } as DeployedQueueItem;
  const letter: DeadLetterItem = {
    ...deadLetterKey("d1"),
    kind: "dead-letter",
    id: "d1",
    subscriber: "make-film",
    purpose: "event",
    body: "{}",
    queueUrl: "q",
    receives: 20,
    reason: "no",
    event: { id: "e1", name: "film.wanted", source: "shop", time: TIME, correlation: "e1" },
    sentAt: TIME,
    diedAt: TIME,
    listedAt: TIME,
    ...ITEM,
  };
  const views = {
    queues: async () => [queue],
    depths: async () => new Map([["q", { backlog: 3, inFlight: 1, delayed: 0 }]]),
    ages: async () => new Map([["q", 95]]),
    deadLetters: async () => ({ items: [letter], next: undefined }),
    deadLetter: async () => letter,
    controls: async (names: readonly { name: string }[]) =>
      names.map(({ name }) => (name === "make-film" ? ({ name, paused: ORDER } as ControlItem) : undefined)),
  };
  const inbox = { backlog: 3, inFlight: 1, delayed: 0, oldestSeconds: 95, dead: 1 };
  const paused = { by: "ada", why: "a test", at: TIME };

  test("workflows with their versions and the number of messages in their queue", async () => {
    const versions = [
      { workflow: "make-film", version: "v1", deployedAt: TIME, runs: 2 },
      { workflow: "other", version: "v1", deployedAt: TIME, runs: 9 },
    ];
    const { json } = await testApi({ views: { ...views, versions: async () => versions } }).get(
      "/api/workflows",
    );
    expect(json.items).toEqual([
      {
        name: "make-film",
        version: "v1",
        on: ["film.wanted"],
        deadline: "2 days",
        steps: ["draw"],
        versions: [{ version: "v1", deployedAt: TIME, liveRuns: 2 }],
        paused,
        inbox,
      },
    ]);
  });

  test("the map joins publishers and subscribers", async () => {
    const { json } = await testApi({ views }).get("/api/map");
    expect(json.nodes).toContainEqual({
      id: "workflow:make-film",
      kind: "workflow",
      label: "make-film",
      queue: inbox,
      paused: true,
    });
    const ids = json.nodes.map(({ id }: { id: string }) => id);
    for (const { from, to } of json.edges) expect(ids).toEqual(expect.arrayContaining([from, to]));
    expect(json.edges).toContainEqual({
      from: "step:make-film/draw",
      to: "event:film.made",
      event: "film.made",
    });
    expect(json.edges).toContainEqual({
      from: "event:film.made",
      to: "reaction:tell-people",
      event: "film.made",
    });
    expect(json.edges).toContainEqual({
      from: "producer:",
      to: "event:film.wanted",
      event: "film.wanted",
    });
  });

  test("subscribers with what is overdue", async () => {
    const overdue = [{ subscriber: "tell-people" }, { subscriber: "tell-people" }] as DeliveryItem[];
    const deliveries = async () => ({ items: overdue, next: undefined });
    const { json } = await testApi({ views: { ...views, deliveries } }).get("/api/subscribers");
    expect(json.items).toEqual([
      {
        name: "make-film",
        kind: "workflow",
        events: ["film.wanted", "film.paid"],
        deadline: "5 minutes",
        queue: inbox,
        paused,
        overdue: 0,
      },
      { name: "tell-people", kind: "reaction", events: ["film.made"], deadline: "5 minutes", overdue: 2 },
    ]);
  });

  test("events with their contracts; those of Millrace itself have none", async () => {
    const { get } = testApi();
    const { items } = (await get("/api/events")).json;
    expect(items).toContainEqual({
      name: "film.made",
      versions: [1],
      publishers: ["draw"],
      subscribers: ["tell-people"],
      reserved: false,
    });
    expect((await get("/api/events/film.made")).json.contracts).toMatchObject([
      { version: 1, example: { film: "tides" } },
    ]);
    expect((await get("/api/events/run.failed")).json).toMatchObject({ reserved: true, contracts: [] });
  });

  test("breakers, including those without a record", async () => {
    const open = { state: "open", inARow: 5, until: NOW, forced: { ...ORDER, to: "open" } } as BreakerItem;
    const breakers = async (names: readonly string[]) =>
      names.map((name) => (name === "mail" ? open : undefined));
    expect((await testApi({ views: { breakers } }).get("/api/breakers")).json.items).toEqual([
      { breaker: "model", state: "closed", inARow: 0, usedBy: ["draw"] },
      {
        breaker: "mail",
        state: "open",
        inARow: 5,
        until: TIME,
        usedBy: ["tell-people"],
        forced: { ...paused, to: "open" },
      },
    ]);
  });

  test("dead letters: a list without the messages, one with its own", async () => {
    const { get } = testApi({ views });
    const { body, ...shown } = (await get("/api/dead-letters/d1")).json;
    expect(body).toBe("{}");
    expect(shown).toMatchObject({ id: "d1", subscriber: "make-film", purpose: "event", reason: "no" });
    expect(shown.event).toEqual({ id: "e1", name: "film.wanted" });
    expect((await get("/api/dead-letters?subscriber=make-film")).json.items).toEqual([shown]);
  });

  test.each([
    [
      "a step",
      { taskToken: "secret", input: { taskToken: "of the app" } },
      { input: { taskToken: "of the app" } },
    ],
    [
      "a command to send it again",
      { action: "send-missing", message: { taskToken: "secret", path: "a" } },
      { action: "send-missing", message: { path: "a" } },
    ],
  ])("the message of %s is shown without the token that answers for it", async (_, message, shown) => {
    const body = JSON.stringify(message);
    const withToken = { ...letter, body, edited: body };
    const { get } = testApi({ views: { ...views, deadLetter: async () => withToken } });
    const { json } = await get("/api/dead-letters/d1");
    expect(JSON.parse(json.body)).toEqual(shown);
    expect(JSON.parse(json.edited)).toEqual(shown);
  });
});

describe("what needs attention", () => {
  test("deliveries of an event, and those that are a problem", async () => {
    const item: DeliveryItem = {
      pk: "delivery#e1",
      sk: "make-film",
      kind: "delivery",
      event: "e1",
      name: "film.wanted",
      source: "shop",
      correlation: "c1",
      subscriber: "make-film",
      state: "published",
      progress: "0#",
      dueAt: LATER,
      publishedAt: TIME,
      ...ITEM,
    };
    const asked: string[] = [];
    const { get } = testApi({
      views: {
        deliveriesOf: async () => [item, { ...item, subscriber: "tell-people" }],
        deliveries: async (kind, { subscriber }) => {
          asked.push(`${kind} ${subscriber}`);
          return { items: subscriber ? [] : [item], next: undefined };
        },
      },
    });
    const shown = {
      event: "e1",
      name: "film.wanted",
      source: "shop",
      correlation: "c1",
      subscriber: "make-film",
      state: "published",
      publishedAt: TIME,
      dueAt: LATER,
    };
    expect((await get("/api/deliveries?event=e1&subscriber=make-film")).json.items).toEqual([shown]);
    expect((await get("/api/deliveries?overdue=true")).json.items).toEqual([shown]);
    expect((await get("/api/deliveries?subscriber=tell-people")).json.items).toEqual([]);
    expect(asked).toEqual(["overdue undefined", "problem tell-people"]);
  });

  test("quarantined events: a list without the bodies, one with its own", async () => {
    const item: QuarantineItem = {
      ...quarantineKey("q1"),
      kind: "quarantine",
      id: "q1",
      subscriber: "make-film",
      reason: "contract",
      body: "{}",
      ...ITEM,
      findings: [{ path: "film", message: "no" }],
      name: "film.wanted",
      source: "shop",
      quarantinedAt: TIME,
      listedAt: TIME,
      resolved: { ...ORDER, as: "discarded" },
    };
    const { get } = testApi({
      views: { quarantined: async () => ({ items: [item], next: undefined }), quarantine: async () => item },
    });
    const { body, ...shown } = (await get("/api/quarantine/q1")).json;
    expect(body).toBe("{}");
    expect(shown).toMatchObject({ id: "q1", reason: "contract", resolved: { as: "discarded", by: "ada" } });
    expect((await get("/api/quarantine")).json.items).toEqual([shown]);
  });

  test("questions that are pending, and replays with their progress", async () => {
    const item: ReplayItem = {
      ...replayKey("millrace-r"),
      kind: "replay",
      replay: "millrace-r",
      requested: ORDER,
      from: TIME,
      to: LATER,
      again: false,
      subscribers: ["make-film"],
      events: ["film.wanted"],
      dry: true,
      listedAt: TIME,
      ...ITEM,
      counts: { "make-film duplicate": 3 },
    };
    const { get } = testApi({
      views: {
        openApprovals: async () => ({
          items: [question({ until: LATER, otherwise: "reject" })],
          next: undefined,
        }),
        replays: async () => ({ items: [item], next: undefined }),
        replay: async () => ({ item, progress: { state: "running", deliveredUntil: TIME } }),
      },
    });
    expect((await get("/api/approvals")).json.items).toMatchObject([
      { run: RUN, path: "editor", until: LATER, otherwise: "reject" },
    ]);
    const [listed] = (await get("/api/replays")).json.items;
    expect(listed).toMatchObject({ replay: "millrace-r", dry: true, counts: { "make-film duplicate": 3 } });
    expect((await get("/api/replays/millrace-r")).json).toEqual({
      ...listed,
      state: "running",
      deliveredUntil: TIME,
    });
  });

  test("a file's address is given, or redirected to", async () => {
    const { get } = testApi({ views: { signedUrl: async () => "https://files/x?signed" } });
    const led = await get("/api/artifacts?uri=s3%3A%2F%2Ffilms%2Fx");
    expect([led.status, led.headers.get("location")]).toEqual([302, "https://files/x?signed"]);
    const answer = await get("/api/artifacts?uri=s3%3A%2F%2Ffilms%2Fx", {
      headers: { accept: "application/json" },
    });
    expect(answer.json).toEqual({ url: "https://files/x?signed" });
  });
});
