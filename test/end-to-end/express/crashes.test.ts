import { beforeAll, expect, test } from "vitest";
import type { CallFault } from "../../../local/simulation/faults.ts";
import { soaking } from "../../seeds.ts";
import { openParcels } from "../parcels/open-parcels.ts";
import { synthesizeParcels } from "./parcel/app.ts";

/** Crashes between all calls that bring a run without an execution from its event to its end. */
let folder: string;
beforeAll(() => {
  folder = synthesizeParcels();
}, 120_000);

const AFTER = ["crash-after"] as const;
const BOTH = ["crash-before", "crash-after"] as const;
/** The suite tries every sixth call. */
const STEP = soaking ? 1 : 6;
const CRASHING = ["send-express: counter"];

/** One run to its end, which must be as if nothing had happened. Answers the calls of each function, in order. */
async function runToEnd(crashes: CallFault[]) {
  const parcels = await openParcels(folder, { faults: { calls: crashes }, schedules: true });
  const { cloud } = parcels;
  try {
    await parcels.publish();
    await cloud.advance("25 minutes");
    expect(await parcels.item()).toMatchObject({
      status: "succeeded",
      epoch: 1,
      output: { so: "p, pack, weigh, label" },
    });
    const claims = await parcels.claims();
    expect(claims.map((claim) => claim.split(" ").slice(0, 4).join(" "))).toEqual([
      "label do done 1",
      "pack do done 1",
      "weigh do done 1",
    ]);
    expect((await parcels.executions()).every(({ status }) => status === "SUCCEEDED")).toBe(true);
    expect(await parcels.story()).toContain("run.succeeded  ");
    const named = (name: string) => cloud.calls.filter((call) => call.function === cloud.functionName(name));
    return {
      calls: new Map(CRASHING.map((name) => [name, named(name).map((call) => call.operation)])),
      struck: cloud.calls.filter(({ trouble }) => trouble !== undefined).length,
    };
  } finally {
    await cloud.close();
  }
}

test.each(CRASHING)(
  "the run recovers from a crash of %s before and after each of its calls",
  async (name) => {
    const { calls } = await runToEnd([]);
    const own = calls.get(name)!;
    expect(own.length).toBeGreaterThan(0);
    for (let on = 0; on < own.length; on += STEP) {
      // A crash before a call is a crash after the one before it: the suite has that of the first call only.
      for (const kind of on === 0 || soaking ? BOTH : AFTER) {
        const { struck } = await runToEnd([{ kind, function: name, on: on + 1 }]);
        expect(struck, `${kind} ${own[on]}`).toBe(1);
      }
    }
  },
);
