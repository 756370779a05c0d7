import { describe, expect, test } from "vitest";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import type { CallFault } from "../../../local/simulation/faults.ts";
import { soaking } from "../../seeds.ts";
import { type Parcels, parcelsOfApp } from "../parcels/open-parcels.ts";
import { type Before, expressDoing, poolDoing } from "../parcels/pool-doing.ts";
import { synthesizeParcels } from "./parcel/app.ts";

/** Branches of a pool in one message, from the compiler to the bundles, next to the same steps in a Parallel. */
const [FUSED, EXPRESS, APART] = ["send-fused", "send-express", "send-apart"];
const EACH = [FUSED, EXPRESS, APART];

const openApp = parcelsOfApp(synthesizeParcels);
let parcels: Parcels;

async function open(options?: Partial<SimulationOptions>) {
  parcels = await openApp(options);
  return parcels;
}

const AFTER = ["crash-after"] as const;
const BOTH = ["crash-before", "crash-after"] as const;

const INTAKE = new URL("./parcel/send-express.intake.lambda.ts", import.meta.url);
const doing = (workflow: string, before: Before) =>
  workflow === EXPRESS ? expressDoing(INTAKE, before) : poolDoing(before);
/** The pools' workers, which do this before a step. */
const handlers = (before: Before) =>
  Object.fromEntries(EACH.map((workflow) => [`${workflow}: counter`, doing(workflow, before)]));
const steps = async (workflow: string) => (await parcels.began(workflow)).toSorted();

const OUTPUT = { so: "p, pack, label, stamp, send", weighed: { so: "p, pack, weigh" } };

test("branches in one message have the claims, the log and the output that they have as states", async () => {
  await open();
  await parcels.send();
  for (const workflow of EACH) {
    expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", output: OUTPUT });
    expect(await parcels.claims(workflow)).toEqual(await parcels.claims(APART));
    expect(await parcels.story(workflow)).toEqual(await parcels.story(APART));
  }
  expect(await parcels.executions(EXPRESS)).toEqual([]);
  const answers = (workflow: string) =>
    parcels.callsOfPool(workflow).filter(({ operation }) => operation === "SendTaskSuccess");
  expect(answers(APART)).toHaveLength(5);
  expect(answers(FUSED)).toHaveLength(1);
});

test("branches run at the same time", async () => {
  const all = handlers((step, sleep) => sleep(step === "weigh" ? 6_000 : 2_000));
  await open({ handlers: all });
  await parcels.publish();
  // pack, then weigh during label and stamp, then send: 2 + 6 + 2 seconds, and not 14.
  await parcels.cloud.advance("11 seconds");
  for (const workflow of [FUSED, EXPRESS])
    expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", output: OUTPUT });
});

test("each line of a branch's log has the step and the attempt of that branch", async () => {
  await open({ handlers: handlers((step, sleep) => sleep(step === "weigh" ? 6_000 : 2_000)) });
  await parcels.send("twice", "weigh");
  const { logGroups } = await parcels.cloud.call("logs", "DescribeLogGroups", {});
  for (const workflow of [FUSED, EXPRESS]) {
    const { logGroupName } = (logGroups as any[]).find((group) =>
      group.logGroupName.includes(`${workflow}/counter`),
    );
    const query = { logGroupName, filterPattern: '"Begins"' };
    const { events } = await parcels.cloud.call("logs", "FilterLogEvents", query);
    const lines = (events as any[]).map(({ message }) => JSON.parse(message));
    expect(lines.map(({ message }) => message)).toContain("Begins: weigh 2.");
    expect(lines.map(({ message }) => message)).toEqual(
      lines.map(({ path, attempt }) => `Begins: ${path} ${attempt}.`),
    );
  }
});

const endOf = ({ status, output, failure, compensation }: RunItem) => [
  status,
  output,
  failure?.cause,
  compensation,
];

describe("trouble in a branch ends as in a Parallel", () => {
  test.each([
    ["twice", "weigh"],
    ["twice", "stamp"],
    ["waits", "label"],
  ])("%s at %s", async (trouble, at) => {
    await open();
    await parcels.send(trouble, at);
    if (trouble === "waits") {
      await parcels.order("terminate", FUSED);
      await parcels.order("terminate", APART);
      const undone = async (workflow: string) => (await parcels.undone(workflow)).toSorted();
      expect(await undone(FUSED)).toEqual(await undone(APART));
      return;
    }
    await parcels.cloud.advance("5 minutes");
    for (const workflow of EACH) {
      expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", output: OUTPUT });
      expect(await parcels.claims(workflow)).toEqual(await parcels.claims(APART));
      expect(await steps(workflow)).toEqual(await steps(APART));
    }
  });

  test.each([
    ["always", "weigh"],
    ["gives up", "stamp"],
    ["gives up", "send"],
  ])("%s at %s", async (trouble, at) => {
    await open();
    await parcels.send(trouble, at);
    await parcels.cloud.advance("5 minutes");
    for (const workflow of EACH) {
      const item = await parcels.item(workflow);
      expect(endOf(item).slice(0, 2)).toEqual(["failed", undefined]);
      expect(item.failure!.cause).toContain(`"path":"${at}"`);
      expect((await parcels.undone(workflow)).toSorted()).toEqual((await parcels.undone(APART)).toSorted());
      // As states, they have no order within a millisecond.
      if (workflow !== APART) expect((await parcels.undone(workflow)).at(-1)).toBe("pack");
      expect(item.compensation).toEqual((await parcels.item(APART)).compensation);
    }
  });

  test.each([true, false])("a question, which is answered with %s", async (approved) => {
    await open();
    await parcels.send("asks", "weigh");
    await parcels.cloud.advance("5 minutes");
    for (const workflow of EACH) {
      expect(await parcels.claims(workflow)).toEqual(await parcels.claims(APART));
      await parcels.decide("weigh/asks", approved, workflow);
    }
    await parcels.cloud.advance("5 minutes");
    const began = ["label 1", "pack 1", "stamp 1", "weigh 1"];
    for (const workflow of EACH) {
      expect(await steps(workflow)).toEqual(approved ? [...began, "weigh 1"] : began);
      if (!approved)
        expect(await parcels.item(workflow)).toMatchObject({
          status: "failed",
          failure: { error: "Millrace.Ask" },
          compensation: { undone: 2, failed: 0 },
        });
    }
  });
});

describe("an operator in the middle", () => {
  const slow = () => open({ handlers: handlers((_, sleep) => sleep(5_000)) });

  test.each([FUSED, EXPRESS])("pauses all branches of %s, and resumes them", async (workflow) => {
    await slow();
    await parcels.publish();
    await parcels.cloud.advance("7 seconds");
    await parcels.order("pause", workflow);
    await parcels.cloud.advance("10 minutes");
    const before = (await parcels.claims(workflow)).filter((claim) => claim.includes("done"));
    expect(before.map((claim) => claim.split(" ")[0])).toEqual(["label", "pack", "weigh"]);
    await parcels.order("resume", workflow);
    await parcels.cloud.advance("1 minute");
    expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", output: OUTPUT });
    expect(await steps(workflow)).toEqual(["label 1", "pack 1", "send 1", "stamp 1", "weigh 1"]);
  });

  test.each(EACH)(
    "terminates %s between two steps: what runs is late, and all is undone",
    async (workflow) => {
      await slow();
      await parcels.publish();
      await parcels.cloud.advance("7 seconds");
      await parcels.order("terminate", workflow);
      expect(await parcels.item(workflow)).toMatchObject({
        status: "terminated",
        compensation: { undone: 3, failed: 0 },
      });
      expect(await steps(workflow)).toEqual(["label 1", "pack 1", "weigh 1"]);
    },
  );

  test("a failed run is retried, and reuses what is done in every branch", async () => {
    await open();
    await parcels.send("gives up", "stamp");
    for (const workflow of EACH) {
      await parcels.order("retry", workflow);
      expect(await parcels.item(workflow)).toMatchObject({ epoch: 2, status: "failed" });
      expect((await steps(workflow)).filter((line) => line === "stamp 1")).toHaveLength(2);
    }
  });
});

test("a run past its deadline ends, and what is done in the branches is undone", async () => {
  await open({
    schedules: true,
    handlers: handlers((step) => (step === "send" ? new Promise(() => {}) : undefined)),
  });
  await parcels.publish();
  await parcels.cloud.advance("66 minutes");
  for (const workflow of EACH) {
    const item = await parcels.item(workflow);
    expect(["timed-out", "failed"]).toContain(item.status);
    expect((await parcels.undone(workflow)).toSorted()).toEqual(["label", "pack", "weigh"]);
  }
});

test("duplicate messages run each step once", async () => {
  await open({ faults: { duplicates: 1 } });
  await Promise.all([parcels.publish(), parcels.publish(), parcels.cloud.settle()]);
  await parcels.cloud.advance("10 minutes");
  for (const workflow of [FUSED, EXPRESS]) {
    expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", epoch: 1 });
    expect(await steps(workflow)).toEqual(["label 1", "pack 1", "send 1", "stamp 1", "weigh 1"]);
  }
});

/** One run to its end, which must be as if nothing had happened. Answers the worker's calls. */
async function runToEnd(workflow: string, calls: CallFault[]) {
  await open({ schedules: true, faults: { calls } });
  await parcels.publish();
  await parcels.cloud.advance("25 minutes");
  expect(await parcels.item(workflow)).toMatchObject({ status: "succeeded", epoch: 1, output: OUTPUT });
  const claims = await parcels.claims(workflow);
  expect(claims.map((claim) => claim.split(" ").slice(0, 4).join(" "))).toEqual(
    ["label", "pack", "send", "stamp", "weigh"].map((step) => `${step} do done 1`),
  );
  const own = parcels.callsOfPool(workflow);
  await parcels.cloud.close();
  return own;
}

/** The suite tries every sixth call, and others of each workflow. */
const STEP = soaking ? 1 : 6;

test.each([
  [FUSED, 0],
  [EXPRESS, soaking ? 0 : 3],
])("%s recovers from a crash of its worker before and after each of its calls", async (workflow, first) => {
  const calls = await runToEnd(workflow, []);
  expect(calls.length).toBeGreaterThan(STEP);
  for (let on = first; on < calls.length; on += STEP) {
    // A crash before a call is a crash after the one before it: the suite has that of the first call only.
    for (const kind of on === 0 || soaking ? BOTH : AFTER) {
      const own = await runToEnd(workflow, [{ kind, function: `${workflow}: counter`, on: on + 1 }]);
      expect(own.filter(({ trouble }) => trouble !== undefined)).toHaveLength(1);
    }
  }
});
