import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { afterEach, expect, test } from "vitest";
import { waitAndRetry } from "../../../lambdas/runtime/index.ts";
import { announce } from "../../../workflows/video/steps.ts";
import { workerOf } from "../own-code.ts";
import { openStudio } from "./studio.ts";

let studio: Awaited<ReturnType<typeof openStudio>>;
afterEach(async () => {
  await studio.app.cloud.close();
  expect(studio.app.reports).toEqual([]);
});

/** Whether a file can be read. */
async function isThere(uri: string): Promise<boolean> {
  const { host, pathname } = new URL(uri);
  const client = studio.app.cloud.client(S3Client, { forcePathStyle: true });
  try {
    await client.send(new GetObjectCommand({ Bucket: host, Key: pathname.slice(1) }));
    return true;
  } catch (error) {
    if ((error as Error).name === "NoSuchKey") return false;
    throw error;
  }
}

const statuses = async () =>
  (await studio.app.runs()).map(({ workflow, status }) => `${workflow} ${status}`).sort();
const lastWithdrawal = async () => (await studio.app.run("one", "withdraw-video"))!.run.output;

test("withdrawn during production: the film is given up, and not published", async () => {
  studio = await openStudio();
  await studio.begin();
  await studio.withdraw();
  expect(await statuses()).toEqual(["produce-video terminated", "withdraw-video succeeded"]);
  expect(await studio.asked()).toEqual([]);
  expect((await studio.details()).claims.map(({ step }) => step)).not.toContain("publish");
});

test("withdrawn before its request: it is never made", async () => {
  studio = await openStudio();
  await studio.withdraw();
  await studio.begin();
  await studio.app.cloud.advance("1 minute");
  expect(await studio.run()).toMatchObject({ status: "terminated" });
});

test("withdrawn after its publication, before its run ended: the publication is undone", async () => {
  studio = await openStudio({
    announce: workerOf(announce, () => Promise.reject(waitAndRetry("later", 3_600_000))),
  });
  await studio.begin();
  await studio.answer(true);
  const { claims } = await studio.details();
  const { page } = claims.find(({ step }) => step === "publish")!.result as { page: string };
  expect(await isThere(page)).toBe(true);
  await studio.withdraw();
  expect(await isThere(page)).toBe(false);
  expect(await studio.run()).toMatchObject({ status: "terminated", compensation: { undone: 1, failed: 0 } });
});

test("withdrawn after its run: the film, its page and its captions are removed, and a second time does nothing", async () => {
  studio = await openStudio();
  await studio.begin();
  await studio.answer(true);
  expect(await studio.run()).toMatchObject({ status: "succeeded" });
  const { film, page, captions } = (await studio.output()).published;
  await studio.withdraw();
  expect(await Promise.all([film, page, captions].map(isThere))).toEqual([false, false, false]);
  expect(await lastWithdrawal()).toEqual({ withdrawn: true });
  await studio.withdraw();
  expect(await lastWithdrawal()).toEqual({ withdrawn: false });
  expect(await statuses()).toEqual([
    "produce-video succeeded",
    "withdraw-video succeeded",
    "withdraw-video succeeded",
  ]);
});
