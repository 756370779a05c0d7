import { afterEach, expect, test } from "vitest";
import { seeds, soaking } from "../../seeds.ts";
import { expectEmptyQueues } from "../queues.ts";
import { type Parcels, parcelAssembly, parcels, refused, takes } from "./parcels.ts";

parcelAssembly();

let app: Parcels;
afterEach(async () => {
  await app.cloud.close();
  expect(app.reports).toEqual([]);
});

const done = (end: string) => app.seen.filter((path) => path.endsWith(end));

test("the first way wins; the effects, approvals and child runs of the others are withdrawn", async () => {
  app = await parcels({ "load-plane": takes(5) });
  await app.send("parcel.accepted");
  await app.cloud.advance("1 minute");
  expect(await app.item()).toMatchObject({ compensation: { undone: 1, failed: 0, open: false } });
  expect(await app.decided()).toEqual(["first byAir"]);
  expect(done("#undo")).toEqual(["1#first.bySea/book-ship#undo", "1#cover#undo"]);
  const { approvals } = (await app.reader.run(app.run))!;
  expect(approvals).toMatchObject([{ path: "first.bySea/customs", state: "closed" }]);
  expect(await app.insurances()).toMatchObject([
    { status: "terminated", terminated: { by: "race" }, compensation: { undone: 1 } },
  ]);
  expect(await app.item()).toMatchObject({
    status: "succeeded",
    output: { winner: "byAir", result: { booking: "1#first.byAir/load-plane#do" } },
  });
  expect(done("notify#do")).toHaveLength(1);
  await app.cloud.advance("1 hour");
  await expectEmptyQueues(app.cloud);
});

test("an event wins: what both others did is undone, the last first", async () => {
  app = await parcels({ "book-ship": takes(2), "load-plane": takes(9) });
  await app.send("parcel.accepted");
  await app.cloud.advance("7 seconds");
  await app.send("parcel.picked-up", { by: "ada" });
  await app.cloud.advance("5 minutes");
  expect(await app.item()).toMatchObject({
    status: "succeeded",
    output: { winner: "pickedUp", result: { parcel: "p", by: "ada" } },
  });
  const undone = done("#undo").filter((path) => path.includes("first"));
  // The plane was being loaded: its effect is late, and undone when it is known.
  expect(undone).toEqual([
    "1#first.bySea/book-ship#undo",
    "1#first.byAir/book-plane#undo",
    "1#first.byAir/load-plane#undo",
  ]);
  expect(app.published().filter(({ name }) => name === "step.late")).toMatchObject([
    { path: "first.byAir/load-plane" },
  ]);
  expect(await app.item()).toMatchObject({ compensation: { undone: 3, failed: 0, open: false } });
});

test("all ways fail: the run fails with each reason, and is compensated", async () => {
  app = await parcels({ "load-plane": refused, "book-ship": refused });
  await app.send("parcel.accepted");
  await app.cloud.advance("30 minutes");
  // The customer may still come.
  expect(await app.item()).toMatchObject({ status: "running" });
  await app.cloud.advance("1 hour");
  expect(await app.item()).toMatchObject({
    status: "failed",
    compensation: { undone: 1, failed: 0 },
    failure: {
      error: "Millrace.RaceFailed",
      cause: expect.stringMatching(
        /byAir: .*no capacity.*bySea: .*no capacity.*pickedUp: .*parcel.picked-up/s,
      ),
    },
  });
  expect(await app.decided()).toEqual([]);
});

/**
 * One way has won and its effects are in place; every effect of the others was undone, once, and nothing of
 * them is open.
 */
async function expectOneWinner(): Promise<string> {
  const item = await app.item();
  expect(item.status).toBe("succeeded");
  const { winner } = item.output as { winner: string };
  expect(await app.decided()).toEqual([`first ${winner}`]);
  const effects = done("#do").filter((path) => path.includes("first."));
  const undone = done("#undo").filter((path) => path.includes("first."));
  const lost = effects.filter((path) => !path.includes(`first.${winner}/`));
  expect(undone.toSorted()).toEqual(lost.map((path) => path.replace("#do", "#undo")).sort());
  const open = (await app.claims()).filter(
    ({ path, state }) => path.includes("first.") && state === "running",
  );
  expect(open).toEqual([]);
  for (const insurance of await app.insurances())
    expect(insurance.status).toBe(winner === "bySea" ? "succeeded" : "terminated");
  return winner;
}

const winners = new Set<string>();

test.each(seeds([1, 2], 60))(
  // Faults delay the plane more than the event: it has a head start, so that each of the two wins at times.
  "two ways that finish at about the same time have one winner, with all faults: seed %i",
  async (seed) => {
    app = await parcels(
      { "load-plane": takes(2) },
      {
        seed,
        faults: {
          duplicates: 0.2,
          delays: { chance: 0.3, upTo: "10 seconds" },
          interleave: true,
          calls: [
            { kind: "throttle", chance: 0.02 },
            { kind: "lost", chance: 0.03 },
            { kind: "crash-before", chance: 0.01 },
            { kind: "crash-after", chance: 0.02 },
          ],
        },
      },
    );
    await app.send("parcel.accepted");
    await app.cloud.advance("5 seconds");
    await app.send("parcel.picked-up", { by: "ada" });
    await app.cloud.advance("2 hours");
    winners.add(await expectOneWinner());
    await expectEmptyQueues(app.cloud);
  },
  60_000,
);

test("among the seeds, different ways win", () => {
  expect(winners.size).toBeGreaterThan(1);
});

test("a worker of a lost way that dies before it records its effect: the effect is found and undone", async () => {
  app = await parcels(
    {},
    {
      faults: {
        calls: [
          {
            kind: "crash-before",
            function: "send-parcel: book-ship",
            operation: "dynamodb:BatchExecuteStatement",
            on: 2,
          },
        ],
      },
    },
  );
  await app.send("parcel.accepted");
  await app.cloud.advance("5 hours");
  expect(app.cloud.calls.map(({ trouble }) => trouble)).toContain("crash-before");
  expect(await expectOneWinner()).toBe("byAir");
  expect(done("book-ship#do")).toHaveLength(1);
});

test("a race is decided while the workflow is paused; what the pause deferred of the others never begins", async () => {
  app = await parcels({ "book-plane": takes(3), "book-ship": takes(3) });
  await app.send("parcel.accepted");
  await app.cloud.advance("1 second");
  await app.order("pause");
  await app.cloud.advance("1 minute");
  await app.send("parcel.picked-up", { by: "ada" });
  await app.cloud.advance("1 minute");
  expect(await app.decided()).toEqual(["first pickedUp"]);
  await app.order("resume");
  await app.cloud.advance("10 minutes");
  expect(await expectOneWinner()).toBe("pickedUp");
  expect(done("load-plane#do")).toEqual([]);
  expect(await app.insurances()).toEqual([]);
  await expectEmptyQueues(app.cloud);
});

test("a run that fails after a race undoes the winner too, and each effect once; a retry races again", async () => {
  let full = true;
  app = await parcels({
    "load-plane": takes(3),
    notify: () => {
      if (full) refused();
    },
  });
  await app.send("parcel.accepted");
  await app.cloud.advance("10 minutes");
  expect(await app.item()).toMatchObject({ status: "failed", compensation: { undone: 3, failed: 0 } });
  const first = done("#undo").filter((path) => path.includes("first."));
  expect(first.toSorted()).toEqual([
    "1#first.byAir/book-plane#undo",
    "1#first.byAir/load-plane#undo",
    "1#first.bySea/book-ship#undo",
  ]);
  full = false;
  expect(await app.order("retry")).toMatchObject({ done: true });
  await app.cloud.advance("10 minutes");
  expect(await app.item()).toMatchObject({ status: "succeeded", epoch: 2 });
  expect((await app.decided()).length).toBe(2);
  const second = done("#undo").filter((path) => path.startsWith("2#first."));
  expect(second).toEqual(["2#first.bySea/book-ship#undo"]);
});

/** A crash at the n-th call of one function; answers whether there was such a call. */
async function crashed(name: string, kind: "crash-before" | "crash-after", on: number): Promise<boolean> {
  app = await parcels({ "load-plane": takes(5) }, { faults: { calls: [{ kind, function: name, on }] } });
  await app.send("parcel.accepted");
  await app.cloud.advance("1 hour");
  expect(await expectOneWinner()).toBe("byAir");
  await expectEmptyQueues(app.cloud);
  const found = app.cloud.calls.some(({ trouble }) => trouble === kind);
  await app.cloud.close();
  return found;
}

/** The suite has one call in twenty, the soak each of them. */
const STEP = soaking ? 1 : 20;

test.each([
  ["Delivers events to the runs that wait for them", 15],
  ["Completes runs", 15],
])(
  "a crash at any call of the function that %s is repaired",
  async (name, least) => {
    let on = 1;
    const kinds = ["crash-before", "crash-after"] as const;
    while (await crashed(name, kinds[Math.floor(on / STEP) % 2]!, on)) on += STEP;
    expect(on).toBeGreaterThan(least);
  },
  240_000,
);
