import { join } from "node:path";
import { beforeAll } from "vitest";
import { StepFailure } from "../../../lambdas/runtime/index.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import type { SimulationOptions } from "../../../local/simulate.ts";
import { sharedApp } from "../../shared-app.ts";
import { type Conduct, conductedApp } from "../conducted-app.ts";
import { bookFlight, bookNight, bookTrip, cancelFlight, cancelNight, charge, quote } from "./app/trip.ts";

const STEPS = [quote, bookFlight, cancelFlight, bookNight, cancelNight, charge];

let assembly: string;
beforeAll(() => {
  const handlers = join(import.meta.dirname, "app");
  assembly = sharedApp("sagas", "Millrace", { workflows: [bookTrip], handlers });
}, 120_000);

export type Trips = Awaited<ReturnType<typeof trips>>;

/** The booking of trips in a simulation. `conduct` says how steps behave, by name; by default they succeed at once. */
export async function trips(conduct: Record<string, Conduct> = {}, options: Partial<SimulationOptions> = {}) {
  const run = runId("book-trip", "trip.requested", "t");
  const app = await conductedApp(assembly, { steps: STEPS, run, conduct, options });
  return {
    ...app,
    request: (nights = ["mon", "tue"]) => app.send("trip.requested", { trip: "t", nights }),
  };
}

/** Thrown by a step whose failure is final. */
export function never(message: string): StepFailure {
  return new StepFailure("give-up", message);
}
