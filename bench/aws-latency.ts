import { join } from "node:path";
import { simulate } from "../local/simulate.ts";
import { DELAYS, delayServices, slowCalls } from "./aws-latency/delays.ts";
import { type Call, observeCalls } from "./calls.ts";
import { percentile, print, say, table } from "./figures.ts";
import { BENCH_APP, synthesizeInto, withFolder } from "./harness.ts";

/**
 * The latency of a run as it would be on AWS: six trivial steps, one run at a time, on virtual time in which calls and
 * deliveries take as long as `aws-latency/delays.ts` assumes. `node bench/aws-latency.ts`
 */
const RUNS = 100;
const LIMIT_SECONDS = 60;

/** What a call says: a run has ended, or that is on the bus. */
type Moment = (call: Call) => boolean;

const publishes =
  (isEnd: (entry: { DetailType: string; Detail: string }) => boolean): Moment =>
  ({ operation, input }) =>
    operation === "PutEvents" && input.Entries.some(isEnd);

const executionEnded = publishes(
  ({ DetailType, Detail }) =>
    DetailType === "Step Functions Execution Status Change" && Detail.includes('"status":"SUCCEEDED"'),
);
const PLAIN = {
  app: "node bench/aws-latency/plain-app.ts",
  ended: executionEnded,
  published: executionEnded,
};
const layout = (variant: string): typeof PLAIN => ({
  app: `${BENCH_APP} ${JSON.stringify(variant)}`,
  // The index of runs that have ended has it in its key.
  ended: ({ service, input }) => service === "dynamodb" && JSON.stringify(input).includes("#succeeded#"),
  published: publishes(({ DetailType }) => DetailType === "run.succeeded"),
});
const LAYOUTS: Record<string, typeof PLAIN> = {
  "a plain state machine, a Lambda task for each step": PLAIN,
  "a function for each step": layout("as it is"),
  "a pool, a message for each step": layout("with-pool-apart"),
  "a pool, its steps grouped": layout("with-pool"),
  "the same, steps safe to repeat": layout("with-pool-repeatable"),
  express: layout("express"),
};

/** Milliseconds from the event on, of each run. */
interface Times {
  ended: number[];
  published: number[];
}

async function measure(assembly: string, { ended, published }: typeof PLAIN): Promise<Times> {
  const cloud = await simulate(assembly, { seed: 1, schedules: false, faults: { calls: slowCalls } });
  try {
    await delayServices(cloud);
    const times: Times = { ended: [], published: [] };
    let began = 0;
    let count = 0;
    const note = (to: number[]) => {
      if (to.length < count) to.push(cloud.now() - began);
    };
    observeCalls(cloud.kernel, (call) => {
      if (ended(call)) note(times.ended);
      if (published(call)) note(times.published);
    });
    const EventBusName = await busOf(cloud);
    while (count < RUNS) {
      const event = { DetailType: "bench.requested", Detail: JSON.stringify({ id: `r-${++count}` }) };
      began = cloud.now();
      await cloud.call("events", "PutEvents", { Entries: [{ EventBusName, Source: "bench", ...event }] });
      const until = began + LIMIT_SECONDS * 1000;
      while (times.published.length < count && (await cloud.next(until)));
      if (times.published.length < count || times.ended.length < count)
        throw new Error(`Run ${count} did not end within ${LIMIT_SECONDS} s of virtual time.`);
      // What follows a run must not meet the next one.
      await cloud.advance("5 seconds");
    }
    return times;
  } finally {
    await cloud.close();
  }
}

async function busOf(cloud: Awaited<ReturnType<typeof simulate>>): Promise<string> {
  const outputs = Object.entries(await cloud.outputs("Bench"));
  return outputs.find(([name]) => name.startsWith("MillraceBus"))![1];
}

await withFolder(async (folder) => {
  const rows: string[][] = [];
  for (const [label, one] of Object.entries(LAYOUTS)) {
    say(label);
    const assembly = join(folder, String(rows.length));
    await synthesizeInto(assembly, one.app);
    const { ended, published } = await measure(assembly, one);
    const figures = [ended, published].flatMap((times) => [50, 95].map((share) => percentile(times, share)));
    rows.push([label, ...figures.map((time) => `${time} ms`)]);
  }
  const { calls, otherCalls, ...deliveries } = DELAYS;
  const assumed = Object.entries({ ...calls, others: otherCalls, ...deliveries });
  const shown = assumed.map(([name, [usual, slow]]) => `${name} ${usual} (${slow})`);
  print(
    [
      table(["six trivial steps", "has ended, p50", "p95", "end on the bus, p50", "p95"], rows),
      "",
      `Assumed, in ms, and in brackets for one in twenty: ${shown.join(", ")}.`,
    ].join("\n"),
  );
});
