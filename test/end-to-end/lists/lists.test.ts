import { SFNClient } from "@aws-sdk/client-sfn";
import { describe, expect, test } from "vitest";
import { sentInputs } from "../../../lambdas/runtime/aws/runs/sent-input.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import type { CallFault } from "../../../local/simulation/faults.ts";
import { replayOf } from "../../contract/recording/replayed.ts";
import { soaking } from "../../seeds.ts";
import { type Parcels, parcelsOfApp } from "../parcels/open-parcels.ts";
import { poolDoing } from "../parcels/pool-doing.ts";
import { synthesizeLists } from "./parcel/app.ts";

/** A list of a pool in one message, from the compiler to the bundles, next to the same list as a Map. */
const [LISTED, MAPPED] = ["send-listed", "send-mapped"];
const EACH = [LISTED, MAPPED];

const openApp = parcelsOfApp(synthesizeLists);
let parcels: Parcels;

async function open(options?: Partial<SimulationOptions>) {
  parcels = await openApp(options);
  return parcels;
}

interface Box {
  id: string;
  trouble?: string;
  at?: string;
}

const THREE: Box[] = [{ id: "a" }, { id: "b" }, { id: "c" }];

async function send(boxes: Box[], then: Parameters<Parcels["cloud"]["advance"]>[0] = "5 minutes") {
  await parcels.publish({ boxes });
  await parcels.cloud.advance(then);
}

/** The pools' workers, which do this before a step. */
const handlers = (before: Parameters<typeof poolDoing>[0]) =>
  Object.fromEntries(EACH.map((workflow) => [`${workflow}: counter`, poolDoing(before)]));

const OUTPUT = {
  packed: "p, pack",
  boxes: ["a", "b", "c"].map((box, number) => ({ so: "p, pack, label, stamp", box, number })),
};
/** The paths of a list's steps. */
const paths = (...numbers: number[]) =>
  numbers.flatMap((number) => [`boxes[${number}]/label`, `boxes[${number}]/stamp`]);

describe("a list in one message has the claims, the log and the output that it has as a Map", () => {
  test.each([
    ["of three items", THREE],
    ["of one item", THREE.slice(0, 1)],
    ["without items", []],
  ])("%s", async (_, boxes) => {
    await open();
    await send(boxes);
    for (const workflow of EACH) {
      expect(await parcels.item(workflow)).toMatchObject({
        status: "succeeded",
        output: { ...OUTPUT, boxes: OUTPUT.boxes.slice(0, boxes.length) },
      });
      expect(await parcels.claims(workflow)).toEqual(await parcels.claims(MAPPED));
      expect(await parcels.story(workflow)).toEqual(await parcels.story(MAPPED));
    }
    const answers = (workflow: string) =>
      parcels.callsOfPool(workflow).filter(({ operation }) => operation === "SendTaskSuccess");
    expect(answers(MAPPED)).toHaveLength(1 + boxes.length);
    expect(answers(LISTED)).toHaveLength(2);
  });
});

test("items run at the same time", async () => {
  await open({ handlers: handlers((_, sleep) => sleep(4_000)) });
  await send(THREE, "14 seconds");
  // pack, then label and stamp of all boxes: 4 + 4 + 4 seconds, and not 4 + 3 * 8.
  expect(await parcels.item(LISTED)).toMatchObject({ status: "succeeded", output: OUTPUT });
});

describe("trouble with an item ends as in a Map", () => {
  const at = (number: number, trouble: string, step: string, boxes = THREE) =>
    boxes.map((box, one) => (one === number ? { ...box, trouble, at: step } : box));

  test.each([
    ["a step that is retried twice", at(1, "twice", "stamp")],
    ["the same step of two items", at(0, "twice", "label", at(2, "twice", "label"))],
    [
      "different steps of all items",
      at(0, "twice", "label", at(1, "twice", "stamp", at(2, "twice", "label"))),
    ],
  ])("%s", async (_, boxes) => {
    await open();
    await send(boxes);
    for (const workflow of EACH) {
      expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", output: OUTPUT });
      expect(await parcels.claims(workflow)).toEqual(await parcels.claims(MAPPED));
      const began = (await parcels.began(workflow)).toSorted();
      expect(began).toEqual((await parcels.began(MAPPED)).toSorted());
    }
  });

  test.each([
    ["always", "stamp"],
    ["gives up", "label"],
  ])("%s at %s", async (trouble, step) => {
    await open();
    await send(at(1, trouble, step));
    for (const workflow of EACH) {
      const { status, failure, compensation } = await parcels.item(workflow);
      expect(status).toBe("failed");
      expect(failure!.cause).toContain(`"path":"boxes[1]/${step}"`);
      const undone = (await parcels.undone(workflow)).toSorted();
      expect(undone).toContain("pack");
      expect(undone).not.toContain(`boxes[1]/${step}`);
      expect(compensation).toMatchObject({ undone: undone.length, failed: 0 });
    }
  });

  test("an item has all attempts of its step, however many the others needed", async () => {
    const failsTwice = ["boxes[0]/label", "boxes[0]/stamp", "boxes[1]/stamp"];
    const counter = poolDoing(async (_, sleep, { idempotencyKey, attempt }) => {
      if (attempt > 2 || !failsTwice.some((path) => idempotencyKey.includes(path))) return;
      // The state learns of stamp: so it has retried that step for the second box before the first comes to it.
      if (idempotencyKey.includes("label")) await sleep(2_000);
      throw new Error("Try again.");
    });
    await open({ handlers: { [`${LISTED}: counter`]: counter } });
    await send(THREE);
    expect(await parcels.item(LISTED)).toMatchObject({ status: "succeeded", output: OUTPUT });
    const third = (await parcels.claims(LISTED)).filter((claim) => claim.includes(" do done 3 "));
    expect(third.map((claim) => claim.split(" ")[0])).toEqual(failsTwice);
  });

  test.each([true, false])("a question, which is answered with %s", async (approved) => {
    await open();
    await send(at(1, "asks", "stamp"));
    for (const workflow of EACH) {
      expect(await parcels.claims(workflow)).toEqual(await parcels.claims(MAPPED));
      await parcels.decide("boxes[1]/stamp/asks", approved, workflow);
    }
    await parcels.cloud.advance("5 minutes");
    for (const workflow of EACH) {
      const stamps = (await parcels.began(workflow)).filter((line) => line === "stamp 1");
      expect(stamps).toHaveLength(approved ? 4 : 3);
      if (approved) continue;
      expect(await parcels.item(workflow)).toMatchObject({
        status: "failed",
        failure: { error: "Millrace.Ask" },
        compensation: { undone: 6, failed: 0 },
      });
    }
  });

  test("an item that waits does not keep the others from their ends, and is undone when the run is terminated", async () => {
    await open();
    await send(at(0, "waits", "label"));
    const done = (await parcels.claims(LISTED)).filter((claim) => claim.includes(" do done "));
    expect(done.map((claim) => claim.split(" ")[0])).toEqual([...paths(1, 2), "pack"]);
    for (const workflow of EACH) await parcels.order("terminate", workflow);
    const undone = async (workflow: string) => (await parcels.undone(workflow)).toSorted();
    expect(await undone(LISTED)).toEqual(await undone(MAPPED));
    expect(await undone(LISTED)).toEqual([...paths(1, 2), "pack"]);
  });
});

describe("an operator in the middle", () => {
  const slow = () => open({ handlers: handlers((_, sleep) => sleep(5_000)) });

  test("pauses all items, and resumes them", async () => {
    await slow();
    await send(THREE, "7 seconds");
    await parcels.order("pause", LISTED);
    await parcels.cloud.advance("10 minutes");
    const done = (await parcels.claims(LISTED)).filter((claim) => claim.includes(" done "));
    expect(done.map((claim) => claim.split(" ")[0])).toEqual([
      "boxes[0]/label",
      "boxes[1]/label",
      "boxes[2]/label",
      "pack",
    ]);
    await parcels.order("resume", LISTED);
    await parcels.cloud.advance("1 minute");
    expect(await parcels.item(LISTED)).toMatchObject({ status: "succeeded", output: OUTPUT });
    expect(await parcels.began(LISTED)).toHaveLength(7);
  });

  test.each(EACH)(
    "terminates %s between two steps: what runs is late, and all is undone",
    async (workflow) => {
      await slow();
      await send(THREE, "7 seconds");
      await parcels.order("terminate", workflow);
      expect(await parcels.item(workflow)).toMatchObject({
        status: "terminated",
        compensation: { undone: 4, failed: 0 },
      });
      expect(await parcels.began(workflow)).toEqual(["pack 1", "label 1", "label 1", "label 1"]);
    },
  );

  test("a failed run is retried as one with a Map", async () => {
    await open();
    await send([{ id: "a" }, { id: "b", trouble: "gives up", at: "stamp" }]);
    for (const workflow of EACH) {
      await parcels.order("retry", workflow);
      expect(await parcels.item(workflow)).toMatchObject({ epoch: 2, status: "failed" });
    }
    const began = async (workflow: string) => (await parcels.began(workflow)).toSorted();
    expect(await began(LISTED)).toEqual(await began(MAPPED));
  });
});

test("the input of an item's step is found in the execution's history", async () => {
  await open();
  await send(THREE);
  const { execution } = await parcels.item(LISTED);
  const inputOf = sentInputs(parcels.cloud.client(SFNClient));
  expect(await inputOf(execution!, "boxes[2]/label")).toEqual({
    input: { parcel: { id: "c" }, so: "p, pack" },
  });
});

test("a run takes the same path when it is replayed", async () => {
  await open();
  await send([{ id: "a" }, { id: "b", trouble: "twice", at: "stamp" }]);
  const [recorded] = (await parcels.recording(LISTED)).executions;
  expect(await replayOf(recorded!)).toMatch(/^the same path/);
});

test("duplicate messages run each step once", async () => {
  await open({ faults: { duplicates: 1 } });
  await Promise.all([
    parcels.publish({ boxes: THREE }),
    parcels.publish({ boxes: THREE }),
    parcels.cloud.settle(),
  ]);
  await parcels.cloud.advance("10 minutes");
  expect(await parcels.item(LISTED)).toMatchObject({ status: "succeeded", epoch: 1, output: OUTPUT });
  expect(await parcels.began(LISTED)).toHaveLength(7);
});

/** One run to its end, which must be as if nothing had happened. Answers the worker's calls. */
async function runToEnd(calls: CallFault[]) {
  await open({ schedules: true, faults: { calls } });
  await send(THREE, "25 minutes");
  expect(await parcels.item(LISTED)).toMatchObject({ status: "succeeded", epoch: 1, output: OUTPUT });
  const claims = await parcels.claims(LISTED);
  expect(claims.map((claim) => claim.split(" ").slice(0, 4).join(" "))).toEqual(
    [...paths(0, 1, 2), "pack"].map((step) => `${step} do done 1`),
  );
  const own = parcels.callsOfPool(LISTED);
  await parcels.cloud.close();
  return own;
}

/** The suite tries every sixth call. */
const STEP = soaking ? 1 : 6;

test("a crash of the worker before and after each of its calls is repaired", async () => {
  const calls = await runToEnd([]);
  expect(calls.length).toBeGreaterThan(STEP);
  for (let on = 0; on < calls.length; on += STEP) {
    for (const kind of ["crash-before", "crash-after"] as const) {
      const own = await runToEnd([{ kind, function: `${LISTED}: counter`, on: on + 1 }]);
      expect(own.filter(({ trouble }) => trouble !== undefined)).toHaveLength(1);
    }
  }
});
