import { join } from "node:path";
import { AWS_LIMITS, type LimitFigures, type LimitName, type LimitUse } from "../local/simulate.ts";
import { print, say, table } from "./figures.ts";
import { BENCH_APP, synthesizeInto, withFolder } from "./harness.ts";
import { CALL_TIMES, drive, type Load, type Outcome } from "./scale/load.ts";
import { divided, drained } from "./scale/quotas.ts";

/**
 * How much load the limits of an account allow: bursts of events in virtual time, with the services' published limits switched on,
 * and how many runs a second each limit allows, computed from what a run uses of it. `node bench/run.ts scale` writes the
 * figures into docs/scale.md.
 */
const READINGS_APP = "node bench/scale/readings/app.ts";

/** Of each limit what 1,000 runs a second need; what an account asks for, and a table that was warmed up. */
const RAISED: LimitFigures = drained({
  ...AWS_LIMITS,
  startExecution: { burst: 1500, perSecond: 1500 },
  sendTask: { burst: 8000, perSecond: 8000 },
  stateTransitions: { burst: 15_000, perSecond: 15_000 },
  concurrency: 10_000,
  invocations: { burst: 100_000, perSecond: 100_000 },
  tableWrites: 100_000,
  tableReads: 100_000,
});

/** What 100,000 readings a second need: of the account a thousand times what the thousandth part needs. */
const SHARE = 1000;
const HUGE: LimitFigures = {
  putEvents: { burst: 120_000, perSecond: 120_000 },
  targetInvocations: { burst: 120_000, perSecond: 120_000 },
  concurrency: 60_000,
  invocations: { burst: 600_000, perSecond: 600_000 },
  tableWrites: 1_000_000,
  tableReads: 500_000,
};

interface Scenario {
  label: string;
  load: Omit<Load, "assembly">;
}

const six = {
  stack: "Bench",
  event: "bench.requested",
  payload: (number: number) => ({ id: `r-${number}` }),
  end: "run.succeeded",
  patience: 1800,
};
const reading = {
  stack: "Readings",
  event: "meter.read",
  payload: (number: number) => ({ id: `r-${number}`, kilowatts: 1 }),
  end: "reaction.completed",
  patience: 1800,
};
const DEFAULTS: Scenario = {
  label: "six steps, 10/s, defaults",
  load: { ...six, rate: 10, seconds: 10, limits: AWS_LIMITS },
};
const SCENARIOS: Scenario[] = [
  DEFAULTS,
  {
    label: "six steps, 1,000/s, defaults, no burst left",
    load: { ...six, rate: 1000, seconds: 0.5, limits: drained(AWS_LIMITS) },
  },
  {
    label: "six steps, 1,000/s, raised",
    load: { ...six, rate: 1000, seconds: 0.5, limits: RAISED },
  },
  {
    label: `a reaction, 100,000/s, a ${SHARE.toLocaleString("en")}th of it`,
    load: { ...reading, rate: 100_000 / SHARE, seconds: 2, limits: divided(HUGE, SHARE) },
  },
];

/** What each limit is called where it is listed. */
const NAMES: Partial<Record<LimitName, string>> = {
  startExecution: "StartExecution, calls/s",
  sendTask: "SendTaskSuccess, calls/s",
  stateTransitions: "state transitions/s",
  putEvents: "PutEvents, calls/s",
  targetInvocations: "deliveries of the bus/s",
  invocations: "Lambda invocations/s",
  tableWrites: "write units/s of a new table",
  tableReads: "read units/s of a new table",
  partitionWrites: "write units/s of the hottest key",
};
const RATES = [10, 1000, 100_000];

const number = (value: number) => value.toLocaleString("en", { maximumSignificantDigits: 3 });

function simulated({ label, load }: Scenario, { sent, ended, took, deadLetters, use }: Outcome): string[] {
  const throttled = Object.entries(use).filter(([, one]) => one.throttled > 0);
  return [
    label,
    `${number(sent)} in ${load.seconds} s`,
    `${number(ended)} in ${took.toFixed(0)} s`,
    number(deadLetters),
    throttled.map(([name, one]) => `${name} ${number(one.throttled)}`).join(", ") || "nothing",
  ];
}

/** What a run uses of a limit, and what follows from that. */
function allowed(use: Partial<Record<LimitName, LimitUse>>, runs: number): string[][] {
  return (Object.keys(NAMES) as LimitName[]).flatMap((name) => {
    const one = use[name];
    const limit = AWS_LIMITS[name];
    if (!one) return [];
    const quota = typeof limit === "number" ? limit : limit.perSecond;
    // What a table or a key is asked for, and not all of them together.
    const isOneOfMany = ["partitionWrites", "tableWrites", "tableReads"].includes(name);
    const perRun = (isOneOfMany ? one.most.used : one.used) / runs;
    const loads = RATES.map((events) => `${number((100 * events * perRun) / quota)} %`);
    return [[NAMES[name]!, number(quota), number(perRun), number(quota / perRun), ...loads]];
  });
}

await withFolder(async (folder) => {
  const assemblies: Record<string, string> = { Bench: BENCH_APP, Readings: READINGS_APP };
  for (const [stack, app] of Object.entries(assemblies)) await synthesizeInto(join(folder, stack), app);
  const rows: string[][] = [];
  let limits: string[][] = [];
  let hottest = "";
  for (const scenario of SCENARIOS) {
    say(scenario.label);
    const outcome = await drive({ ...scenario.load, assembly: join(folder, scenario.load.stack) });
    rows.push(simulated(scenario, outcome));
    if (scenario !== DEFAULTS) continue;
    limits = allowed(outcome.use, outcome.sent);
    hottest = outcome.use.partitionWrites!.most.subject.split("/").at(-1)!;
  }
  const times = Object.entries(CALL_TIMES).map(([service, time]) => `${service} ${time} ms`);
  const loads = RATES.map((events) => `at ${events.toLocaleString("en")}/s`);
  print(
    [
      table(["limit", "by default", "a run uses", "runs/s", ...loads], limits),
      "",
      table(["simulated", "events", "ended", "dead letters", "throttled, times"], rows),
      "",
      `The hottest key was \`${hottest}\`. Assumed times of calls: ${times.join(", ")}.`,
    ].join("\n"),
  );
});
