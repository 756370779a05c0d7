import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { hearCalls } from "./calls.ts";
import { median, print, say, spread, table } from "./figures.ts";
import { BENCH_APP, onStage, synthesizeInto, within, withFolder } from "./harness.ts";
import { Runs } from "./runs.ts";

/**
 * Runs per second of six trivial steps with 1,000 runs outstanding: 1,000 events are sent, and one more for each run
 * that ends, until 1,000 have ended. The clock runs from the first PutEvents, so that filling the pipeline counts.
 */
const OUTSTANDING = 1000;
const MEASURED = 100;
const WARM_UP = 50;
const REPETITIONS = 1;
const STEPS = 6;
const LIMIT_SECONDS = 300;

interface Measured {
  runsPerSecond: number;
  residentMegabytes: number;
  diskMegabytes: number;
}

async function measure(assembly: string, data: string | undefined): Promise<Measured> {
  return await onStage(assembly, data, async ({ cloud, publish }) => {
    const runs = new Runs();
    hearCalls(cloud.kernel, runs.hear);
    let sent = 0;
    const send = (count: number) =>
      publish(
        "bench.requested",
        Array.from({ length: count }, () => ({ id: `run-${sent++}` })),
      );
    await send(WARM_UP);
    await within(60, "The warm-up", runs.reached(WARM_UP));

    const failure = Promise.withResolvers<never>();
    const began = performance.now();
    await send(OUTSTANDING);
    const refill = () => {
      const missing = OUTSTANDING - (sent - runs.count);
      if (missing > 0) send(missing).catch(failure.reject);
    };
    const reached = runs.reached(WARM_UP + MEASURED, refill);
    await within(LIMIT_SECONDS, "The measurement", Promise.race([reached, failure.promise]));
    const seconds = (performance.now() - began) / 1000;
    return {
      runsPerSecond: MEASURED / seconds,
      residentMegabytes: process.memoryUsage.rss() / 2 ** 20,
      diskMegabytes: data ? sizeOf(data) / 2 ** 20 : 0,
    };
  });
}

function sizeOf(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

await withFolder(async (folder) => {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, BENCH_APP);
  const results: Record<"disk" | "memory", Measured[]> = { disk: [], memory: [] };
  for (let repetition = 0; repetition < REPETITIONS; repetition++) {
    for (const kind of ["disk", "memory"] as const) {
      const data = kind === "disk" ? join(folder, `data-${repetition}`) : undefined;
      const measured = await measure(assembly, data);
      results[kind].push(measured);
      say(`${kind}: ${measured.runsPerSecond.toFixed(1)} runs/s`);
    }
  }
  const row = (label: string, measured: Measured[]) => {
    const rates = measured.map(({ runsPerSecond }) => runsPerSecond);
    const middle = (of: (one: Measured) => number) => Math.round(median(measured.map(of)));
    return [
      label,
      spread(rates, 1),
      (median(rates) * STEPS).toFixed(0),
      `${middle(({ residentMegabytes }) => residentMegabytes)} MB`,
      `${middle(({ diskMegabytes }) => diskMegabytes)} MB`,
    ];
  };
  print(
    table(
      ["data", `runs/s, median of ${REPETITIONS} (least–most)`, "steps/s", "resident memory", "size on disk"],
      [row("on disk", results.disk), row("`--memory`", results.memory)],
    ),
  );
});
