import { describe, expect, test } from "vitest";
import { question, RUN, run } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const WHY = { why: "a test" };
const PAYLOAD = { film: "tides" };
const views = {
  runItem: async (id: string) => (id === RUN ? run() : undefined),
  run: async (id: string) => (id === RUN ? { run: run(), claims: [], approvals: [question()] } : undefined),
};

/** Every route that changes something, with a body that is as it must be, where the things that it names are there. */
const CHANGES: [string, Record<string, unknown>][] = [
  ["/api/runs", { workflow: "make-film", event: "film.wanted", version: 1, payload: PAYLOAD, ...WHY }],
  ...["pause", "resume", "terminate", "retry"].map((action): [string, Record<string, unknown>] => [
    `/api/runs/${RUN}/${action}`,
    WHY,
  ]),
  [`/api/runs/${RUN}/signal`, { event: "film.paid", payload: PAYLOAD, ...WHY }],
  ["/api/workflows/make-film/drain", WHY],
  ["/api/subscribers/tell-people/pause", WHY],
  ["/api/events", { name: "film.wanted", version: 1, payload: PAYLOAD, ...WHY }],
  [`/api/approvals/${RUN}/editor`, { decision: "approve", level: 1 }],
  ["/api/dead-letters/redrive", WHY],
  ["/api/breakers/mail", { to: "open", ...WHY }],
  ["/api/replays", { all: true, from: "2026-02-01T00:00:00.000Z", to: "2026-02-02T00:00:00.000Z", ...WHY }],
];

describe("every change", () => {
  test.each(CHANGES)("%s is carried out if it is valid", async (path, body) => {
    expect((await testApi({ views }).post(path, body)).status).toBe(200);
  });

  test.each(CHANGES)("%s needs an Idempotency-Key", async (path, body) => {
    const { post, orders, sent } = testApi({ views });
    const answer = await post(path, body, { headers: { "idempotency-key": undefined } });
    expect(answer).toMatchObject({ status: 400, json: { error: { path: "header.idempotency-key" } } });
    expect(answer.json.error.message).toMatch(/^header\.idempotency-key: the header is missing\. Send one: /);
    expect([...orders, ...sent]).toEqual([]);
  });

  test.each(CHANGES.filter(([, body]) => "why" in body))("%s needs a reason", async (path, body) => {
    const { post, orders, sent } = testApi({ views });
    for (const why of [undefined, "", "  ", 7]) {
      const answer = await post(path, { ...body, why });
      expect(answer).toMatchObject({ status: 400, json: { error: { path: "body.why" } } });
    }
    expect([...orders, ...sent]).toEqual([]);
  });

  test.each(CHANGES)("%s refuses a body that is not JSON, not an object, or too large", async (path) => {
    const { post, orders, sent } = testApi({ views });
    expect((await post(path, "{")).status).toBe(400);
    expect((await post(path, "[]")).status).toBe(400);
    expect((await post(path, undefined)).status).toBe(400);
    const large = await post(path, { why: "x".repeat(1_200_000) });
    expect(large).toMatchObject({ status: 413, json: { error: { code: "too-large" } } });
    expect([...orders, ...sent]).toEqual([]);
  });
});

describe("unknown names", () => {
  test.each<[string, object]>([
    ["/api/runs", { workflow: "unknown", event: "film.wanted", version: 1, payload: PAYLOAD, ...WHY }],
    ["/api/runs", { workflow: "make-film", event: "film.made", version: 1, payload: PAYLOAD, ...WHY }],
    ["/api/runs", { workflow: "make-film", event: "film.wanted", version: 7, payload: PAYLOAD, ...WHY }],
    ["/api/runs/unknown/pause", WHY],
    ["/api/runs/unknown/signal", { event: "film.paid", payload: PAYLOAD, ...WHY }],
    [`/api/runs/${RUN}/signal`, { event: "film.made", payload: PAYLOAD, ...WHY }],
    ["/api/workflows/tell-people/pause", WHY],
    ["/api/subscribers/unknown/pause", WHY],
    ["/api/events", { name: "film.lost", version: 1, payload: PAYLOAD, ...WHY }],
    ["/api/approvals/unknown/editor", { decision: "approve", level: 1 }],
    [`/api/approvals/${RUN}/scenes%5B3%5D/unknown`, { decision: "approve", level: 1 }],
    ["/api/dead-letters/unknown/redrive", WHY],
    ["/api/dead-letters/redrive", { subscriber: "unknown", ...WHY }],
    ["/api/quarantine/unknown/release", WHY],
    ["/api/breakers/unknown", { to: "open", ...WHY }],
    ["/api/replays", { subscriber: "unknown", ...WHY }],
    ["/api/replays", { run: "unknown", ...WHY }],
    ["/api/replays", { all: true, events: ["film.lost"], ...WHY }],
    ["/api/replays/unknown/cancel", WHY],
  ])("POST %s %j is 404, and sends no command", async (path, body) => {
    const { post, orders, sent } = testApi({ views });
    expect(await post(path, body)).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
    expect([...orders, ...sent]).toEqual([]);
  });

  test.each([
    "/api/runs?workflow=unknown",
    "/api/runs/unknown",
    "/api/runs/unknown/log",
    "/api/runs/unknown/timeline",
    "/api/correlations?id=unknown",
    "/api/events/unknown",
    "/api/dead-letters/unknown",
    "/api/quarantine/unknown",
    "/api/replays/unknown",
    "/api/artifacts?uri=s3%3A%2F%2Fother%2Ffile",
    "/api/nothing",
  ])("GET %s is 404", async (path) => {
    expect(await testApi().get(path)).toMatchObject({ status: 404, json: { error: { code: "not-found" } } });
  });
});

describe("invalid values", () => {
  test.each([
    ["/api/runs?limit=0", "query.limit"],
    ["/api/runs?limit=many", "query.limit"],
    ["/api/runs?limit=100000", "query.limit"],
    ["/api/runs?cursor=invented", "query.cursor"],
    ["/api/runs?status=sleeping", "query.status"],
    ["/api/runs?from=yesterday", "query.from"],
    [`/api/runs/${RUN}?at=then`, "query.at"],
    ["/api/approvals?state=decided", "query.state"],
    ["/api/artifacts", "query.uri"],
  ])("GET %s names %s", async (path, field) => {
    expect(await testApi({ views }).get(path)).toMatchObject({
      status: 400,
      json: { error: { path: field } },
    });
  });

  test("a replay has one target", async () => {
    const { post, orders } = testApi({ views });
    expect((await post("/api/replays", { run: RUN, all: true, ...WHY })).status).toBe(400);
    expect((await post("/api/replays", WHY)).status).toBe(400);
    expect(orders).toEqual([]);
  });

  test("an event that breaks its contract is answered with all findings, and not sent", async () => {
    const { post, sent } = testApi();
    const answer = await post("/api/events", {
      name: "film.wanted",
      version: 1,
      payload: { film: 7 },
      ...WHY,
    });
    expect(answer).toMatchObject({
      status: 422,
      json: { error: { code: "invalid", path: "body.payload", findings: [{ path: "film", value: "7" }] } },
    });
    expect(sent).toEqual([]);
  });

  test("a reserved event cannot be sent manually", async () => {
    const { post, sent } = testApi();
    const answer = await post("/api/events", { name: "run.failed", version: 1, payload: {}, ...WHY });
    expect(answer.status).toBe(403);
    expect(sent).toEqual([]);
  });

  test("a refusal of the control function is 409, with its message", async () => {
    const { post } = testApi({
      views,
      control: async () => ({ done: false, says: "It is paused already." }),
    });
    expect(await post(`/api/runs/${RUN}/pause`, WHY)).toMatchObject({
      status: 409,
      json: { error: { code: "conflict", message: "It is paused already." } },
    });
  });

  test("an internal error is 500, reveals no details, and is logged", async () => {
    const { get, logged } = testApi({ views: { versions: () => Promise.reject(new Error("secret place")) } });
    const answer = await get("/api/workflows");
    expect(answer).toMatchObject({ status: 500, json: { error: { code: "internal" } } });
    expect(answer.text).not.toContain("secret place");
    expect(logged).toHaveLength(1);
  });
});

test("methods that are not documented are not found", async () => {
  const { post } = testApi();
  expect((await post("/api/session", WHY)).status).toBe(404);
});
