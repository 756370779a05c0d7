import { afterEach, expect, test } from "vitest";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import type { HandlerFactory } from "../../../local/simulate.ts";
import { checkScene, drawPicture } from "../../../workflows/video/steps.ts";
import { workerOf } from "../own-code.ts";
import { openStudio } from "./studio.ts";

let studio: Awaited<ReturnType<typeof openStudio>>;
afterEach(async () => {
  await studio.app.cloud.close();
  expect(studio.app.reports).toEqual([]);
});

async function begin(handlers: Record<string, HandlerFactory> = {}, brief: object = {}) {
  studio = await openStudio(handlers);
  await studio.begin(brief);
  return studio;
}

test("a brief becomes a published film, with its cost and its duration", async () => {
  const brief = { audience: "children", length: "medium", style: "bold", scenes: undefined };
  await begin({}, { ...brief, millrace: { version: 2 } });
  expect(await studio.doneIn(1)).toHaveLength(1 + 1 + 7 * 2 + 1);
  await studio.app.cloud.advance("2 minutes");
  await studio.answer(true, "lovely");
  expect(await studio.run()).toMatchObject({ status: "succeeded" });
  expect(await studio.output()).toMatchObject({
    outcome: "published",
    rounds: 1,
    title: expect.stringMatching(/tides.*, for children$/i),
    published: { page: expect.stringMatching(/^s3:/), usd: 0, tookSeconds: 120 },
  });
});

test("an event of the first version asks for a film of today", async () => {
  await begin({}, { scenes: undefined, millrace: { version: 1 } });
  expect(inputOf(await studio.run()).event).toEqual({
    videoId: "one",
    topic: "tides",
    scenes: 4,
    audience: "everyone",
    length: "short",
    style: "calm",
  });
  expect((await studio.asked())[0]).toMatchObject({ approval: "editor" });
});

test("a rejection with notes makes only the parts again that the notes concern", async () => {
  await begin();
  expect(await studio.doneIn(1)).toEqual([
    "check-scene 1",
    "check-scene 2",
    "check-scene 3",
    "draw-picture 1",
    "draw-picture 2",
    "draw-picture 3",
    "draw-storyboard",
    "render-film",
    "write-script",
  ]);
  await studio.answer(false, "scene 2: darker");
  expect(await studio.doneIn(2)).toEqual([
    "check-scene 2",
    "draw-picture 2",
    "draw-storyboard",
    "render-film",
  ]);
  await studio.answer(false, "the title is dull");
  expect(await studio.doneIn(3)).toEqual(["draw-storyboard", "render-film", "write-script"]);
  await studio.answer(false, "scene 1: the text is wrong");
  expect(await studio.doneIn(4)).toEqual([
    "check-scene 1",
    "draw-picture 1",
    "draw-storyboard",
    "render-film",
    "write-script",
  ]);
  await studio.answer(true);
  expect(await studio.output()).toMatchObject({ outcome: "published", rounds: 4 });
});

test("another variant has the same words, and no picture of before", async () => {
  await begin();
  await studio.answer(false, "another variant, please");
  expect(await studio.doneIn(2)).toEqual([
    "check-scene 1",
    "check-scene 2",
    "check-scene 3",
    "draw-picture 1",
    "draw-picture 2",
    "draw-picture 3",
    "draw-storyboard",
    "render-film",
  ]);
});

test.each([[undefined], ["drop it"]])("a no with the note %j ends it: nothing is out", async (note) => {
  await begin();
  await studio.answer(false, note);
  expect(await studio.run()).toMatchObject({ status: "succeeded" });
  expect(await studio.output()).toMatchObject({
    outcome: "not published",
    rounds: 1,
    notes: { verdict: "dropped" },
  });
  expect((await studio.details()).claims.map(({ step }) => step)).not.toContain("publish");
});

/** Checks which doubt the second scene's picture, until it is taken so often. */
const doubting = (takes: number) => {
  let seen = 0;
  return {
    "check-scene": workerOf(checkScene, ({ scene: { number } }) => {
      const doubtful = number === 2 && ++seen <= takes;
      return doubtful
        ? { confidence: 0.3, findings: ["It is of one colour."] }
        : { confidence: 0.9, findings: [] };
    }),
  };
};

test("a picture of low confidence is shown to a person: a yes accepts it", async () => {
  await begin(doubting(9));
  expect(await studio.asked()).toMatchObject([
    {
      approval: "editor",
      why: "Scene 2: confidence 0.3",
      show: { quality: { findings: ["It is of one colour."] } },
    },
  ]);
  await studio.answer(true);
  expect(await studio.doneIn(1)).toHaveLength(9);
  expect(await studio.asked()).toMatchObject([{ approval: "editor", path: "cut[1]/editor" }]);
});

test("a rejection has the picture of that scene made again, at most three times", async () => {
  await begin(doubting(9));
  for (const take of [1, 2, 3]) {
    expect(await studio.asked()).toMatchObject([{ path: `cut[1]/scenes[1]/take[${take}]/doubt` }]);
    await studio.answer(false);
  }
  expect((await studio.doneIn(1)).filter((done) => done === "draw-picture 2")).toHaveLength(3);
  expect(await studio.asked()).toMatchObject([{ path: "cut[1]/editor" }]);
});

test("a picture that is better at the second take is not asked about again", async () => {
  await begin(doubting(1));
  await studio.answer(false);
  expect((await studio.doneIn(1)).filter((done) => done === "check-scene 2")).toHaveLength(2);
  expect(await studio.asked()).toMatchObject([{ path: "cut[1]/editor" }]);
});

test("after five rounds the producer is asked; without a yes the film stays in, and the run says so", async () => {
  await begin({}, { scenes: 1 });
  for (const round of [1, 2, 3, 4, 5]) {
    expect(await studio.asked()).toMatchObject([{ path: `cut[${round}]/editor` }]);
    await studio.answer(false, "scene 1: darker");
  }
  expect(await studio.asked()).toMatchObject([
    { approval: "producer", why: expect.stringContaining("after 5 rounds") },
  ]);
  await studio.app.cloud.advance("25 hours");
  expect(await studio.run()).toMatchObject({ status: "succeeded" });
  expect(await studio.output()).toMatchObject({
    outcome: "not published",
    rounds: 5,
    notes: { notes: "darker" },
  });
});

test("an image model that is down: cards take the place of pictures, its breaker spares it, and it is back later", async () => {
  let down = true;
  let calls = 0;
  const painting = workerOf(drawPicture, ({ scene: { number } }) => {
    calls++;
    if (down) throw new Error("The image model is down.");
    return { image: `s3://bucket/scene-${number}.png`, by: "model", usd: 0.04 };
  });
  await begin({ "draw-picture": painting }, { scenes: 12 });
  await studio.app.cloud.advance("5 minutes");
  const { claims } = await studio.details();
  expect(claims.filter(({ step, state }) => step === "draw-card" && state === "done")).toHaveLength(12);
  expect(calls).toBeLessThan(12 * 4);
  down = false;
  await studio.app.cloud.advance("5 minutes");
  await studio.app.send("two", { topic: "rain", scenes: 3 });
  await studio.app.cloud.advance("1 minute");
  const second = (await studio.app.run("two"))!.claims.map(({ step, state }) => `${step} ${state}`);
  expect(second.filter((claim) => claim === "draw-picture done")).toHaveLength(3);
  expect(second).not.toContain("draw-card done");
});
