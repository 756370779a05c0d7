import { afterEach, expect, test } from "vitest";
import { waitAndRetry } from "../../../lambdas/runtime/index.ts";
import { seeds } from "../../seeds.ts";
import { openStories, storiesAssembly } from "./stories.ts";

storiesAssembly();
let stories: Awaited<ReturnType<typeof openStories>>;
afterEach(() => stories.cloud.close());

const outcome = async () => (await stories.runs()).map(({ status, output }) => [status, output]);

test("a text of a megabyte goes from one step to the next, and the state machine carries its address", async () => {
  const text = "word ".repeat(200_000).trim();
  stories = await openStories(() => ({ title: "Tides", text }));
  await stories.ask("one");
  await stories.cloud.advance("1 minute");
  expect(await outcome()).toEqual([["succeeded", { words: 200_000 }]]);
  const claims = await stories.items("claim");
  expect(JSON.stringify(claims).length).toBeLessThan(10_000);
});

test("large values expire after the retention of their run, and not before", async () => {
  const text = "word ".repeat(200_000).trim();
  stories = await openStories(() => ({ title: "Tides", text }));
  await stories.ask("one");
  await stories.cloud.advance("1 minute");
  const { Buckets } = await stories.cloud.call("s3", "ListBuckets");
  const kept = async () => {
    const lists = await Promise.all(
      (Buckets as any[]).map(({ Name }) => stories.cloud.call("s3", "ListObjectsV2", { Bucket: Name })),
    );
    return lists.flatMap(({ Contents = [] }: any) => Contents.map(({ Key }: any) => Key));
  };
  expect(await kept()).toEqual([expect.stringMatching(/^tell-story\/.*\/payload\/[0-9a-f]{64}$/)]);
  await stories.cloud.advance("90 days");
  expect(await kept()).toHaveLength(1);
  await stories.cloud.advance("60 days");
  expect(await kept()).toEqual([]);
});

test("an unavailable downstream is not called; waiting steps continue when it is available again, and nothing is lost", async () => {
  let calls = 0;
  let down = true;
  stories = await openStories(() => {
    calls++;
    if (down) throw new Error("503");
    return { title: "Tides", text: "some words" };
  });
  const asked = Array.from({ length: 12 }, (_, at) => `story-${at}`);
  await stories.ask(...asked);
  await stories.cloud.advance("5 minutes");
  expect((await stories.items("deferred")).length).toBeGreaterThan(0);
  expect(calls).toBeLessThan(40);
  down = false;
  await stories.cloud.advance("15 minutes");
  const runs = await stories.runs();
  expect(runs.filter(({ status }) => status === "succeeded").length).toBeGreaterThanOrEqual(9);
  expect(await stories.items("deferred")).toEqual([]);
  expect(await stories.items("breaker")).toMatchObject([{ state: "closed" }]);
  const published = await stories.published("breaker.");
  expect([published[0], published.at(-1)]).toEqual(["breaker.opened", "breaker.closed"]);
  expect(stories.reports).toEqual([]);
});

test("a downstream that asks for a pause of 40 minutes is called then, and not before", async () => {
  const calls: number[] = [];
  stories = await openStories((_input, { log }) => {
    log.info("called");
    calls.push(stories.cloud.now());
    if (calls.length === 1) throw waitAndRetry("slow down", 40 * 60_000);
    return { title: "Tides", text: "some words" };
  });
  await stories.ask("one");
  await stories.cloud.advance("39 minutes");
  expect(calls).toHaveLength(1);
  await stories.cloud.advance("2 minutes");
  expect(calls).toHaveLength(2);
  expect(await outcome()).toEqual([["succeeded", { words: 2 }]]);
});

test("a worker that dies costs seconds beyond its lease, not six timeouts of its function", async () => {
  const calls: number[] = [];
  stories = await openStories(
    () => {
      calls.push(stories.cloud.now());
      return { title: "Tides", text: "some words" };
    },
    // Its claim and the message's visibility are written; the completion is not.
    {
      faults: {
        calls: [
          {
            kind: "crash-before",
            function: "write-story",
            operation: "dynamodb:BatchExecuteStatement",
            on: 2,
          },
        ],
      },
    },
  );
  await stories.ask("one");
  await stories.cloud.advance("15 minutes");
  expect(calls).toHaveLength(2);
  const [first, second] = calls as [number, number];
  // The function's timeout of 75 seconds, 5 of the lease's tolerance, and a poll.
  expect(second - first).toBeGreaterThan(75_000);
  expect(second - first).toBeLessThan(110_000);
  expect(await outcome()).toEqual([["succeeded", { words: 2 }]]);
});

test("the cost of the model is in the run, and a call beyond the budget is not made", async () => {
  let made = 0;
  stories = await openStories(async ({ storyId }, { spend }) => {
    const usd = storyId === "dear" ? 2 : 0.25;
    return await spend({ usd, tokens: 100 }, async () => {
      made++;
      return { value: { title: "Tides", text: "some words" }, actual: { usd: 0.2, tokens: 90 } };
    });
  });
  await stories.ask("cheap", "dear");
  await stories.cloud.advance("1 minute");
  const runs = await stories.runs();
  const spent = runs.map(({ budget }) => budget?.spent).sort((a, b) => a!.usd - b!.usd);
  expect(spent).toEqual([
    { usd: 0, tokens: 0 },
    { usd: 0.2, tokens: 90 },
  ]);
  expect(made).toBe(1);
  expect(await stories.published("escalation.")).toEqual(["escalation.raised"]);
});

test.each(seeds([1], 50))(
  "with crashes, lost answers and duplicates, what is deferred is sent again and happens once: seed %i",
  async (seed) => {
    const calls = new Map<string, number>();
    stories = await openStories(
      (_input, { idempotencyKey }) => {
        const call = (calls.get(idempotencyKey) ?? 0) + 1;
        calls.set(idempotencyKey, call);
        if (call === 1) throw waitAndRetry("slow down", 20 * 60_000);
        return { title: "Tides", text: "some words" };
      },
      {
        seed,
        faults: {
          duplicates: 0.2,
          interleave: true,
          calls: [
            { kind: "lost", chance: 0.05 },
            { kind: "crash-before", chance: 0.02 },
            { kind: "crash-after", chance: 0.03 },
          ],
        },
      },
    );
    await stories.ask("one", "two", "three");
    await stories.cloud.advance("2 hours");
    expect(await outcome()).toEqual(Array.from({ length: 3 }, () => ["succeeded", { words: 2 }]));
    // A worker that crashed when it had deferred its message, and before it had a wake-up ordered, got the message again
    // from its queue and did the work. What it had deferred wakes nothing and holds up nothing; the reconciler clears it away.
    const before = new Map(calls);
    await stories.sweep("1 hour");
    expect(await stories.items("deferred")).toEqual([]);
    expect(calls).toEqual(before);
    expect(stories.reports).toEqual([]);
  },
);
