import { join } from "node:path";
import { type Call, observeCalls } from "./calls.ts";
import { median, percentile, print, say, table } from "./figures.ts";
import { BENCH_APP, onStage, type Stage, synthesizeInto, withFolder, within } from "./harness.ts";
import { Runs } from "./runs.ts";

/**
 * From PutEvents to the first step's code, one run at a time on an idle system. The step notes the time at which its
 * code began; sender and step read the same clock.
 */
const WARM_UP = 20;
const MEASURED = 200;
const LIMIT_SECONDS = 60;

/** Milliseconds of one run. */
interface Timing {
  firstStep: number;
  /** From the beginning of a step's code to that of the next, the mean of five. */
  stepToStep: number;
  /** Until the relay has put the run's end on the bus. */
  end: number;
}

function follow(stage: Stage): (id: string) => Promise<Timing> {
  const runs = new Runs();
  let starts: number[] = [];
  observeCalls(stage.cloud.kernel, (call: Call) => {
    runs.observe(call);
    if (call.operation === "SendTaskSuccess") starts.push(JSON.parse(call.input.output).startedAt);
  });
  return async (id) => {
    starts = [];
    const sent = Date.now();
    await stage.publish("bench.requested", [{ id }]);
    await within(LIMIT_SECONDS, `Run ${id}`, runs.reached(runs.count + 1));
    const end = Date.now() - sent;
    await within(LIMIT_SECONDS, "What follows a run", stage.cloud.kernel.work.idle());
    const [first, last] = [starts[0]!, starts.at(-1)!];
    return { firstStep: first - sent, stepToStep: (last - first) / (starts.length - 1), end };
  };
}

async function measure(assembly: string, data: string | undefined) {
  return await onStage(assembly, data, async (stage) => {
    const run = follow(stage);
    const cold = await run("cold");
    for (let count = 0; count < WARM_UP; count++) await run(`warm-up-${count}`);
    const warm: Timing[] = [];
    for (let count = 0; count < MEASURED; count++) warm.push(await run(`warm-${count}`));
    return { cold, warm };
  });
}

await withFolder(async (folder) => {
  const assembly = join(folder, "assembly");
  await synthesizeInto(assembly, BENCH_APP);
  const rows: string[][] = [];
  for (const [label, data] of [
    ["on disk", join(folder, "data")],
    ["`--memory`", undefined],
  ] as const) {
    say(`latency ${label}`);
    const { cold, warm } = await measure(assembly, data);
    const first = warm.map(({ firstStep }) => firstStep);
    rows.push([
      label,
      `${percentile(first, 50)} ms`,
      `${percentile(first, 99)} ms`,
      `${cold.firstStep} ms`,
      `${median(warm.map(({ stepToStep }) => stepToStep)).toFixed(1)} ms`,
      `${median(warm.map(({ end }) => end))} ms`,
    ]);
  }
  const headings = [
    "first step, p50",
    "p99",
    "first step of the first run",
    "step to step, p50",
    "whole run, p50",
  ];
  print(table(["data", ...headings], rows));
});
