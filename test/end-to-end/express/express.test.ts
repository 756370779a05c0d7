import { expect, test } from "vitest";
import type { RunItem } from "../../../lib/contract/table.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import { EXPRESS, type Parcels, parcelsOfApp, STANDARD } from "../parcels/open-parcels.ts";
import { synthesizeParcels } from "./parcel/app.ts";

const openApp = parcelsOfApp(synthesizeParcels);
let parcels: Parcels;

async function open(options?: Partial<SimulationOptions>) {
  parcels = await openApp(options);
  return parcels;
}

const OUTPUT = {
  so: "p, pack, weigh, label",
  id: "p",
  steps: [{ so: "p, pack" }, { weighed: { so: "p, pack, weigh" } }],
  says: "{% so %}",
};

test("a run whose steps succeed has no execution, and the same claims, log and output as one with an execution", async () => {
  await open();
  await parcels.send();
  expect(await parcels.executions(EXPRESS)).toEqual([]);
  expect(await parcels.executions(STANDARD)).toHaveLength(1);
  const [express, standard] = [await parcels.item(EXPRESS), await parcels.item(STANDARD)];
  expect(express.execution).toBeUndefined();
  expect([express.status, express.output]).toEqual(["succeeded", OUTPUT]);
  expect(standard.output).toEqual(OUTPUT);
  expect(await parcels.claims(EXPRESS)).toEqual(await parcels.claims(STANDARD));
  expect(await parcels.story(EXPRESS)).toEqual(await parcels.story(STANDARD));
});

test.each([
  ["twice", "weigh"],
  ["always", "label"],
  ["gives up", "label"],
  ["asks", "weigh"],
  ["waits", "pack"],
])(
  "a step that fails (%s) is handed over to an execution, which decides as for its own",
  async (trouble, at) => {
    await open();
    await parcels.send(trouble, at);
    await parcels.cloud.advance("5 minutes");
    expect(await parcels.executions(EXPRESS)).toHaveLength(1);
    expect((await parcels.item()).express).toMatchObject({ handedOver: expect.stringContaining(at) });
    const [express, standard] = [await parcels.item(EXPRESS), await parcels.item(STANDARD)];
    const endOf = ({ status, output, failure, compensation }: RunItem) => [
      status,
      output,
      failure,
      compensation,
    ];
    expect(endOf(express)).toEqual(endOf(standard));
    expect(await parcels.claims(EXPRESS)).toEqual(await parcels.claims(STANDARD));
    if (trouble === "waits") return;
    expect(await parcels.story(EXPRESS)).toEqual(await parcels.story(STANDARD));
    expect(await parcels.began(EXPRESS)).toEqual(await parcels.began(STANDARD));
    expect(await parcels.undone(EXPRESS)).toEqual(await parcels.undone(STANDARD));
  },
);
