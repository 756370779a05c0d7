import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { beforeAll } from "vitest";
import { tableRaces } from "../../../lambdas/runtime/aws/waits/races.ts";
import { StepFailure } from "../../../lambdas/runtime/index.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { Millrace } from "../../../lib/millrace.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { type Conduct, conductedApp } from "../conducted-app.ts";
import { steps, workflows } from "./app/parcel.ts";

let assembly: string;

/** Synthesizes the app, once for the tests of a file. */
export function parcelAssembly(): void {
  beforeAll(() => {
    assembly = sharedAssembly("parcels", (outdir) => {
      const app = new App({ outdir });
      new Millrace(new Stack(app, "Millrace"), "Millrace", {
        workflows,
        handlers: join(import.meta.dirname, "app"),
      });
      return app;
    });
  }, 120_000);
}

export type Parcels = Awaited<ReturnType<typeof parcels>>;

/** Parcels in a simulation. `conduct` says how steps behave, by name; by default they succeed at once. */
export async function parcels(
  conduct: Record<string, Conduct> = {},
  options: Partial<SimulationOptions> = {},
) {
  const run = runId("send-parcel", "parcel.accepted", "p");
  const app = await conductedApp(assembly, { steps, run, conduct, options });
  const races = tableRaces(app.table);
  return {
    ...app,
    send: (name: string, detail: object = {}) => app.send(name, { parcel: "p", ...detail }),
    /** The runs that the way by sea has called. */
    async insurances() {
      const children = await races.children(run);
      return await Promise.all(children.map(async ({ child }) => (await app.runs.read(child))!));
    },
    decided: async () => (await races.decided(run)).map(({ path, winner }) => `${path} ${winner}`),
  };
}

/** Takes seconds. */
export const takes =
  (seconds: number): Conduct =>
  (_, sleep) =>
    sleep(seconds * 1_000);

/** Fails for good. */
export const refused = (): never => {
  throw new StepFailure("give-up", "no capacity");
};
