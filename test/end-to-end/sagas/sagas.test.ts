import { afterEach, expect, test } from "vitest";
import { seeds, sweepCalls } from "../../seeds.ts";
import { never, type Trips, trips } from "./trips.ts";

let app: Trips;
afterEach(async () => {
  await app.cloud.close();
  expect(app.reports).toEqual([]);
});

const declined = () => {
  throw never("the card was declined");
};
const names = () => app.published().map(({ name }) => name);
const seen = (end: string) => app.seen.filter((path) => path.endsWith(end));

/**
 * Every effect but the quote is undone, the last one first, each once, and the run ends after that. Where responses
 * are lost, the relay publishes the end again, with the same id.
 */
async function expectUndone(status: string, effects: number, { lost = false } = {}) {
  const item = await app.item();
  expect(item).toMatchObject({ status, compensation: { undone: effects, failed: 0, open: false } });
  const claims = await app.claims();
  const done = claims
    .filter(({ direction, state, step }) => direction === "do" && state === "done" && step !== "quote")
    .sort((a, b) => (a.endedAt! === b.endedAt! ? (a.sk < b.sk ? 1 : -1) : a.endedAt! < b.endedAt! ? 1 : -1));
  expect(seen("#undo")).toEqual(done.map(({ epoch, path }) => `${epoch}#${path}#undo`));
  expect(done).toHaveLength(effects);
  const ends = app.published().filter(({ name }) => name === `run.${status}`);
  expect(new Set(ends.map(({ millrace }) => millrace.id)).size).toBe(1);
  if (!lost) expect(ends).toHaveLength(1);
  const ids = app.published().filter(({ name }) => name === "step.undone");
  expect(new Set(ids.map(({ millrace }) => millrace.id)).size).toBe(effects);
}

test("a saga over a branch and an each undoes its effects in reverse order, each once", async () => {
  app = await trips({ charge: declined });
  await app.request();
  await app.cloud.advance("1 minute");
  await expectUndone("failed", 3);
  expect((await app.item()).failure?.cause).toContain("the card was declined");
  expect(names().at(-1)).toBe("run.failed");
});

test("an undo that fails finally is escalated; the rest is undone", async () => {
  const closed = (input: { input: { night: string } }) => {
    if (input.input.night === "tue") throw never("the hotel does not answer");
  };
  app = await trips({ charge: declined, "cancel-night": closed });
  await app.request();
  await app.cloud.advance("1 minute");
  expect(await app.item()).toMatchObject({ status: "failed", compensation: { undone: 2, failed: 1 } });
  expect(app.published().filter(({ why }) => why === "undo failed")).toMatchObject([
    { name: "escalation.raised", path: "nights[1]/book-night", step: "cancel-night" },
  ]);
});

test("a run that is terminated in the middle of a step undoes the late effect of that step", async () => {
  app = await trips({ "book-flight": (_, sleep) => sleep(8_000) });
  await app.request();
  await app.cloud.advance("4 seconds");
  expect(await app.order("terminate")).toMatchObject({ done: true });
  await app.cloud.settle();
  expect(await app.item()).toMatchObject({ status: "terminated", compensation: { undone: 2 } });
  await app.cloud.advance("1 minute");
  const item = await app.item();
  expect(item).toMatchObject({ status: "terminated", compensation: { undone: 3, failed: 0, open: false } });
  expect(item.failure).toEqual({ error: "Millrace.Terminated", cause: "ada: test" });
  expect(seen("#undo")).toContain("1#book-flight#undo");
  expect(names()).toContain("step.late");
});

test.each(["terminated", "failed"])(
  "the effect of a worker that died before recording it is undone, if its run is %s meanwhile",
  async (how) => {
    const full = async (_: unknown, sleep: (milliseconds: number) => Promise<void>) => {
      await sleep(1_000);
      throw never("the hotel is full");
    };
    app = await trips(how === "failed" ? { "book-night": full } : { charge: declined }, {
      faults: {
        calls: [
          {
            kind: "crash-before",
            function: "book-trip: book-flight",
            operation: "dynamodb:BatchExecuteStatement",
            on: 2,
          },
        ],
      },
    });
    await app.request(["mon"]);
    await app.cloud.advance("3 seconds");
    if (how === "terminated") await app.order("terminate");
    await app.cloud.advance("5 hours");
    expect(app.cloud.calls.map(({ trouble }) => trouble)).toContain("crash-before");
    expect((await app.item()).status).toBe(how);
    expect(seen("book-flight#do")).toEqual(["1#book-flight#do"]);
    expect(seen("book-flight#undo")).toEqual(["1#book-flight#undo"]);
  },
);

test("a late effect is undone while the run is held for its next epoch, and the run makes its own", async () => {
  app = await trips({
    "book-flight": (_, sleep) => sleep(8_000),
    "cancel-flight": (_, sleep) => sleep(5_000),
  });
  const target = { workflow: "book-trip" };
  await app.request(["mon"]);
  await app.cloud.advance("4 seconds");
  await app.order("terminate");
  await app.order("pause", { target });
  await app.cloud.advance("1 second");
  expect(await app.order("retry")).toMatchObject({ done: true });
  await app.cloud.advance("5 seconds");
  expect(await app.item()).toMatchObject({ status: "accepted", epoch: 2 });
  expect(await app.order("resume", { target })).toMatchObject({ done: true });
  await app.cloud.advance("3 hours");
  expect(await app.item()).toMatchObject({ status: "succeeded", epoch: 2 });
  expect(seen("book-flight#do")).toEqual(["1#book-flight#do", "2#book-flight#do"]);
  expect(seen("book-flight#undo")).toEqual(["1#book-flight#undo"]);
});

test("a run that reaches its deadline is compensated", async () => {
  app = await trips({ "book-flight": (_, sleep) => sleep(8_000) });
  await app.request();
  await app.cloud.advance("4 seconds");
  await app.order("pause"); // The pause does not stop the clock.
  await app.cloud.advance("3 hours");
  await expectUndone("timed-out", 3);
});

test("a paused run begins no step until it is resumed, whatever was running", async () => {
  app = await trips({ "book-flight": (_, sleep) => sleep(8_000) });
  await app.request();
  await app.cloud.advance("4 seconds");
  await app.order("pause");
  await app.cloud.advance("30 minutes");
  expect((await app.item()).status).toBe("running");
  expect(seen("#do")).toContain("1#book-flight#do");
  expect(seen("#do")).not.toContain("1#charge#do");
  expect(await app.order("resume")).toMatchObject({ done: true });
  await app.cloud.advance("1 minute");
  expect((await app.item()).status).toBe("succeeded");
  expect(names().filter((name) => /paused|resumed/.test(name))).toEqual(["run.paused", "run.resumed"]);
});

test("a paused workflow keeps its events, and continues with them after the resume", async () => {
  app = await trips();
  const target = { workflow: "book-trip" };
  await app.order("pause", { target });
  await app.request();
  await app.cloud.advance("5 hours");
  expect(await app.item()).toMatchObject({ status: "accepted", held: "paused" });
  await app.order("resume", { target });
  await app.cloud.advance("2 minutes");
  expect((await app.item()).status).toBe("succeeded");
});

test("a run is retried from the failed step: completed effects are not repeated, undone ones are", async () => {
  let card = false;
  app = await trips({ charge: () => (card ? undefined : declined()) });
  await app.request(["mon"]);
  await app.cloud.advance("1 minute");
  expect((await app.item()).status).toBe("failed");
  card = true;
  expect(await app.order("retry")).toMatchObject({ done: true, says: expect.stringContaining("epoch 2") });
  await app.cloud.advance("1 minute");
  expect(await app.item()).toMatchObject({ status: "succeeded", epoch: 2 });
  expect(seen("quote#do")).toEqual(["1#quote#do"]);
  expect(seen("book-flight#do")).toEqual(["1#book-flight#do", "2#book-flight#do"]);
  expect(await app.order("retry")).toMatchObject({ done: false });
});

test("a run is started by a command, under the command's key", async () => {
  app = await trips();
  const start = { target: { workflow: "book-trip" }, event: "trip.requested", version: 1 };
  const outcome = await app.order("start", { ...start, payload: { trip: "t", nights: [] } });
  await app.cloud.advance("1 minute");
  expect((await app.reader.run(outcome.run!))?.run).toMatchObject({ status: "succeeded" });
});

test.each(["Completes runs", "Carries out operator actions"])(
  "the run recovers from a crash after any call of %s",
  async (name) => {
    const crashed = async (on: number) => {
      app = await trips(
        { charge: (_, sleep) => sleep(9_000) },
        {
          faults: { calls: [{ kind: "crash-after", function: name, on }] },
          handlers: { Reconcile: () => async () => {} },
        },
      );
      await app.request(["mon"]);
      await app.cloud.advance("6 seconds");
      const order = { key: "once", target: { run: app.run } };
      const ordered = () => app.order("terminate", order);
      expect(await ordered().catch(ordered)).toMatchObject({ done: true });
      await app.cloud.advance("20 minutes");
      await expectUndone("terminated", 2);
      const happened = app.cloud.calls.some(({ trouble }) => trouble === "crash-after");
      if (happened) await app.cloud.close();
      return happened;
    };
    expect(await sweepCalls(6, crashed)).toBeGreaterThan(5);
  },
  300_000,
);

test.each(seeds([1], 50))("with all faults, everything is undone: seed %i", async (seed) => {
  app = await trips(
    { charge: declined },
    {
      seed,
      faults: {
        duplicates: 0.2,
        delays: { chance: 0.2, upTo: "30 seconds" },
        interleave: true,
        calls: [
          { kind: "throttle", chance: 0.02 },
          { kind: "lost", chance: 0.04 },
          { kind: "crash-before", chance: 0.01 },
          { kind: "crash-after", chance: 0.02 },
        ],
      },
    },
  );
  await app.request();
  await app.request();
  await app.cloud.advance("6 hours");
  await expectUndone("failed", 3, { lost: true });
});
