import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SFNClient } from "@aws-sdk/client-sfn";
import { afterEach, expect, test } from "vitest";
import { recordRun } from "../../bin/recorded-run.ts";
import { executionRecords } from "../../lambdas/runtime/aws/runs/execution-records.ts";
import { giveUp } from "../../lambdas/runtime/index.ts";
import type { RunItem } from "../../lib/contract/table.ts";
import type { Simulation } from "../../local/simulate.ts";
import { checkScene, drawPicture } from "../../workflows/video/steps.ts";
import { ISSUE, openMagazine } from "../end-to-end/coordination/magazine.ts";
import { openShop, ordersAssembly } from "../end-to-end/orders/shops.ts";
import { workerOf } from "../end-to-end/own-code.ts";
import { type VideoApp, videoApp } from "../end-to-end/video/app.ts";

/**
 * Records this folder again, on the local cloud and virtual time: `npm run record`. To be run after a
 * change that is meant to change the paths of runs; what it changes shows in the difference that is committed.
 */
let cloud: Simulation | undefined;
afterEach(async () => {
  await cloud?.close();
});

async function save(story: string, run: RunItem | undefined, of: Simulation): Promise<void> {
  expect(run, story).toBeDefined();
  const recording = await recordRun(run!, executionRecords(of.client(SFNClient)));
  const file = join(import.meta.dirname, `${run!.workflow}-${story}.json`);
  writeFileSync(file, `${JSON.stringify(recording, null, 1)}\n`);
}

ordersAssembly();

async function film(story: string, play: (app: VideoApp) => Promise<unknown>, options = {}): Promise<void> {
  const app = await videoApp({ schedules: false, ...options });
  cloud = app.cloud;
  await app.send("one");
  await app.cloud.settle();
  await play(app);
  await app.cloud.advance("1 minute");
  await save(story, (await app.run("one"))?.run, cloud);
}

test("a film that is approved", async () => {
  await film("approved", (app) => app.decide("one", true));
});

test("a film without a decision for a day, which is then dropped", async () => {
  await film("escalated-rejected", async (app) => {
    await app.cloud.advance("25 hours");
    await app.decide("one", false);
  });
});

test("a film whose editor wants one scene otherwise, and that goes out in the second round", async () => {
  await film("in-rounds", async (app) => {
    await app.decide("one", false, "scene 2: darker");
    await app.cloud.advance("1 minute");
    await app.decide("one", true);
  });
});

test("a film of which a person has one picture made again", async () => {
  let checks = 0;
  const checked = workerOf(checkScene, ({ scene: { number } }) =>
    number === 2 && ++checks === 1
      ? { confidence: 0.3, findings: ["It is of one colour."] }
      : { confidence: 0.9, findings: [] },
  );
  await film(
    "doubted",
    async (app) => {
      await app.decide("one", false);
      await app.cloud.advance("1 minute");
      await app.decide("one", true);
    },
    { handlers: { "check-scene": checked } },
  );
});

test("a film with a picture that is drawn at the third try", async () => {
  let tries = 0;
  const drawn = workerOf(drawPicture, ({ scene: { number } }) => {
    if (number === 2 && ++tries < 3) throw new Error("The image model is busy.");
    return { image: `s3://bucket/scene-${number}.png`, by: "embedded", usd: 0 };
  });
  await film(
    "retried",
    async (app) => {
      await app.cloud.advance("1 minute");
      await app.decide("one", true);
    },
    { handlers: { "draw-picture": drawn } },
  );
});

test("a film that is out and is taken back", async () => {
  const app = await videoApp({ schedules: false });
  cloud = app.cloud;
  await app.send("one");
  await app.cloud.settle();
  await app.decide("one", true);
  await app.cloud.advance("1 minute");
  await app.publish("video.withdrawn", { videoId: "one", why: "It is not true." });
  await app.cloud.advance("1 minute");
  await save("taken-back", (await app.run("one", "withdraw-video"))?.run, cloud);
});

test.each([
  ["shipped", {}],
  ["compensated", { address: " " }],
])("an order that is %s", async (story, order) => {
  const shop = await openShop("Orchestrated");
  cloud = shop.cloud;
  await shop.place("o1", order);
  await cloud.advance("1 hour");
  const run = (await shop.items()).find(({ kind }) => kind === "run");
  await save(story, run as RunItem | undefined, cloud);
});

test("an issue: each, waits, children, a fallback, a lost photo, a person", async () => {
  const magazine = await openMagazine({
    paper: () => giveUp("The printing house has closed."),
    "photos[1]/photo": () => giveUp("It is blurred."),
  });
  cloud = magazine.cloud;
  await magazine.send("issue.planned", { ...ISSUE, photos: ["sea", "sky", "sun"] });
  await cloud.advance("30 minutes");
  await magazine.send("proof.read", { issue: ISSUE.issue, remarks: "fine" });
  await cloud.advance("2 hours");
  await magazine.decide("chief-editor", true);
  await cloud.advance("1 minute");
  const [issue] = await magazine.runs("make-issue");
  await save("with-fallback", issue?.run, cloud);
  const [, essay] = await magazine.runs("write-article");
  await save("in-rounds", essay?.run, cloud);
});

test("a page: branches that wait for each other, in columns and in drafts", async () => {
  const magazine = await openMagazine();
  cloud = magazine.cloud;
  const takes = { text: 2, picture: 5, proof: 7, layout: 1 };
  await magazine.send("page.wanted", { page: "p1", takes, columns: [takes, takes], drafts: 2 });
  await cloud.advance("10 minutes");
  const [page] = await magazine.runs("make-page");
  await save("woven", page?.run, cloud);
});
