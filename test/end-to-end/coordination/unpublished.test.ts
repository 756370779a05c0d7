import { afterEach, expect, test } from "vitest";
import { expectOnce, expectOrder } from "./invariants.ts";
import { type Magazine, openMagazine } from "./magazine.ts";

let magazine: Magazine;
afterEach(async () => {
  await expectOrder(magazine);
  expectOnce(magazine);
  await magazine.cloud.close();
});

/** The magazine with another relay, and an article that was written in it. */
async function writeWith(relay: () => Promise<unknown>) {
  magazine = await openMagazine({}, { schedules: true, handlers: { Relay: () => relay } });
  const article = { article: "a1", kind: "news", notes: "n", goal: 1, embargo: "2026-01-01T00:00:00Z" };
  await magazine.send("article.wanted", article);
  await magazine.cloud.advance("2 minutes");
  const [{ run } = {} as never] = await magazine.runs("write-article");
  expect(run.status).toBe("succeeded");
  expect(magazine.published("run.succeeded")).toEqual([]);
  return run.run;
}

const names = async (run: string) => (await magazine.log.ofRun(run)).map(({ name }) => name);

test("a relay that published nothing, without an error: the reconciler publishes it, ten minutes after the run's end", async () => {
  const run = await writeWith(async () => ({ batchItemFailures: [] }));
  await magazine.cloud.advance("10 minutes");
  expect(magazine.published("run.succeeded")).toMatchObject([{ run }]);
  expect(
    magazine
      .published("step.completed")
      .map(({ path }) => path)
      .sort(),
  ).toEqual(["finish", "news"]);
  expect((await names(run)).sort()).toEqual(["run.succeeded", "step.completed", "step.completed"]);
});

test("a relay that fails in all attempts: the reconciler publishes its batch, with the prior states", async () => {
  const run = await writeWith(async () => {
    throw new Error("out of order");
  });
  await magazine.cloud.advance("50 minutes");
  expect((await names(run)).sort()).toEqual([
    "run.accepted",
    "run.started",
    "run.succeeded",
    "step.completed",
    "step.completed",
    "step.started",
    "step.started",
  ]);
  expect(magazine.published("run.started")).toMatchObject([{ run }]);
  const left = magazine.cloud.kernel.store.all("SELECT * FROM s3_object WHERE key LIKE 'aws/lambda/%'");
  expect(left).toEqual([]);
});
