import { expect } from "vitest";
import { type Call, observeCalls } from "../../bench/calls.ts";
import { Meter, transitionsIn } from "../../bench/meter.ts";
import { sum, times, type Units } from "../../lib/cost/units.ts";
import { itemSize } from "../../local/dynamodb/value/item-size.ts";
import { type Duration, type Faults, type Simulation, simulate } from "../../local/simulate.ts";

/** What happens in a simulation while it is counted. */
export interface Story {
  cloud: Simulation;
  outputs: Record<string, string>;
  /** Puts an event on the app's bus, as a producer does. */
  send(name: string, payload: object): Promise<void>;
}

/** The units that a story takes, of an app by itself. `prepare` is not counted. The calls of the function `slow` take time. */
export async function count(
  assembly: string,
  stack: string,
  run: (story: Story) => Promise<void>,
  prepare: (story: Story) => Promise<void> = async () => {},
  slow?: string,
): Promise<Units> {
  const faults: Faults = {
    calls: slow === undefined ? [] : [{ kind: "slow", chance: 1, for: "20 milliseconds", function: slow }],
  };
  const cloud = await simulate(assembly, { seed: 1, schedules: false, faults });
  try {
    const outputs = await cloud.outputs(stack);
    const story: Story = {
      cloud,
      outputs,
      async send(DetailType, payload) {
        const entry = { EventBusName: outputs.MillraceBus, Source: "test", DetailType };
        const Entries = [{ ...entry, Detail: JSON.stringify(payload) }];
        expect(await cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
      },
    };
    await prepare(story);
    return await countIn(cloud, { stack, table: outputs.MillraceTable! }, () => run(story));
  } finally {
    await cloud.close();
  }
}

/** The units of what happens in a simulation, as AWS would bill them. The tables of step code are not Millrace's. */
export async function countIn(
  cloud: Simulation,
  { stack, table }: { stack: string; table: string },
  run: () => Promise<void>,
): Promise<Units> {
  // Estimates are of steps that take time, so that each change is read by itself, by a relay that is loaded.
  cloud.kernel.whenIdle = async () => {};
  const relay = await functionOf(cloud, stack, "Publishes");
  await cloud.call("lambda", "Invoke", { FunctionName: relay, Payload: JSON.stringify({ Records: [] }) });
  const before = await bytesIn(cloud, table);
  const meter = new Meter();
  observeCalls(
    cloud.kernel,
    (call) => {
      if (!isOfAnotherTable(call, table) && !isLookedUp(call)) meter.observe(call);
    },
    { capacity: true },
  );
  await run();
  const units = await withReconciler(cloud, stack, meter);
  units.keptBytes = (await bytesIn(cloud, table)) - before;
  for (const executionArn of meter.executions)
    units.stateTransitions += transitionsIn(await historyOf(cloud, executionArn));
  return units;
}

/** Sends one event, and lets everything that follows from it happen. */
export function oneEvent(name: string, payload: object, after: Duration = "1 hour") {
  return async ({ cloud, send }: Story) => {
    await send(name, payload);
    await cloud.advance(after);
  };
}

/** With what the reconciler does about runs that have ended. What it does anyway is left out: a second call does that alone. */
async function withReconciler(cloud: Simulation, stack: string, meter: Meter): Promise<Units> {
  const FunctionName = await functionOf(cloud, stack, "Reconciles");
  const reconcile = async () => {
    await cloud.call("lambda", "Invoke", { FunctionName });
    await cloud.settle();
    return { ...meter.units };
  };
  const [once, twice] = [await reconcile(), await reconcile()];
  return sum([times(once, 2), times(twice, -1)]);
}

/** The name of Millrace's function whose description begins with a word. */
async function functionOf(cloud: Simulation, stack: string, begins: string): Promise<string> {
  const { Functions } = await cloud.kernel.call("lambda", "ListFunctions", {});
  return Functions.find(
    (one: { FunctionName: string; Description: string }) =>
      one.FunctionName.startsWith(stack) && one.Description.startsWith(begins),
  ).FunctionName;
}

/** What is in a table. */
async function bytesIn(cloud: Simulation, TableName: string): Promise<number> {
  const { Items } = await cloud.kernel.call("dynamodb", "Scan", { TableName });
  return Items.reduce((total: number, item: Item) => total + itemSize(item), 0);
}

type Item = Parameters<typeof itemSize>[0];

function isOfAnotherTable({ service, input }: Call, table: string): boolean {
  return service === "dynamodb" && !JSON.stringify(input).includes(table);
}

/** The test itself has a look. */
function isLookedUp({ service, operation, caller = "" }: Call): boolean {
  return service === "dynamodb" && /^(Get|Query|Scan|BatchGet)/.test(operation) && caller.endsWith(":root");
}

async function historyOf(cloud: Simulation, executionArn: string) {
  const { events } = await cloud.kernel.call("states", "GetExecutionHistory", {
    executionArn,
    includeExecutionData: false,
    maxResults: 1000,
  });
  return events;
}
