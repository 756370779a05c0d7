import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { openTable } from "../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../lambdas/runtime/aws/waits/approvals.ts";
import { type Faults, type HandlerFactory, type Simulation, simulate } from "../../local/simulate.ts";
import { reactions, steps } from "./app/definitions.ts";
import { handlersOfPool, poolOf } from "./app/pools.ts";
import { Dice, type Weather, weatherOf } from "./dice.ts";
import { historyOf, runSeed, type Stage } from "./history.ts";
import { checksOf } from "./invariants.ts";
import { codeOf, type Means, meet, noteOf, Outside } from "./outside.ts";
import type { Cut, SeedOutcome } from "./seed-outcome.ts";
import { itemIn, separate } from "./separate.ts";
import type { Wiring } from "./wiring.ts";

const RUNTIME = new URL("../../lambdas/runtime/index.ts", import.meta.url);
const POOL = new URL("../../lambdas/runtime/handlers/pool-handler.ts", import.meta.url);
const EXPRESS = new URL("../../lambdas/runtime/handlers/express-handler.ts", import.meta.url);

/** Runs one seed with the app's bundles in the simulated cloud, and checks it. */
export async function runWholeSeed(
  folder: string,
  wiring: Wiring,
  seed: string,
  cut: Cut = {},
): Promise<SeedOutcome> {
  const weather = cut.weather ?? weatherOf(seed);
  const history = cut.history ?? historyOf(seed);
  const dice = new Dice(seed, weather, cut.muted);
  const reports: string[] = [];
  const faults = faultsOf(weather, dice);
  const cloud = await simulate(folder, {
    seed,
    faults,
    schedules: false,
    handlers: handlersOf(wiring),
    report: (line) => reports.push(line),
  });
  try {
    const outside = new Outside(dice, cloud.now);
    meet(outside);
    const stage = stageOf(cloud, wiring, () => {
      dice.calm = true;
      calmDown(faults);
    });
    await sweeping(cloud, wiring, dice, () => runSeed(stage, history));
    const executions = await executionsOf(cloud);
    const items = itemsOf(cloud);
    const checks = checksOf({
      now: cloud.now,
      items: () => separate(items),
      item: (key) =>
        itemIn(
          items.filter(({ pk }) => pk === key.pk),
          key,
        ),
      executions: () => executions,
      archive: () => archiveOf(cloud),
      messages: () => messagesOf(cloud),
      outside,
      reports: () => reports,
    });
    for (const written of writesOf(cloud)) checks.onWrite(written);
    return {
      violations: checks.atEnd(),
      fired: [...troublesOf(cloud), ...dice.fired],
      weather,
      history,
      calls: cloud.calls.length,
    };
  } finally {
    await cloud.close();
  }
}

/** Weather as faults of a simulation. */
function faultsOf(weather: Weather, dice: Dice): Faults {
  const { crash, throttle, lost, slow, double, late, loss, lag, stale, skew, unannounced, drought } = weather;
  const droughts = dice.fraction("is there a drought") < drought;
  const dry = [
    "dynamodb:PutItem",
    "dynamodb:UpdateItem",
    "dynamodb:BatchExecuteStatement",
    "dynamodb:ExecuteTransaction",
    "dynamodb:Query",
    "sqs:SendMessageBatch",
    "states:StartExecution",
  ];
  return {
    duplicates: double,
    delays: { chance: late, upTo: "15 minutes" },
    losses: { chance: loss / 10, backAfter: "40 minutes" },
    stale: { chance: Math.max(lag, stale), upTo: "1500 milliseconds" },
    skew: Math.round(skew * 2000),
    unannounced,
    interleave: true,
    calls: [
      ...(droughts
        ? [
            {
              kind: "throttle" as const,
              operation: dry[Math.floor(dice.fraction("drought") * dry.length)]!,
              from: Math.floor(dice.fraction("drought") * 1_800_000),
              until: 2_400_000,
              chance: 0.7,
            },
          ]
        : []),
      { kind: "crash-before", chance: crash / 2 },
      { kind: "crash-after", chance: crash / 2 },
      { kind: "throttle", chance: throttle },
      { kind: "lost", chance: lost },
      // Calls take no time otherwise, and people could order nothing while a function runs.
      { kind: "slow", chance: slow, for: "5 seconds" },
      { kind: "slow", chance: 0.5, for: "20 milliseconds" },
    ],
  };
}

/** From now on nothing goes wrong. The simulation reads its faults whenever it decides. */
function calmDown(faults: Faults): void {
  Object.assign(faults, { unannounced: 0 });
  for (const fault of faults.calls ?? []) fault.chance = 0;
}

/** The handler of a pool. In the sandbox, as all that reads the function's variables. */
async function poolIn(bundle: string, runtime: any, { load, sleep }: Parameters<HandlerFactory>[0]) {
  const { pool, express } = poolOf(bundle);
  const means: Means = { failures: runtime, sleep };
  const own = handlersOfPool(pool, (step) => runtime.worker(step, codeOf(step.name, means)));
  if (!express) return (await load(POOL)).poolHandler(own);
  return (await load(EXPRESS)).expressHandler(runtime.intake(express), own);
}

/** What steps do, with everything but their code as it is bundled. */
function handlersOf({ functions }: Wiring): Record<string, HandlerFactory> {
  const standIns = new Map<string, (runtime: any, means: Means) => any>([
    ...steps.map(
      (step) =>
        [
          `handlers/${step.name}`,
          (runtime: any, means: Means) => runtime.worker(step, codeOf(step.name, means)),
        ] as const,
    ),
    ...reactions.map(
      (reaction) =>
        [
          `handlers/${reaction.name}`,
          (runtime: any, means: Means) => runtime.reaction(reaction, noteOf(means)),
        ] as const,
    ),
  ]);
  return Object.fromEntries(
    functions.flatMap(({ name, bundle }) => {
      const isPool = bundle.startsWith("pools/");
      const make = standIns.get(bundle);
      if (!make && !isPool) return [];
      const factory: HandlerFactory = async (sandbox) => {
        const runtime: any = await sandbox.load(RUNTIME);
        if (!make) return await poolIn(bundle, runtime, sandbox);
        return make(runtime, { failures: runtime, sleep: sandbox.sleep });
      };
      return [[name, factory]];
    }),
  );
}

function stageOf(cloud: Simulation, wiring: Wiring, calm: () => void): Stage {
  const approvals = tableApprovals(openTable(wiring.outputs.table, cloud.client(DynamoDBClient)), cloud.now);
  const quietly = (promise: Promise<unknown>) => void promise.catch(() => {});
  return {
    now: cloud.now,
    // Only `memory` has a second version to deploy.
    deploy: () => {},
    runTo: async (time) => await cloud.advance(Math.max(0, time - cloud.now())),
    publish: (DetailType, detail) =>
      quietly(
        cloud.call("events", "PutEvents", {
          Entries: [
            {
              EventBusName: wiring.outputs.bus,
              Source: "soak",
              DetailType,
              Detail: JSON.stringify(detail),
            },
          ],
        }),
      ),
    order: (command) =>
      quietly(
        cloud.call("lambda", "Invoke", {
          FunctionName: wiring.outputs.control,
          Payload: JSON.stringify(command),
        }),
      ),
    decide: (approval, approved, decidedBy) => quietly(approvals.decide(approval, { approved, decidedBy })),
    delegate: (approval, from, to) => quietly(approvals.delegate(approval, { from, to })),
    console: (operation, executionArn) => quietly(cloud.call("states", operation, { executionArn })),
    items: (kind) => separate(itemsOf(cloud)).filter((item) => item.kind === kind),
    executions: () =>
      cloud.kernel.store.all<any>("SELECT arn, name, status FROM states_executions ORDER BY id"),
    calmDown: calm,
  };
}

/** Has what the schedule calls come now and then, instead of 12 times an hour. */
async function sweeping(
  cloud: Simulation,
  { functions }: Wiring,
  dice: Dice,
  during: () => Promise<void>,
): Promise<void> {
  const { name } = functions.find(({ bundle }) => bundle === "millrace/reconcile")!;
  const { clock } = cloud.kernel;
  let over = false;
  const again = () =>
    clock.at(clock.now() + dice.reconcileAfter(), () => {
      if (over) return;
      void cloud.call("lambda", "Invoke", { FunctionName: name, InvocationType: "Event" }).catch(() => {});
      again();
    });
  again();
  try {
    await during();
  } finally {
    over = true;
  }
}

function itemsOf({ kernel }: Simulation): any[] {
  return kernel.store
    .all<{ item: string }>(
      "SELECT m.item FROM dynamodb_items i JOIN dynamodb_images m ON m.id = i.image ORDER BY i.id",
    )
    .map(({ item }) => unmarshall(JSON.parse(item, binary)));
}

/** Binary values are base64 in JSON. An attribute of that name has an object as its value. */
const binary = (name: string, value: unknown) =>
  name === "B" && typeof value === "string" ? Buffer.from(value, "base64") : value;

function writesOf({ kernel }: Simulation): { before: any; after: any }[] {
  return kernel.store
    .all<{ before: string | null; after: string | null }>(
      `SELECT o.item AS before, r.item AS after
       FROM dynamodb_images r LEFT JOIN dynamodb_images o ON o.id = r.old_image
       WHERE r.stream IS NOT NULL AND r.id > (SELECT image FROM dynamodb_trimmed) ORDER BY r.id`,
    )
    .map(({ before, after }) => ({ before: imageOf(before), after: imageOf(after) }));
}

const imageOf = (text: string | null) => (text === null ? undefined : JSON.parse(text));

function archiveOf({ kernel }: Simulation): any[] {
  return kernel.store
    .all<{ event: string }>("SELECT event FROM events_archived")
    .map(({ event }) => JSON.parse(event));
}

function messagesOf({ kernel }: Simulation): { queue: string; body: string; visibleAt: number }[] {
  return kernel.store
    .all<any>("SELECT q.name, m.body, m.visible_at FROM sqs_message m JOIN sqs_queue q ON q.id = m.queue")
    .map(({ name, body, visible_at }) => ({ queue: name, body, visibleAt: visible_at }));
}

async function executionsOf(cloud: Simulation) {
  return cloud.kernel.store.all<any>(
    "SELECT arn, machine, name, status, error, cause, input, output FROM states_executions ORDER BY id",
  );
}

function troublesOf({ calls }: Simulation): string[] {
  return calls.flatMap(({ trouble, function: name, service, operation }) =>
    trouble && trouble !== "slow" ? [`${trouble} ${name} ${service}:${operation}`] : [],
  );
}
