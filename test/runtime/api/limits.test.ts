import { expect, test } from "vitest";
import { limitEntryKey, limitLaneKey } from "../../../lib/contract/keys/flow-control.ts";
import type { LimitEntryItem, LimitLaneItem } from "../../../lib/contract/table.ts";
import { TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const at = Date.parse(TIME);
const run = (letter: string) => `make-film-${letter.repeat(26)}`;

test("shared limits are listed with the workflows that use them", async () => {
  expect((await testApi().get("/api/limits")).json).toEqual({
    items: [{ limit: "model-calls", byKey: false, usedBy: ["make-film"] }],
  });
});

test("a limit has the runs with a place, and those that wait", async () => {
  const lane = {
    ...limitLaneKey("model-calls"),
    kind: "limit-lane",
    places: [{ execution: `${run("a")}-e2`, key: "acme", at }],
    lookAt: at + 1_000,
  } as unknown as LimitLaneItem;
  const entry = { ...limitEntryKey(lane, "d", "1"), kind: "limit-entry", execution: run("b"), key: "acme" };
  const asked: string[] = [];
  const limitLane = async (limit: string, key: string) => {
    asked.push(`${limit} "${key}"`);
    return { lane, waiting: [entry as unknown as LimitEntryItem] };
  };
  const { get } = testApi({ views: { limitLane } });
  const { json } = await get("/api/limits/model-calls?key=acme");
  expect(json).toEqual({
    places: [{ run: run("a"), workflow: "make-film", key: "acme", since: TIME }],
    waiting: [{ run: run("b"), workflow: "make-film", key: "acme" }],
    next: new Date(at + 1_000).toISOString(),
  });
  // All keys share its places, so the key does not matter.
  expect(asked).toEqual(['model-calls ""']);
  expect((await get("/api/limits/unknown")).status).toBe(404);
});
