import type { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { tableOver } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import { Dice, weatherOf } from "../dice.ts";
import { historyOf, runSeed, type Stage } from "../history.ts";
import { checksOf } from "../invariants.ts";
import { meet, Outside } from "../outside.ts";
import type { Cut, SeedOutcome } from "../seed-outcome.ts";
import { itemIn, separate } from "../separate.ts";
import type { Wiring } from "../wiring.ts";
import { MemoryCloud } from "./cloud.ts";

/** Runs one seed over services in memory, and checks it. */
export async function runInMemory(
  wiring: Wiring,
  seed: string,
  cut: Cut = {},
): Promise<SeedOutcome & { cloud: MemoryCloud }> {
  const weather = cut.weather ?? weatherOf(seed);
  const history = cut.history ?? historyOf(seed);
  const dice = new Dice(seed, weather, cut.muted);
  const cloud = await MemoryCloud.open(wiring, seed, dice);
  const outside = new Outside(dice, () => cloud.clock.now());
  meet(outside);
  const checks = checksOf({
    now: () => cloud.clock.now(),
    items: () => separate(cloud.table.items()),
    item: (key) => itemIn(cloud.table.partition(key.pk), key),
    executions: () => [...cloud.machines.executions.values()],
    archive: () => cloud.archive,
    messages: () =>
      [...cloud.queues.all.values()].flatMap((queue) =>
        [...queue.messages.values()].map(({ body, visibleAt }) => ({ queue: queue.arn, body, visibleAt })),
      ),
    outside,
    reports: () => cloud.reports,
  });
  cloud.onWrite = checks.onWrite;
  outside.watch = checks.onWork;
  const client = { send: (command: any) => direct(cloud, command) };
  const table = tableOver(wiring.outputs.table, client as unknown as DynamoDBDocumentClient);
  const approvals = tableApprovals(table, () => cloud.clock.now());
  const stage: Stage = {
    now: () => cloud.clock.now(),
    runTo: (time) => cloud.runTo(time),
    publish: (DetailType, detail) => {
      const entry = { DetailType, Source: "soak", Detail: JSON.stringify(detail) };
      cloud.publish(entry);
    },
    order: (command) => void cloud.control(command),
    decide: (approval, approved, decidedBy) => void approvals.decide(approval, { approved, decidedBy }),
    delegate: (approval, from, to) => void approvals.delegate(approval, { from, to }),
    console: (operation, arn) => {
      try {
        cloud.machines.call(operation, { executionArn: arn, error: "Console", cause: "stopped" });
      } catch {
        // The console would say so.
      }
    },
    deploy: () => cloud.deploy(),
    items: (kind) => separate(cloud.table.items()).filter((item) => item.kind === kind),
    executions: () => [...cloud.machines.executions.values()],
    calmDown: () => {
      dice.calm = true;
    },
  };
  try {
    await runSeed(stage, history);
    return { violations: checks.atEnd(), fired: dice.fired, weather, history, calls: cloud.calls, cloud };
  } finally {
    cloud.close();
  }
}

async function direct(cloud: MemoryCloud, command: { constructor: { name: string }; input: object }) {
  return cloud.table.call(command.constructor.name.replace(/Command$/, ""), command.input);
}
