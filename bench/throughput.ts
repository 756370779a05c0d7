import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { observeCalls } from "./calls.ts";
import { median, print, say, spread, table } from "./figures.ts";
import { BENCH_APP, onStage, synthesizeInto, withFolder, within } from "./harness.ts";
import { Runs } from "./runs.ts";

/**
 * Runs per second of six trivial steps: 1,000 events are sent at once, so that 1,000 runs are outstanding, and the
 * clock runs from the first PutEvents until the relay has put the end of the last run on the bus.
 */
const OUTSTANDING = 1000;
const WARM_UP = 50;
const REPETITIONS = 1;
const STEPS = 6;
const LIMIT_SECONDS = 300;

interface Measured {
  runsPerSecond: number;
  /** Of all threads, the functions' included. */
  processorMilliseconds: number;
  residentMegabytes: number;
  diskMegabytes: number;
}

async function measure(assembly: string, data: string | undefined): Promise<Measured> {
  return await onStage(assembly, data, async ({ cloud, publish }) => {
    const runs = new Runs();
    observeCalls(cloud.kernel, runs.observe);
    const send = (batch: string, count: number) =>
      publish(
        "bench.requested",
        Array.from({ length: count }, (_, position) => ({ id: `${batch}-${position}` })),
      );
    await send("warm-up", WARM_UP);
    await within(LIMIT_SECONDS, "The warm-up", runs.reached(WARM_UP));

    const began = performance.now();
    const processor = process.cpuUsage();
    await send("measured", OUTSTANDING);
    await within(LIMIT_SECONDS, "The measurement", runs.reached(WARM_UP + OUTSTANDING));
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(processor);
    return {
      runsPerSecond: OUTSTANDING / seconds,
      processorMilliseconds: (user + system) / 1000 / OUTSTANDING,
      residentMegabytes: process.memoryUsage.rss() / 2 ** 20,
      diskMegabytes: data ? sizeOf(data) / 2 ** 20 : 0,
    };
  });
}

function sizeOf(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, { parentPath, name }) => sum + statSync(join(parentPath, name)).size, 0);
}

function row(label: string, measured: Measured[]): string[] {
  const rates = measured.map(({ runsPerSecond }) => runsPerSecond);
  const middle = (of: (one: Measured) => number) => Math.round(median(measured.map(of)));
  return [
    label,
    spread(rates, 1),
    (median(rates) * STEPS).toFixed(0),
    `${middle(({ processorMilliseconds }) => processorMilliseconds)} ms`,
    `${middle(({ residentMegabytes }) => residentMegabytes)} MB`,
    `${middle(({ diskMegabytes }) => diskMegabytes)} MB`,
  ];
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
  const headings = ["runs/s (least–most)", "steps/s", "processor time per run", "resident", "on disk"];
  print(table(["data", ...headings], [row("on disk", results.disk), row("`--memory`", results.memory)]));
});
