import { expect, test } from "vitest";
import { reportOf } from "../../../bin/mcp/run-report.ts";
import { READS, ROUTE_TOOLS } from "../../../bin/mcp/tools.ts";
import type { RunDetail } from "../../../lib/contract/api/index.ts";
import type { LimitLaneItem } from "../../../lib/contract/table.ts";
import { claim, question, RUN, run, SYSTEM, TIME } from "../../runtime/api/fixtures.ts";
import { agent } from "./agent.ts";

test("each tool is a route of the API, says what it changes, and takes what the route takes", async () => {
  const { client } = await agent();
  const { tools } = await client.listTools();
  const named = new Map(tools.map((tool) => [tool.name, tool]));
  expect([...named.keys()].toSorted()).toEqual(
    [...ROUTE_TOOLS.map(({ name }) => name), "explain_run", "follow_run"].toSorted(),
  );
  for (const { name, route } of ROUTE_TOOLS) {
    const { annotations, inputSchema } = named.get(name)!;
    expect([name, annotations?.readOnlyHint]).toEqual([name, route.startsWith("GET ")]);
    for (const [, parameter] of route.matchAll(/\{(\w+)\}/g))
      expect(inputSchema.required).toContain(parameter);
  }
  expect(named.get("terminate_run")!.annotations).toMatchObject({ destructiveHint: true });
  expect(named.get("send_event")!.inputSchema).toMatchObject({
    properties: { name: { type: "string" }, payload: { type: "object" }, why: {}, idempotencyKey: {} },
    required: ["why", "name", "version", "payload"],
  });
});

test("an event that breaks its contract is refused in the API's words, and a correct one is sent once for its key", async () => {
  const { api, use } = await agent();
  const event = { name: "film.wanted", version: 1, why: "asked to" };
  const wrong = await use("send_event", { ...event, payload: { film: "" } });
  expect(wrong).toMatchObject({ isError: true, text: expect.stringMatching(/- .*film/) });
  expect(api.sent).toEqual([]);
  const sent = await use("send_event", { ...event, payload: { film: "tides" }, idempotencyKey: "k-7" });
  expect(sent.isError).toBe(false);
  expect(api.sent).toMatchObject([{ name: "film.wanted", payload: { film: "tides" } }]);
});

test("a change has a new key, unless the agent gives one, and its reason", async () => {
  const { api, use } = await agent({ views: { runItem: async () => run({ status: "failed" }) } });
  await use("retry_run", { run: RUN, why: "the downstream is back" });
  await use("retry_run", { run: RUN, why: "again", idempotencyKey: "mine" });
  expect(api.orders).toMatchObject([
    { action: "retry", target: { run: RUN }, why: "the downstream is back", key: "key-1", by: "token" },
    { action: "retry", key: "mine" },
  ]);
});

test("an agent may do what its token may", async () => {
  const { api, use } = await agent({}, { token: "stolen" });
  const refused = await use("start_run", {
    workflow: "make-film",
    event: "film.wanted",
    version: 1,
    payload: { film: "tides" },
    why: "w",
  });
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("The token is not valid") });
  expect(api.orders).toEqual([]);
});

test("arguments that a tool does not take are refused before the API is called", async () => {
  const { api, use } = await agent();
  const refused = await use("send_event", { name: "film.wanted", payload: {} });
  expect(refused.isError).toBe(true);
  expect(refused.text).toMatch(/why|version/);
  expect(api.sent).toEqual([]);
  const decision = { run: RUN, path: "editor", level: 1, decision: "approved", why: "good" };
  expect((await use("decide_approval", decision)).text).toContain(
    "Unknown: why. It takes: run, path, decision (approve | reject | delegate), to (optional), note (optional), level, idempotencyKey (optional).",
  );
});

test("a failed run is explained: each attempt, and how to continue it", async () => {
  const failure = { policy: "retry", name: "TypeError", message: "no film" } as const;
  const claims = [claim({ state: "failed", attempt: 3, endedAt: "2026-03-01T12:00:00.000Z", failure })];
  const failed = run({
    status: "failed",
    failure: {
      error: "Millrace.Retry",
      cause: JSON.stringify({ step: "draw", path: "draw", attempt: 3, ...failure }),
    },
  });
  const { use } = await agent({ views: { run: async () => ({ run: failed, claims, approvals: [] }) } });
  const { json } = await use("explain_run", { run: RUN });
  expect(json).toMatchObject({
    run: RUN,
    status: "failed",
    settled: true,
    failure: expect.stringContaining("TypeError: no film"),
    failedSteps: [{ path: "draw" }],
    next: [expect.stringContaining("retry_run")],
  });
});

test("a run is followed until a person has to decide, and then says by which tool", async () => {
  let reads = 0;
  const asked = question({ state: "pending" });
  const { use, passed } = await agent({
    views: {
      run: async () => ({ run: run(), claims: [], approvals: ++reads < 4 ? [] : [asked] }),
      log: async () => [],
    },
  });
  const { json } = await use("follow_run", { run: RUN, seconds: 20 });
  expect(json.next.join()).toContain(`decide_approval with run "${RUN}", path "${asked.path}"`);
  expect(passed()).toBe(3_000);
});

test("a run that waits for its start in a shared limit names the tool that lists who has the places", async () => {
  const lane = { places: [{ execution: `${RUN}-e1`, key: "acme", at: Date.parse(TIME) }] } as LimitLaneItem;
  const asked: string[] = [];
  const limit = { name: "model-calls", key: "acme" };
  const { client, use } = await agent({
    system: { ...SYSTEM, limits: [{ name: "model-calls", byKey: true, workflows: ["make-film"] }] },
    views: {
      run: async () => ({ run: run({ status: "accepted", limit }), claims: [], approvals: [] }),
      log: async () => [],
      limitLane: async (name, key) => {
        asked.push(`${name} ${key}`);
        return { lane, waiting: [] };
      },
    },
  });
  const { json: explained } = await use("explain_run", { run: RUN });
  expect(explained.next).toContainEqual(
    expect.stringContaining('get_limit with name "model-calls", key "acme"'),
  );
  expect(explained.next.at(-1)).toMatch(/^It has not started: .+ follow_run/);
  const { json } = await use("get_limit", limit);
  expect(json).toEqual({
    places: [{ run: RUN, workflow: "make-film", key: "acme", since: TIME }],
    waiting: [],
  });
  expect(asked).toEqual(["model-calls acme"]);
  expect((await use("list_limits")).json.items).toEqual([
    { limit: "model-calls", byKey: true, usedBy: ["make-film"] },
  ]);
  expect(await use("get_limit", { name: "none" })).toMatchObject({
    isError: true,
    text: expect.stringContaining("none"),
  });
  const { tools } = await client.listTools();
  for (const name of ["list_limits", "get_limit"])
    expect(tools.find((tool) => tool.name === name)!.annotations).toEqual(READS);
});

test("a run that waits for another one says to follow that one", () => {
  const waiting = [{ path: "clip", for: "run make-clip-a", by: "run" as const, since: TIME }];
  const detail = { run: RUN, workflow: "make-film", status: "running", waiting, steps: [], questions: [] };
  expect(reportOf(detail as unknown as RunDetail)).toMatchObject({
    settled: true,
    next: ["It waits for run make-clip-a: follow_run with the id of that run."],
  });
});

test("following a run that continues ends after the given time", async () => {
  const { use, passed } = await agent({
    views: { run: async () => ({ run: run(), claims: [], approvals: [] }), log: async () => [] },
  });
  const { json } = await use("follow_run", { run: RUN, seconds: 5 });
  expect(json).toMatchObject({
    status: "running",
    settled: false,
    next: [expect.stringContaining("follow_run")],
  });
  expect(passed()).toBe(5_000);
});

test("a run is followed beyond a wait whose signal is on its way", async () => {
  let reads = 0;
  const state = {
    kind: "wait",
    purpose: "event",
    event: "film.paid",
    key: "tides",
    state: "waiting",
    since: TIME,
  };
  const entry = {
    run: RUN,
    epoch: 1,
    at: TIME,
    name: "wait.started",
    path: "paid",
    of: "paid",
    revision: 1,
    state,
  };
  const { use, passed } = await agent({
    views: {
      run: async () => ({
        run: run(++reads > 2 ? { status: "succeeded" } : {}),
        claims: [],
        approvals: [],
      }),
      log: async () => [entry] as never,
    },
  });
  expect((await use("explain_run", { run: RUN })).json.waitsFor).toEqual(["film.paid of tides (at paid)"]);
  const { json } = await use("follow_run", { run: RUN, seconds: 20 });
  expect(json).toMatchObject({ status: "succeeded" });
  expect(passed()).toBe(1_000);
});

test("a run that was just started is followed from its acceptance on; one that does not exist is refused", async () => {
  let reads = 0;
  const ended = run({ status: "succeeded" });
  const { use, passed } = await agent({
    views: {
      run: async (id) => (id === RUN && ++reads > 3 ? { run: ended, claims: [], approvals: [] } : undefined),
      log: async () => [],
    },
  });
  expect((await use("follow_run", { run: RUN, seconds: 20 })).json).toMatchObject({ status: "succeeded" });
  expect(passed()).toBe(3_000);
  const refused = await use("follow_run", { run: "make-film-none", seconds: 200 });
  expect(refused).toMatchObject({ isError: true, text: expect.stringContaining("list_runs lists them.") });
  expect(passed()).toBe(13_000);
});

test("a missing resource is an error with the API's message", async () => {
  const { use } = await agent();
  expect(await use("explain_run", { run: "none" })).toMatchObject({
    isError: true,
    text: expect.stringContaining("none"),
  });
});

test("runs and contracts are resources", async () => {
  const { client } = await agent({
    views: {
      runs: async () => ({ items: [run()], next: undefined }),
      run: async () => ({ run: run(), claims: [], approvals: [] }),
    },
  });
  const { resources } = await client.listResources();
  const uris = resources.map(({ uri }) => uri);
  expect(uris).toContain(`millrace://runs/${RUN}`);
  expect(uris).toContain("millrace://events/film.wanted");
  const { contents } = await client.readResource({ uri: "millrace://events/film.wanted" });
  expect(JSON.parse((contents[0] as { text: string }).text).contracts[0].schema.required).toEqual(["film"]);
});

test("a long answer is cut, and says so", async () => {
  const many = Array.from({ length: 200 }, (_, at) => run({ run: `make-film-${at}`, key: "k".repeat(300) }));
  const { use } = await agent({ views: { runs: async () => ({ items: many, next: undefined }) } });
  const { text } = await use("list_runs", { limit: 200 });
  expect(text.length).toBeLessThan(41_000);
  expect(text).toMatch(/more characters\. Ask for less/);
});
