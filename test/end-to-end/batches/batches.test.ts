import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { deliveryReader } from "../../../lambdas/runtime/aws/ledger/delivery-reader.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Faults, type Simulation, simulate } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { all } from "./app/documents.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-batches-")) });
  const handlers = join(import.meta.dirname, "app");
  new Millrace(new Stack(app, "Batches"), "Millrace", { workflows: all, handlers });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

const EDITS = 23;

/** Edits of two documents at once, some twice, and all that follows. */
async function edit(faults: Faults = {}) {
  cloud = await simulate(assembly, { seed: 1, schedules: false, faults });
  const { MillraceBus: EventBusName, MillraceTable } = await cloud.outputs("Batches");
  const entry = (edit: number) => ({
    EventBusName,
    Source: "editor",
    DetailType: "document.changed",
    Detail: JSON.stringify({
      document: edit % 3 === 0 ? "other" : "draft",
      edit,
      millrace: { id: `e${edit}`, time: new Date(cloud.now() + edit).toISOString() },
    }),
  });
  const edits = Array.from({ length: EDITS }, (_, at) => (at * 7) % EDITS);
  for (const part of [edits.slice(0, 9), edits.slice(9, 18), edits.slice(18), edits.slice(0, 9)])
    await cloud.call("events", "PutEvents", { Entries: part.map(entry) });
  await cloud.advance("3 hours");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const reader = runReader(table, cloud.client(SFNClient));
  const runs = await Promise.all(
    (await reader.runs(100)).map(async ({ run }) => (await reader.run(run))!.run),
  );
  return { runs, deliveries: deliveryReader(table) };
}

/** Each event is in exactly one run of each workflow, whose step had it, and the ledger names that run. */
async function expectExact({ runs, deliveries }: Awaited<ReturnType<typeof edit>>): Promise<void> {
  for (const { name } of all) {
    const own = runs.filter(({ workflow }) => workflow === name);
    expect(own.map(({ status }) => status)).toEqual(own.map(() => "succeeded"));
    const ids = own.flatMap(({ events }) => events!.map(({ id }) => id));
    const expected = Array.from({ length: EDITS }, (_, at) => `e${at}`);
    expect(ids.toSorted()).toEqual(expected.toSorted());
    for (const { run, events, output } of own) {
      expect(events!.length).toBeLessThanOrEqual(5);
      expect((output as { edits: number[] }).edits.map((edit) => `e${edit}`)).toEqual(
        events!.map(({ id }) => id),
      );
      for (const { id } of events!) {
        const delivery = (await deliveries.ofEvent(id)).find(({ subscriber }) => subscriber === name);
        expect(delivery).toMatchObject({ state: "done", run });
      }
    }
  }
}

test("five events or twenty seconds become one run, by key: through the synthesized stack", async () => {
  const edited = await edit();
  await expectExact(edited);
  const batches = edited.runs.filter(({ workflow }) => workflow === "index-batches");
  const sizes = batches.map(({ events }) => events!.length).toSorted();
  // Fifteen edits of one document and eight of the other.
  expect(sizes).toEqual([3, 5, 5, 5, 5]);
});

test.each(seeds([2], 50))("the same with duplicates, delays and crashes: %i", async (seed) => {
  const chance = 0.01 * (1 + ((seed - 1) % 3));
  await expectExact(
    await edit({
      duplicates: 0.2,
      delays: { chance: 0.3, upTo: "20 seconds" },
      interleave: true,
      calls: [
        { kind: "crash-before", chance },
        { kind: "crash-after", chance },
        { kind: "lost", chance: 0.02 },
      ],
    }),
  );
});
