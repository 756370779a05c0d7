import { afterEach, expect, test } from "vitest";
import { memoryOf, type VideoApp, videoApp } from "./app.ts";
import { expectOrder } from "./invariants.ts";

let app: VideoApp;
afterEach(async () => {
  await app.cloud.close();
  expect(app.reports).toEqual([]);
});

const RECONCILER_LEFT_OUT = { Reconcile: () => async () => {} };

test("an event becomes a finished run", async () => {
  const warnings: string[] = [];
  app = await videoApp({ onLog: ({ text }) => text.includes('"level":"WARN"') && warnings.push(text) });
  await app.send("one");
  await app.cloud.settle();
  expect((await app.run("one"))?.run.status).toBe("running");
  expect(await app.decide("one", true)).toBe(true);
  await app.cloud.settle();
  const { run, claims } = (await app.run("one"))!;
  expect(run).toMatchObject({
    status: "succeeded",
    output: { outcome: "published", rounds: 1, published: { usd: 0, tookSeconds: 0 } },
  });
  expect(claims.map(({ path, state, attempt }) => `${path} ${state} ${attempt}`).sort()).toEqual([
    "announce done 1",
    "cut[1]/draw-storyboard done 1",
    "cut[1]/render-film done 1",
    "cut[1]/scenes[0]/take[1]/check-scene done 1",
    "cut[1]/scenes[0]/take[1]/draw-picture done 1",
    "cut[1]/scenes[1]/take[1]/check-scene done 1",
    "cut[1]/scenes[1]/take[1]/draw-picture done 1",
    "cut[1]/write-script done 1",
    "publish done 1",
  ]);
  expect([...app.effects.values()]).toEqual([1, 1, 1]);
  expect(warnings).toEqual([]);
});

test("the same event a hundred times at once makes one run, and each effect once", async () => {
  app = await videoApp({ faults: { interleave: true } });
  await Promise.all(Array.from({ length: 100 }, () => app.send("one")));
  await app.cloud.settle();
  await app.decide("one", true);
  await app.cloud.advance("1 minute");
  expect(await app.runs()).toHaveLength(1);
  expect((await app.run("one"))?.run.status).toBe("succeeded");
  expect([...app.effects.values()]).toEqual([1, 1, 1]);
  await expectOrder(app, ["one"]);
});

test("an approval without a decision for a day escalates, and a later decision finishes the run", async () => {
  app = await videoApp({ handlers: RECONCILER_LEFT_OUT });
  await app.send("one");
  await app.cloud.advance("23 hours");
  expect((await app.run("one"))?.approvals).toMatchObject([{ state: "pending", level: 1 }]);
  await app.cloud.advance("2 hours");
  expect((await app.run("one"))?.approvals).toMatchObject([{ state: "pending", level: 2 }]);
  await app.cloud.advance("20 hours");
  await app.decide("one", true);
  await app.cloud.settle();
  expect((await app.run("one"))?.run.status).toBe("succeeded");
});

test("a run without any decision ends at its deadline", async () => {
  app = await videoApp({ schedules: false });
  await app.send("one");
  await app.cloud.advance("15 days");
  const { run, approvals } = (await app.run("one"))!;
  expect(run.status).toBe("timed-out");
  expect(approvals).toMatchObject([{ state: "closed" }]);
});

test("the same seed makes the same history, to the byte, with all faults on; another seed another", async () => {
  const story = async (seed: number) => {
    app = await videoApp({
      seed,
      faults: {
        duplicates: 0.3,
        delays: { chance: 0.3, upTo: "20 seconds" },
        interleave: true,
        calls: [
          { kind: "throttle", chance: 0.05 },
          { kind: "lost", chance: 0.05 },
          { kind: "slow", chance: 0.1 },
          { kind: "crash-after", chance: 0.02 },
        ],
      },
    });
    await Promise.all([app.send("one"), app.send("two"), app.send("one")]);
    await app.cloud.advance("2 hours");
    const history = { memory: memoryOf(app.cloud), calls: JSON.stringify(app.cloud.calls) };
    await app.cloud.close();
    return history;
  };
  const first = await story(7);
  const again = await story(7);
  expect(again.calls).toBe(first.calls);
  expect(again.memory === first.memory).toBe(true);
  expect((await story(8)).calls).not.toBe(first.calls);
});
