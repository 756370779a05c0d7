import { afterEach, test } from "vitest";
import { straightFilm } from "../../bench/film.ts";
import { produceVideo } from "../../workflows/video/produce-video.ts";
import { type VideoApp, videoApp } from "../end-to-end/video/app.ts";
import { countIn } from "./count.ts";
import { computedFor, expectCounted, SMALL } from "./expect.ts";

let app: VideoApp;
afterEach(() => app.cloud.close());

test("a film of three scenes that the editor approves at once", async () => {
  app = await videoApp({ schedules: false });
  const table = Object.entries(await app.cloud.outputs("Millrace")).find(([name]) =>
    name.startsWith("MillraceTable"),
  )![1];
  const counted = await countIn(app.cloud, { stack: "Millrace", table }, async () => {
    await app.send("one", { topic: "tides", scenes: 3 });
    await app.cloud.advance("10 minutes");
    await app.decide("one", true);
    await app.cloud.advance("1 hour");
  });
  // Stubs draw and check the pictures and make the film: they call no model, and read nothing.
  const film = straightFilm(3);
  const gets = { ...film.gets, named: { ...film.gets.named, "check-scene": 0, "render-film": 0 } };
  const modelCalls = { otherwise: 0, named: { "write-script": 1 } };
  const computed = computedFor(produceVideo, { ...film, millis: SMALL.millis, modelCalls, gets });
  // Values are of other sizes from step to step.
  expectCounted(computed, counted, { dynamodbWriteUnits: 0.1 });
}, 240_000);
