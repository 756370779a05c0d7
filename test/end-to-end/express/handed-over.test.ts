import { expect, test } from "vitest";
import type { HandlerFactory, SimulationOptions } from "../../../local/simulate.ts";
import { EXPRESS, type Parcels, parcelsOfApp } from "../parcels/open-parcels.ts";
import { type Around, type Before, expressDoing } from "../parcels/pool-doing.ts";
import { synthesizeParcels } from "./parcel/app.ts";

/** What ends a run without an execution in another way than by its last step. */
const openApp = parcelsOfApp(synthesizeParcels);
let parcels: Parcels;

async function open(options?: Partial<SimulationOptions>) {
  parcels = await openApp(options);
  return parcels;
}

const POOL = "send-express: counter";

const INTAKE = new URL("./parcel/send-express.intake.lambda.ts", import.meta.url);
const doing = (before?: Before, around?: Around) => expressDoing(INTAKE, before, around);

/** It acknowledges `count` messages after the first `handled` ones, and does nothing. */
function losing(count: number, handled = 0): HandlerFactory {
  let number = 0;
  return doing(undefined, (handler) => async (...of) => {
    const isLost = number >= handled && number < handled + count;
    number++;
    return isLost ? { batchItemFailures: [] } : handler(...of);
  });
}

/** Its steps fail before they read a message, until it is repaired. */
function broken(): { factory: HandlerFactory; repair(): void } {
  let isBroken = true;
  return {
    factory: doing(undefined, (handler) => async (...of) => {
      if (isBroken) throw new Error("Cannot find module");
      return await handler(...of);
    }),
    repair() {
      isBroken = false;
    },
  };
}

async function expectHandedOver(why: string) {
  expect(await parcels.executions()).toHaveLength(1);
  const { execution, express } = await parcels.item();
  expect(execution).toContain("send-express");
  expect(express?.handedOver).toContain(why);
}

test("a run whose message is lost continues in an execution within the reconciler's interval", async () => {
  await open({ handlers: { [POOL]: losing(1) }, schedules: true });
  await parcels.publish();
  await parcels.cloud.advance("4 minutes");
  expect(await parcels.executions()).toEqual([]);
  await parcels.cloud.advance("7 minutes");
  await expectHandedOver("its worker did not end it");
  expect(await parcels.item()).toMatchObject({
    status: "succeeded",
    output: { so: "p, pack, weigh, label" },
  });
});

test("a run whose message is dead is handed over by the dead-letter collector, and its message is not stored", async () => {
  const { factory, repair } = broken();
  // No reconciler: nothing else finds the run.
  await open({ handlers: { [POOL]: factory }, schedules: false });
  // Ten deliveries in this time are less than the run's deadline.
  const { QueueUrls } = await parcels.cloud.call("sqs", "ListQueues", {});
  for (const QueueUrl of (QueueUrls as string[]).filter((url) => url.includes("counterWorkQueue")))
    await parcels.cloud.call("sqs", "SetQueueAttributes", {
      QueueUrl,
      Attributes: { VisibilityTimeout: "120" },
    });
  await parcels.publish();
  for (let minutes = 0; (await parcels.executions()).length === 0; minutes += 5) {
    expect(minutes).toBeLessThan(50);
    await parcels.cloud.advance("5 minutes");
  }
  repair();
  await parcels.cloud.advance("30 minutes");
  await expectHandedOver("its worker did not end it");
  expect(await parcels.item()).toMatchObject({
    status: "succeeded",
    output: { so: "p, pack, weigh, label" },
  });
  expect((await parcels.item()).stuck).toBeUndefined();
  expect(await parcels.began()).toEqual(["pack 1", "weigh 1", "label 1"]);
  const { MillraceTable: TableName } = await parcels.cloud.outputs("Parcels");
  const { Items } = await parcels.cloud.call("dynamodb", "Scan", { TableName });
  const dead = (Items as any[]).filter(({ kind, subscriber }) => kind?.S === "dead-letter" && subscriber);
  expect(dead.filter(({ run }) => run?.S === parcels.runOf(EXPRESS))).toEqual([]);
}, 60_000);

/**
 * The last step and the run end in the second transaction. If it is cancelled, they end one after the other: two steps are the
 * first writes of their own, the last step is the third, and the end of the run the fourth.
 */
const CANCELLED = {
  function: POOL,
  operation: "dynamodb:ExecuteTransaction",
  on: 2,
  kind: "throttle-one",
} as const;
const END = { function: POOL, operation: "dynamodb:BatchExecuteStatement", on: 4 } as const;

test("a run whose worker dies before it ends the run is ended by the next delivery, and no step is repeated", async () => {
  await open({ schedules: true, faults: { calls: [CANCELLED, { ...END, kind: "crash-before" }] } });
  await parcels.publish();
  await parcels.cloud.advance("10 minutes");
  expect(await parcels.executions()).toEqual([]);
  expect((await parcels.item()).status).toBe("succeeded");
  expect(await parcels.began()).toEqual(["pack 1", "weigh 1", "label 1"]);
});

test("a run that no delivery ends succeeds from its claims, and no step is repeated", async () => {
  const faults = { calls: [CANCELLED, { ...END, kind: "crash-before" as const }] };
  await open({ handlers: { [POOL]: losing(1, 1) }, schedules: true, faults });
  await parcels.publish();
  await parcels.cloud.advance("20 minutes");
  await expectHandedOver("its worker did not end it");
  expect((await parcels.item()).status).toBe("succeeded");
  expect(await parcels.began()).toEqual(["pack 1", "weigh 1", "label 1"]);
});

test("a step that takes too long is handed over, and retried by its own policy", async () => {
  let hung = false;
  const hang = (step: string) => {
    if (step !== "weigh" || hung) return;
    hung = true;
    return new Promise(() => {});
  };
  await open({ handlers: { [POOL]: doing(hang) } });
  await parcels.publish();
  await parcels.cloud.advance("1 minute");
  await expectHandedOver("weigh failed with Timeout");
  expect(await parcels.item()).toMatchObject({
    status: "succeeded",
    output: { so: "p, pack, weigh, label" },
  });
});

test("a run that is paused is handed over, and continues when it is resumed", async () => {
  await open({ handlers: { [POOL]: doing((_, sleep) => sleep(5_000)) } });
  await parcels.publish();
  await parcels.cloud.advance("2 seconds");
  await parcels.order("pause");
  await expectHandedOver("weigh has to wait (run paused)");
  expect((await parcels.item()).status).toBe("running");
  await parcels.order("resume");
  expect(await parcels.item()).toMatchObject({
    status: "succeeded",
    output: { so: "p, pack, weigh, label" },
  });
});

test("a run that is terminated between steps undoes completed steps, and never has an execution", async () => {
  await open({ handlers: { [POOL]: doing((_, sleep) => sleep(5_000)) } });
  await parcels.publish();
  await parcels.cloud.advance("12 seconds");
  await parcels.order("terminate");
  expect(await parcels.executions()).toEqual([]);
  expect(await parcels.item()).toMatchObject({
    status: "terminated",
    compensation: { undone: 2, failed: 0 },
  });
  expect(await parcels.undone()).toEqual(["weigh", "pack"]);
});

test("a run past its deadline ends within the reconciler's interval, and is undone", async () => {
  await open({ handlers: { [POOL]: losing(1_000) }, schedules: true });
  await parcels.publish();
  await parcels.cloud.advance("66 minutes");
  expect(await parcels.item()).toMatchObject({ status: "timed-out", failure: { error: "States.Timeout" } });
});

test("a failed run is retried in an execution, which reuses completed steps", async () => {
  await open();
  await parcels.send("gives up", "label");
  expect((await parcels.item()).status).toBe("failed");
  await parcels.order("retry");
  const item = await parcels.item();
  expect(item).toMatchObject({ epoch: 2, status: "failed", execution: expect.stringContaining("-e2") });
  expect(item.express).toBeUndefined();
});

test("duplicate events start one run, and duplicate messages run each step once", async () => {
  await open({ faults: { duplicates: 1 } });
  await Promise.all([parcels.publish(), parcels.publish(), parcels.cloud.settle()]);
  await parcels.cloud.advance("10 minutes");
  expect(await parcels.item()).toMatchObject({ status: "succeeded", epoch: 1 });
  expect(await parcels.began()).toEqual(["pack 1", "weigh 1", "label 1"]);
});

test("an event that comes before the deployment has recorded the plan waits for it", async () => {
  const { cloud } = await open();
  const { MillraceTable: TableName } = await cloud.outputs("Parcels");
  const { Items } = await cloud.call("dynamodb", "Scan", { TableName });
  const [release] = (Items as any[]).filter(({ express }) => express !== undefined);
  const { pk, sk } = release;
  await cloud.call("dynamodb", "DeleteItem", { TableName, Key: { pk, sk } });
  await parcels.send();
  await expect(parcels.item()).rejects.toThrow();
  await cloud.call("dynamodb", "PutItem", { TableName, Item: release });
  await cloud.advance("1 minute");
  expect(await parcels.executions()).toEqual([]);
  expect((await parcels.item()).status).toBe("succeeded");
});
