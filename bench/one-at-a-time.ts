import { join } from "node:path";
import { observeCalls } from "./calls.ts";
import { print, say, table } from "./figures.ts";
import { BENCH_APP, onStage, synthesizeInto, withFolder, within } from "./harness.ts";
import { Meter } from "./meter.ts";
import { Runs } from "./runs.ts";

const RUNS = 20;
const WARM_UP = 3;
const LIMIT_SECONDS = 120;

/** Prints the calls and writes of a run, one run at a time, for some variants of the measured app, by their labels. */
export async function compareRuns(what: string, variants: Readonly<Record<string, string>>): Promise<void> {
  const meters: Meter[] = [];
  for (const [label, app] of Object.entries(variants)) {
    say(label);
    meters.push(await withFolder((folder) => measure(app, folder)));
  }
  const row = (of: (meter: Meter) => number) => meters.map((meter) => (of(meter) / RUNS).toFixed(1));
  const callsOf = ({ calls }: Meter) => [...calls.values()].reduce((sum, times) => sum + times, 0);
  print(
    table(
      [what, ...Object.keys(variants)],
      [
        ["calls", ...row(callsOf)],
        [
          "answers to the state machine",
          ...row(({ calls }) => calls.get("Step Functions SendTaskSuccess") ?? 0),
        ],
        ["invocations", ...row(({ units }) => units.lambdaRequests)],
        ["DynamoDB write units", ...row(({ units }) => units.dynamodbWriteUnits)],
      ],
    ),
  );
}

async function measure(app: string, folder: string): Promise<Meter> {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, `${BENCH_APP} ${app}`);
  return await onStage(assembly, undefined, async ({ cloud, publish }) => {
    const runs = new Runs();
    observeCalls(cloud.kernel, runs.observe);
    const load = async (batch: string, count: number) => {
      for (let sent = 0; sent < count; sent++) {
        await publish("bench.requested", [{ id: `${batch}-${sent}` }]);
        await within(LIMIT_SECONDS, "a run", runs.reached(runs.count + 1));
      }
    };
    await load("warm-up", WARM_UP);
    const meter = new Meter();
    observeCalls(cloud.kernel, meter.observe, { capacity: true });
    await load("counted", RUNS);
    return meter;
  });
}
