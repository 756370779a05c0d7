import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { resourcesOf } from "../bin/assembly.ts";
import { openTable } from "../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../lambdas/runtime/aws/waits/approvals.ts";
import { approvalKey } from "../lib/contract/keys/approval.ts";
import type { ItemKey } from "../lib/contract/keys/item-key.ts";
import { DEFAULTS } from "../lib/cost/assumptions.ts";
import { fixedCosts, fixedResourcesOf } from "../lib/cost/fixed-cost.ts";
import { dollarsOf, LINES, PRICES } from "../lib/cost/prices.ts";
import { runCost } from "../lib/cost/run-cost.ts";
import type { Units } from "../lib/cost/units.ts";
import type { Kernel } from "../local/kernel/kernel.ts";
import { produceVideo } from "../workflows/video/produce-video.ts";
import { type Call, observeCalls } from "./calls.ts";
import { print, say, table } from "./figures.ts";
import { straightFilm } from "./film.ts";
import { BENCH_APP, onStage, type Stage, synthesizeInto, withFolder, within } from "./harness.ts";
import { Meter, transitionsIn } from "./meter.ts";
import { Runs } from "./runs.ts";
import { LedgerShare, LogShare } from "./shares.ts";
import { benchSix } from "./workflow/definitions.ts";

/**
 * Calls and billed units of a run, counted at the kernel, times the prices of lib/cost/prices.ts, compared with what `millrace
 * cost` computes: `node bench/cost.ts`, or with the numbers of runs one by one, of runs at once and of videos: `node bench/cost.ts 5 10 1`.
 */
const [ONE_BY_ONE = 50, AT_ONCE = 200, VIDEOS = 3] = process.argv.slice(2).map(Number);
const LIMIT_SECONDS = 300;
const WARM_UP = 5;
const SCENES = 5;
/** Log lines are gathered for a quarter of a second. */
const LOG_DELAY = 1000;

interface Counted {
  units: Units;
  calls: Map<string, number>;
  /** Custom metrics in all. */
  metrics: number;
  /** What of `units` the log of runs and the ledger of deliveries cause. */
  shares: { log: Units; ledger: Units };
}

/** Counts what `load` causes, in units per run. */
async function count(stage: Stage, runs: Runs, number: number, load: () => Promise<void>): Promise<Counted> {
  await settle(stage);
  const [meter, log, ledger] = [new Meter(), new LogShare(), new LedgerShare()];
  for (const one of [meter, log, ledger]) observeCalls(stage.cloud.kernel, one.observe, { capacity: true });
  const target = runs.count + number;
  await load();
  await within(LIMIT_SECONDS, `${number} runs`, runs.reached(target));
  await settle(stage);
  const { units, calls, metrics, executions } = meter;
  // What is asked for from here on is not the runs'.
  const snapshot = {
    units: { ...units },
    calls: new Map(calls),
    shares: { log: perRun(log.units, number), ledger: perRun(ledger.units, number) },
  };
  for (const executionArn of executions) {
    const history = await historyOf(stage, executionArn);
    snapshot.units.stateTransitions += transitionsIn(history);
  }
  return {
    units: perRun(snapshot.units, number),
    calls: new Map([...snapshot.calls].map(([name, times]) => [name, times / number])),
    metrics: metrics.size,
    shares: snapshot.shares,
  };
}

/** Until nothing is running, and no message waits: the ledger receives an event some seconds later. */
async function settle({ cloud: { kernel } }: Stage): Promise<void> {
  do {
    await kernel.work.idle();
    await new Promise((resolve) => setTimeout(resolve, LOG_DELAY));
    await kernel.work.idle();
  } while (await messagesWait(kernel));
}

async function messagesWait(kernel: Kernel): Promise<boolean> {
  const { QueueUrls } = await kernel.call("sqs", "ListQueues", {});
  for (const QueueUrl of QueueUrls) {
    const { Attributes } = await kernel.call("sqs", "GetQueueAttributes", {
      QueueUrl,
      AttributeNames: DEPTHS,
    });
    if (DEPTHS.some((name) => Attributes[name] !== "0")) return true;
  }
  return false;
}

const DEPTHS = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
];

async function historyOf({ cloud }: Stage, executionArn: string) {
  const events = [];
  for (let nextToken: string | undefined, first = true; first || nextToken; first = false) {
    const input = { executionArn, includeExecutionData: false, maxResults: 1000, nextToken };
    const page = await cloud.kernel.call("states", "GetExecutionHistory", input);
    events.push(...page.events);
    nextToken = page.nextToken;
  }
  return events;
}

const perRun = (units: Units, runs: number) =>
  Object.fromEntries(Object.entries(units).map(([name, value]) => [name, value / runs])) as unknown as Units;

const payloads = (batch: string, length: number) =>
  Array.from({ length }, (_, position) => ({ id: `${batch}-${position}` }));

/** The same runs one by one, and many at once. */
interface CountedTwice {
  single: Counted;
  together: Counted;
}

async function countSixSteps(assembly: string): Promise<CountedTwice> {
  return await onStage(assembly, undefined, async (stage) => {
    const runs = new Runs();
    observeCalls(stage.cloud.kernel, runs.observe);
    await count(stage, runs, WARM_UP, () => stage.publish("bench.requested", payloads("warm-up", WARM_UP)));
    const single = await oneByOne(stage, runs);
    const together = await count(stage, runs, AT_ONCE, () =>
      stage.publish("bench.requested", payloads("together", AT_ONCE)),
    );
    return { single, together };
  });
}

async function countWithoutLedger(assembly: string): Promise<Counted> {
  return await onStage(assembly, undefined, async (stage) => {
    const runs = new Runs();
    observeCalls(stage.cloud.kernel, runs.observe);
    await count(stage, runs, WARM_UP, () => stage.publish("bench.requested", payloads("warm-up", WARM_UP)));
    return await oneByOne(stage, runs);
  });
}

/** What runs cost that share nothing with one another but what the ledger takes together. */
async function oneByOne(stage: Stage, runs: Runs): Promise<Counted> {
  return await count(stage, runs, ONE_BY_ONE, async () => {
    for (const payload of payloads("single", ONE_BY_ONE)) {
      const next = runs.count + 1;
      await stage.publish("bench.requested", [payload]);
      await within(LIMIT_SECONDS, "A run", runs.reached(next));
      await stage.cloud.kernel.work.idle();
    }
  });
}

async function countVideo(assembly: string): Promise<Counted> {
  return await onStage(assembly, undefined, async (stage) => {
    const runs = new Runs();
    let asked = Promise.withResolvers<ItemKey>();
    observeCalls(stage.cloud.kernel, (call) => {
      runs.observe(call);
      const key = questionIn(call);
      if (key) asked.resolve(key);
    });
    const approvals = tableApprovals(openTable(stage.output("Table"), new DynamoDBClient(stage.client)));
    const make = async (videoId: string) => {
      const next = runs.count + 1;
      asked = Promise.withResolvers();
      await stage.publish("video.requested", [{ videoId, topic: "tides", scenes: SCENES }]);
      const key = await within(LIMIT_SECONDS, `The draft of ${videoId}`, asked.promise);
      // People take their time; the write is the one that the command line makes.
      await settle(stage);
      await approvals.decide(key, { approved: true, decidedBy: "bench" });
      await within(LIMIT_SECONDS, `The film ${videoId}`, runs.reached(next));
    };
    await make("warm-up");
    return await count(stage, runs, VIDEOS, async () => {
      for (let video = 0; video < VIDEOS; video++) await make(`film-${video}`);
    });
  });
}

/** The key of the approval that an event asks for. */
function questionIn({ operation, input }: Call): ItemKey | undefined {
  if (operation !== "PutEvents") return undefined;
  const question = input.Entries.find(({ DetailType }: any) => DetailType === "approval.requested");
  if (!question) return undefined;
  const { run, epoch, path } = JSON.parse(question.Detail);
  return approvalKey(run, epoch, path);
}

function units(columns: Units[], headings: string[]): string {
  const rows = LINES.map(({ label, unit, price, digits }) => [
    label,
    ...columns.map(
      (column) => `${column[unit].toFixed(digits)} · $${(column[unit] * price * MILLION).toFixed(2)}`,
    ),
  ]);
  rows.push(["**a million runs**", ...columns.map((column) => `**$${dollars(column).toFixed(2)}**`)]);
  return table(["units a run · dollars a million runs", ...headings], rows);
}

const MILLION = 1e6;
/** For a million runs. */
const dollars = (units: Units) => dollarsOf(units) * MILLION;

/** What of it the log and the ledger are. */
function shares(columns: Counted[], headings: string[]): string {
  const row = (label: string, share: (column: Counted) => Units) => [
    label,
    ...columns.flatMap((column) => {
      const units = share(column);
      const part = (100 * dollars(units)) / dollars(column.units);
      const { dynamodbWriteUnits: writes, lambdaRequests: invocations } = units;
      return [
        `${writes.toFixed(1)}, ${invocations.toFixed(1)}`,
        `$${dollars(units).toFixed(2)} · ${part.toFixed(1)} %`,
      ];
    }),
  ];
  return table(
    ["of that", ...headings.flatMap((heading) => [`${heading}: write units, invocations`, "a million runs"])],
    [row("the log", ({ shares }) => shares.log), row("the ledger", ({ shares }) => shares.ledger)],
  );
}

function calls(columns: Counted[], headings: string[]): string {
  const names = [...new Set(columns.flatMap((column) => [...column.calls.keys()]))].sort();
  const sum = (column: Counted) => [...column.calls.values()].reduce((total, times) => total + times, 0);
  const rows = names.map((name) => [
    name,
    ...columns.map((column) => (column.calls.get(name) ?? 0).toFixed(1)),
  ]);
  rows.push(["**all**", ...columns.map((column) => `**${sum(column).toFixed(1)}**`)]);
  return table(["calls a run", ...headings], rows);
}

/** What a deployed app costs a month before the first run. */
function fixed(label: string, assembly: string, stack: string, metrics: number): string {
  const items = fixedCosts(fixedResourcesOf(resourcesOf(assembly, stack)), metrics);
  const all = items.reduce((sum, { dollars }) => sum + dollars, 0);
  const rows = items.map((item) => [item.label, `$${item.dollars.toFixed(2)}`]);
  return table(
    [`${label}: a month, without a run`, "dollars"],
    [...rows, ["**all**", `**$${all.toFixed(2)}**`]],
  );
}

/** What `millrace cost` computes for the six steps, whose payloads are small. Their code takes a millisecond. */
const COMPUTED = runCost(
  benchSix,
  { ...DEFAULTS, payloadBytes: 40, resultBytes: 40, millis: { otherwise: 1, named: {} } },
  "typical",
);

/** How else the steps can be laid out: the variants of bench/app.ts. */
const LAYOUTS: Record<string, string> = {
  "the same, events of steps in the log alone": "logged-steps",
  "a pool, its steps grouped": "with-pool",
  "the pool, events of steps in the log alone": "with-pool-logged",
  "the pool, steps safe to repeat": "with-pool-repeatable",
  express: "express",
  "express, events of steps in the log alone": "express-logged",
  "the same, batches of 50": "express-logged-50",
  "the same in batches of 50, steps safe to repeat": "express-repeatable",
};

const GATHERED: Record<string, (counted: CountedTwice) => Counted> = {
  "one at a time": ({ single }) => single,
  [`${AT_ONCE} at once`]: ({ together }) => together,
};

/** The same six steps in each layout. */
async function countLayouts(folder: string): Promise<[string, CountedTwice][]> {
  const counted: [string, CountedTwice][] = [];
  for (const [label, variant] of Object.entries(LAYOUTS)) {
    say(`counting ${label}`);
    const assembly = join(folder, variant);
    await synthesizeInto(assembly, `${BENCH_APP} ${variant}`);
    counted.push([label, await countSixSteps(assembly)]);
  }
  return counted;
}

const FILM = runCost(produceVideo, straightFilm(SCENES), "typical");

await withFolder(async (folder) => {
  const [six, without, video] = [join(folder, "six"), join(folder, "without"), join(folder, "video")];
  await synthesizeInto(six, BENCH_APP);
  await synthesizeInto(without, `${BENCH_APP} without-ledger`);
  await synthesizeInto(video, "node bin/app.ts");
  say("counting six steps");
  const apart = await countSixSteps(six);
  const { single, together } = apart;
  say("counting six steps without the ledger");
  const unwatched = await countWithoutLedger(without);
  say("counting films");
  const film = await countVideo(video);
  const layouts: [string, CountedTwice][] = [
    ["a function for each step", apart],
    ...(await countLayouts(folder)),
  ];

  const [sixSteps, ofVideo] = ["six steps", `video of ${SCENES} scenes`];
  print(`Prices of ${PRICES.date}, ${PRICES.region}.\n`);
  print(
    units(
      [single.units, COMPUTED.units, unwatched.units, COMPUTED.plain, film.units, FILM.units, FILM.plain],
      [sixSteps, "computed", "without the ledger", "plain Lambda tasks", ofVideo, "computed", "plain tasks"],
    ),
  );
  for (const [label, of] of Object.entries(GATHERED)) {
    print(
      `\n${units([...layouts.map(([, counted]) => of(counted).units), COMPUTED.plain], [...layouts.map(([layout]) => `${layout}, ${label}`), "plain Lambda tasks"])}`,
    );
  }
  print(`\n${shares([single, film], [sixSteps, ofVideo])}`);
  print(
    `\n${calls([single, together, film], [`${sixSteps}, one at a time`, `${AT_ONCE} at once`, ofVideo])}\n`,
  );
  print(fixed(sixSteps, six, "Bench", single.metrics));
  print(`\n${fixed("video", video, "Millrace", film.metrics)}`);
});
