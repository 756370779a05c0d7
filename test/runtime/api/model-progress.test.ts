import { expect, test } from "vitest";
import { currentProgress } from "../../../lambdas/runtime/api/views/model-progress.ts";
import type { ModelProgress } from "../../../lib/contract/model-progress.ts";
import { claim, NOW, RUN, run, TIME } from "./fixtures.ts";
import { testApi } from "./test-api.ts";

const at = (seconds: number) => new Date(NOW + seconds * 1_000).toISOString();
const stored: ModelProgress = {
  attempt: 2,
  prompt: "write",
  model: "bedrock:claude",
  text: '{"a":',
  characters: 5,
  tokens: { input: 10, output: 2 },
  usd: 0.01,
  startedAt: at(1),
  at: at(3),
};
const running = { state: "running", attempt: 2, startedAt: TIME, endedAt: undefined } as const;
const progress = (
  of: Parameters<typeof claim>[0] | undefined,
  more: Partial<ModelProgress> = {},
  now = NOW,
) =>
  currentProgress(
    { run: run(), claims: of ? [claim(of)] : [], approvals: [] },
    "draw",
    { ...stored, ...more },
    now,
  );

test("the text of the running attempt is shown, with the number of characters left out", () => {
  const { characters: _, ...shown } = stored;
  expect(progress(running)).toEqual(shown);
  expect(progress(running, { characters: 905 })).toMatchObject({ text: '{"a":', omitted: 900 });
});

test.each([
  ["an earlier attempt", { ...running, attempt: 3 }],
  ["an attempt that has ended", { ...running, state: "done" }],
  ["a released attempt", { ...running, state: undefined }],
  ["an earlier delivery of the attempt", { ...running, startedAt: at(60) }],
] as const)("the text of %s is not shown", (_, of) => {
  expect(progress(of as Parameters<typeof claim>[0])).toBeUndefined();
});

test("a step without a claim shows its text while it is fresh; a run that has ended shows none", () => {
  expect(progress(undefined, {}, NOW + 30_000)).toBeDefined();
  expect(progress(undefined, {}, NOW + 90_000)).toBeUndefined();
  const over = { run: run({ status: "failed" }), claims: [claim(running)], approvals: [] };
  expect(currentProgress(over, "draw", stored, NOW)).toBeUndefined();
});

test("the API answers the text, or that there is none", async () => {
  const asked: string[] = [];
  const views = {
    run: async () => ({ run: run(), claims: [claim(running)], approvals: [] }),
    modelProgress: async (_: unknown, path: string) => {
      asked.push(path);
      return path === "draw" ? stored : undefined;
    },
  };
  const { get } = testApi({ views });
  expect((await get(`/api/runs/${RUN}/progress?path=draw`)).json).toMatchObject({
    progress: { text: '{"a":' },
  });
  expect(await get(`/api/runs/${RUN}/progress?path=other`)).toMatchObject({ status: 200, json: {} });
  expect(asked).toEqual(["draw", "other"]);
  expect((await testApi().get("/api/runs/none/progress?path=draw")).status).toBe(404);
});
