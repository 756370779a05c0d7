import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { describe, expect, test } from "vitest";
import { MOCK_TOKEN, mockApi } from "../../console/mock/api.ts";
import { readParts } from "../../console/mock/recording.ts";
import type { Page, RunDetail, RunSummary } from "../../console/src/api/types.ts";
import { drawGraph } from "../../lib/workflow/draw-graph.ts";
import { plan } from "../../lib/workflow/plan.ts";
import { recordedGraph } from "./recorded-graphs.ts";
import { ROUTES } from "./recorder/answers.ts";
import { workflows } from "./recorder/definitions.ts";

const ROOT = join(import.meta.dirname, "../..");
const OPENAPI = join(ROOT, "docs/openapi.json");
const description = JSON.parse(readFileSync(OPENAPI, "utf8"), (_, value) => closed(value));

/** An object has no other fields than the described ones. */
function closed(value: any): any {
  const isObject = value?.type === "object" && value.properties !== undefined;
  return isObject && value.additionalProperties === undefined
    ? { ...value, additionalProperties: false }
    : value;
}

const ajv = new Ajv2020({ strict: false, allErrors: true });
(addFormats as unknown as (ajv: Ajv2020) => void)(ajv);
ajv.addSchema(description, "openapi");

/** What the API's description says of an answer, for a path as it is described: "/runs/{run}". */
function wrongIn(described: string, answer: unknown): unknown {
  const operation = description.paths[described]?.get;
  if (!operation) return `The API has no GET ${described}.`;
  const place = ["paths", described, "get", "responses", "200", "content", "application/json", "schema"];
  const pointer = place
    .map((part) => part.replaceAll("~", "~0").replaceAll("/", "~1"))
    .map(encodeURIComponent);
  const isValid = ajv.compile({ $ref: `openapi#/${pointer.join("/")}` });
  return isValid(answer)
    ? undefined
    : isValid.errors!.map(({ instancePath, message, params }) => [instancePath, message, params]);
}

const headers = { authorization: `Bearer ${MOCK_TOKEN}` };
const open = (options: Parameters<typeof mockApi>[0] = {}) => {
  const { app, recording } = mockApi({ patience: 0, ...options });
  const ask = async (path: string, method = "GET") => {
    const response = await app.request(`/api${path}`, { method, headers });
    return { status: response.status, json: (await response.json()) as any };
  };
  return { recording, ask };
};

describe("the recording", () => {
  /** Those that the mock answers from other answers. */
  const DERIVED = {
    "/correlations": ["/correlations?id=shop-2"],
    "/artifacts": ["/artifacts?uri=s3://a/film.mp4"],
  };
  const described = Object.keys(description.paths).filter((path) => description.paths[path].get);

  test("has each route of the API that reads", () => {
    expect([...Object.keys(ROUTES), ...Object.keys(DERIVED), "/live"].sort()).toEqual(described.sort());
  });

  test.each(described.filter((path) => path !== "/live"))(
    "what was recorded of GET %s is what the API's description says",
    async (route) => {
      const { recording, ask } = open();
      const all = new Map(recording.namesOf("/").map((name) => [name, recording.answer(name)]));
      const asked = ROUTES[route] ? Object.keys(ROUTES[route](all)) : DERIVED[route as "/artifacts"];
      expect(asked.length).toBeGreaterThan(0);
      for (const path of asked) {
        const { status, json } = await ask(path);
        expect(status, path).toBe(200);
        expect(wrongIn(route, json), path).toBeUndefined();
      }
    },
  );

  test("shows each state that pages show differently", () => {
    const { recording } = open();
    const runs = recording.items<RunSummary>("/runs");
    const statuses = ["running", "compensating", "succeeded", "failed", "terminated"] as const;
    expect(statuses.filter((status) => !runs.some((run) => run.status === status))).toEqual([]);
    expect(runs.some(({ stuck }) => stuck) && runs.some(({ paused }) => paused)).toBe(true);
    const lists = ["approvals", "dead-letters", "quarantine", "breakers", "limits", "replays", "deliveries"];
    expect(lists.filter((list) => recording.items(`/${list}`).length === 0)).toEqual([]);
  });

  test("has the graphs of the workflows as they are now; otherwise `npm run record:console`", () => {
    for (const workflow of workflows)
      expect(recordedGraph(workflow.name)).toEqual(JSON.parse(JSON.stringify(drawGraph(plan(workflow)))));
  });

  test("has no token, and no place of the machine that recorded it", () => {
    const text = JSON.stringify(readParts());
    const tokens = [...text.matchAll(/taskToken[\\":]+([^\\"]+)/g)].map(([, token]) => token);
    expect(new Set(tokens)).toEqual(new Set(["the-token-of-a-task"]));
    expect(text).not.toMatch(/X-Amz-|\/(?:tmp|home|root|Users)\//);
    expect(text).not.toContain(ROOT);
  });

  test("an answer that the API would not give is found", () => {
    expect(wrongIn("/session", { name: "token" })).toBeDefined();
    expect(wrongIn("/breakers", { items: [], made: "up" })).toBeDefined();
    expect(wrongIn("/nothing", {})).toBeDefined();
  });
});

describe("the mock", () => {
  const NOW = Date.parse("2030-05-01T12:00:00.000Z");
  const now = () => NOW;
  const runs = async (ask: ReturnType<typeof open>["ask"], query: string) =>
    ((await ask(`/runs?${query}`)).json as Page<RunSummary>).items;
  const runOf = async (ask: ReturnType<typeof open>["ask"], key: string) =>
    (await runs(ask, `key=${key}`))[0]!;

  test("begins now: the newest run was accepted some seconds ago", async () => {
    const { ask } = open({ now });
    const [newest] = (await ask("/runs")).json.items;
    expect(NOW - Date.parse(newest.acceptedAt)).toBeGreaterThan(0);
    expect(NOW - Date.parse(newest.acceptedAt)).toBeLessThan(60_000);
    expect((await ask(`/runs/${newest.run}`)).json).toMatchObject({ asOf: new Date(NOW).toISOString() });
  });

  test("filters lists as the API does", async () => {
    const { ask } = open();
    expect(new Set((await runs(ask, "status=failed")).map(({ status }) => status))).toEqual(
      new Set(["failed"]),
    );
    expect((await runs(ask, "status=open")).some(({ endedAt }) => endedAt)).toBe(false);
    expect((await runs(ask, "text=o-4704")).map(({ key }) => key)).toEqual(["o-4704"]);
    expect(await runs(ask, "text=no-such-run")).toEqual([]);
  });

  test("shows the effect of a command, at the time at which it is given", async () => {
    let time = NOW;
    const { ask, recording } = open({ now: () => time });
    const { run } = await runOf(ask, "o-4706");
    expect((await ask(`/runs/${run}`)).json).toMatchObject({ status: "running", stuck: true });
    const [letter] = recording
      .items<{ id: string; step?: string }>("/dead-letters")
      .filter(({ step }) => step);
    time += 3_600_000;
    expect(await ask(`/dead-letters/${letter!.id}/redrive`, "POST")).toMatchObject({
      status: 200,
      json: { done: true },
    });
    const { endedAt, status } = (await ask(`/runs/${run}`)).json as RunDetail;
    expect(status).toBe("succeeded");
    expect(Date.parse(endedAt!)).toBeGreaterThan(time - 10_000);
    expect(Date.parse(endedAt!)).toBeLessThanOrEqual(time);
    expect(recording.feed.flat().map(({ name }) => name)).toContain("dead-letter.redriven");
    expect((await ask(`/dead-letters/${letter!.id}`)).status).toBe(404);
  });

  test("a part is played once; another name is refused with those that are left", () => {
    const { recording } = open();
    recording.play("an order arrives");
    expect(() => recording.play("an order arrives")).toThrow(
      'There is no part "an order arrives" to play. Choose one of: approve the film, ',
    );
    expect(recording.feed).toHaveLength(1);
  });

  test("says that a command was not recorded", async () => {
    const { ask } = open();
    expect(await ask("/runs/unknown/pause", "POST")).toMatchObject({
      status: 409,
      json: { error: { code: "conflict" } },
    });
  });

  test("shows a run at an earlier time", async () => {
    const { ask } = open();
    const { run, acceptedAt } = await runOf(ask, "o-4704");
    const then = (await ask(`/runs/${run}?at=${acceptedAt}`)).json as RunDetail;
    expect(then).toMatchObject({ status: "running", asOf: acceptedAt });
    expect(then.endedAt ?? then.error).toBeUndefined();
  });

  test("copies of runs fill a list of any length, and are found", async () => {
    const { ask } = open({ runs: 1_000 });
    const seen: RunSummary[] = [];
    for (let cursor: string | undefined = "0"; cursor !== undefined; ) {
      const { items, next }: Page<RunSummary> = (await ask(`/runs?limit=200&cursor=${cursor}`)).json;
      seen.push(...items);
      cursor = next;
    }
    expect(new Set(seen.map(({ run }) => run)).size).toBe(1_000);
    expect(seen.map(({ acceptedAt }) => acceptedAt)).toEqual(
      seen
        .map(({ acceptedAt }) => acceptedAt)
        .sort()
        .reverse(),
    );
    expect((await ask(`/runs/${seen.at(-1)!.run}`)).json).toMatchObject({ workflow: seen.at(-1)!.workflow });
  });
});
