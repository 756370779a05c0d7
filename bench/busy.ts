import { join } from "node:path";
import { observeCalls } from "./calls.ts";
import { print, say, table } from "./figures.ts";
import { BENCH_APP, onStage, type Stage, synthesizeInto, withFolder, within } from "./harness.ts";
import { Meter } from "./meter.ts";
import { Runs } from "./runs.ts";

/**
 * Runs of six trivial steps with 64 outstanding, on disk: runs per second and processor time after a warm-up, then, for other
 * runs, the calls of each operation. `node bench/busy.ts`, or `node bench/busy.ts 600 with-pool` for a
 * number of runs and one of the variants of bench/app.ts.
 */
const [runsArgument, only] = process.argv.slice(2);
const RUNS = Number(runsArgument ?? 1500);
const OUTSTANDING = 64;
/** The first runs of a process take several times as long: code is compiled while it runs. */
const WARM_UP = 1500;
const LIMIT_SECONDS = 600;

const VARIANTS: Record<string, string> = {
  "a function for each step": "as it is",
  "a pool, its steps grouped": "with-pool",
  "the same, steps only logged": "with-pool-logged",
  "the same, steps safe to repeat": "with-pool-repeatable",
  express: "express",
  "express, steps only logged": "express-logged",
  "the same, batches of 50": "express-logged-50",
  "the same in batches of 50, steps safe to repeat": "express-repeatable",
};

interface Measured {
  runsPerSecond: number;
  /** Of all threads, functions included. */
  processorMilliseconds: number;
  calls: Map<string, number>;
  writeUnits: number;
}

async function measure(app: string, folder: string): Promise<Measured> {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, `${BENCH_APP} ${JSON.stringify(app)}`);
  return await onStage(assembly, join(folder, "data"), async (stage) => {
    const runs = new Runs();
    observeCalls(stage.cloud.kernel, runs.observe);
    await load(stage, runs, "warm-up", WARM_UP);
    const processor = process.cpuUsage();
    const began = performance.now();
    await load(stage, runs, "timed", RUNS);
    const seconds = (performance.now() - began) / 1000;
    const { user, system } = process.cpuUsage(processor);
    const meter = new Meter();
    observeCalls(stage.cloud.kernel, meter.observe, { capacity: true });
    await load(stage, runs, "counted", RUNS);
    return {
      runsPerSecond: RUNS / seconds,
      processorMilliseconds: (user + system) / 1000 / RUNS,
      calls: new Map([...meter.calls].map(([name, times]) => [name, times / RUNS])),
      writeUnits: meter.units.dynamodbWriteUnits / RUNS,
    };
  });
}

/** Keeps 64 runs outstanding until `count` have ended. */
async function load({ publish }: Stage, runs: Runs, batch: string, count: number): Promise<void> {
  const before = runs.count;
  let sent = 0;
  const publishMore = () => {
    const ended = runs.count - before;
    const more = Math.min(count, ended + OUTSTANDING) - sent;
    const payloads = Array.from({ length: Math.max(0, more) }, () => ({ id: `${batch}-${sent++}` }));
    if (payloads.length > 0) void publish("bench.requested", payloads);
  };
  await within(LIMIT_SECONDS, `${count} runs`, runs.reached(before + count, publishMore));
}

const results: [string, Measured][] = [];
for (const [label, app] of Object.entries(VARIANTS)) {
  if (only !== undefined && only !== app) continue;
  say(label);
  results.push([label, await withFolder((folder) => measure(app, folder))]);
}
const measured = results.map(([, one]) => one);
const sum = ({ calls }: Measured) => [...calls.values()].reduce((total, times) => total + times, 0);
print(
  table(
    ["64 outstanding", ...results.map(([label]) => label)],
    [
      ["runs/s", ...measured.map(({ runsPerSecond }) => runsPerSecond.toFixed(1))],
      ["processor time a run", ...measured.map((one) => `${one.processorMilliseconds.toFixed(1)} ms`)],
      ["DynamoDB write units a run", ...measured.map(({ writeUnits }) => writeUnits.toFixed(1))],
      ["**calls a run**", ...measured.map((one) => `**${sum(one).toFixed(1)}**`)],
      ...[...new Set(measured.flatMap(({ calls }) => [...calls.keys()]))]
        .sort()
        .map((name) => [name, ...measured.map(({ calls }) => (calls.get(name) ?? 0).toFixed(2))]),
    ],
  ),
);
