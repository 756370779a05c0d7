import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { beforeAll, expect } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { logReader } from "../../../lambdas/runtime/aws/relay/log-reader.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import type { StepContext } from "../../../lambdas/runtime/index.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import type { TableItem } from "../../../lib/contract/table.ts";
import { stepsOf } from "../../../lib/index.ts";
import {
  type Faults,
  type HandlerFactory,
  type SimulationOptions,
  simulate,
} from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { distinctEvents } from "../archived-events.ts";
import { workerOf } from "../own-code.ts";
import { magazineApp } from "./app/app.ts";
import { workflows } from "./app/workflows.ts";

let assembly: string;
beforeAll(() => {
  assembly = sharedAssembly("magazine", magazineApp);
}, 120_000);

export type Magazine = Awaited<ReturnType<typeof openMagazine>>;

/** What a step does at one place of its run: answers in the step's stead, or throws. `tries` counts from 1. */
type Conduct = (input: any, tries: number, context: StepContext) => unknown;

/** The magazine in a simulation. `conduct` says how steps behave by their path within the run; else they go well. */
export async function openMagazine(
  conduct: Record<string, Conduct> = {},
  options: Partial<SimulationOptions> = {},
) {
  const effects = new Effects();
  const reports: string[] = [];
  const handlers = Object.fromEntries(
    workflows.flatMap((workflow) =>
      stepsOf(workflow).map((spec) => [`${workflow.name}: ${spec.name}`, step(spec, conduct, effects)]),
    ),
  );
  const cloud = await simulate(assembly, {
    seed: 1,
    schedules: false,
    report: (line) => reports.push(line),
    ...options,
    handlers: { ...handlers, ...options.handlers },
  });
  const { MillraceBus, MillraceTable, MillraceControl } = await cloud.outputs("Magazine");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const reader = runReader(table, cloud.client(SFNClient));
  const log = logReader(table);
  const approvals = tableApprovals(table, cloud.now);
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const items = async <Kind extends TableItem["kind"]>(kind: Kind) => {
    const all: TableItem[] = [];
    for (let ExclusiveStartKey: object | undefined, first = true; first || ExclusiveStartKey; first = false) {
      const page = await cloud.call("dynamodb", "Scan", { TableName: MillraceTable, ExclusiveStartKey });
      all.push(...page.Items.map((item: any) => unmarshall(item) as TableItem));
      ExclusiveStartKey = page.LastEvaluatedKey;
    }
    return all.filter((item): item is Extract<TableItem, { kind: Kind }> => item.kind === kind);
  };
  let orders = 0;
  return {
    cloud,
    effects,
    reports,
    items,
    control,
    log,
    entries: async () => {
      const stored = [...(await items("log")), ...(await items("log-pack"))];
      const runs = [...new Set(stored.map(({ run }) => run))];
      return (await Promise.all(runs.map((run) => log.ofRun(run)))).flat();
    },
    async send(DetailType: string, detail: object, id?: string) {
      const Detail = JSON.stringify({ ...detail, ...(id && { millrace: { id } }) });
      const Entries = [{ EventBusName: MillraceBus, Source: "test", DetailType, Detail }];
      expect(await cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
    },
    /** All runs of a workflow, in the order in which they were accepted. */
    async runs(workflow: string) {
      const runs = (await reader.runs(100)).filter((run) => run.workflow === workflow).reverse();
      return await Promise.all(runs.map(async ({ run }) => (await reader.run(run))!));
    },
    /** Pending approvals. */
    questions: async () => (await items("approval")).filter(({ state }) => state === "pending"),
    /** Answers the questions to a role. */
    async decide(role: string, approved: boolean) {
      for (const question of await items("approval")) {
        if (question.approval === role && question.state === "pending")
          await approvals.decide(question, { approved, decidedBy: "ada" });
      }
      await cloud.settle();
    },
    async order(command: Partial<Command> & object) {
      const given = { by: "ada", why: "test", key: `k${++orders}`, ...command } as Command;
      const [outcome] = await Promise.allSettled([control(given), cloud.settle()]);
      if (outcome.status === "rejected") throw outcome.reason;
      expect(outcome.value).toMatchObject({ done: true });
    },
    /** The payloads of all events of one name that were on the bus, the same event once. */
    published(name: string): any[] {
      return distinctEvents(cloud, name).map(({ detail }) => detail);
    },
  };
}

/** What the outside world has seen: how often each effect happened, by idempotency key. */
class Effects {
  /** Tries that were begun. */
  readonly tries = new Map<string, number>();
  /** Tries that went well, in the order in which they ended. */
  readonly done: string[] = [];

  begin(key: string): number {
    const tries = (this.tries.get(key) ?? 0) + 1;
    this.tries.set(key, tries);
    return tries;
  }
}

/** A step as the test conducts it. */
function step(spec: StepSpec, conduct: Record<string, Conduct>, effects: Effects): HandlerFactory {
  return workerOf(spec, async (input: any, context, sleep) => {
    const [, path, direction] = /#claim#\d+#(.*)#(do|undo)$/.exec(context.idempotencyKey)!;
    const tries = effects.begin(context.idempotencyKey);
    const behave = conduct[direction === "do" ? path! : `undo ${path}`] ?? conduct[spec.name];
    await sleep((input.seconds ?? 0) * 1_000);
    const answer = await behave?.(input, tries, context);
    const result = answer ?? (await usual(spec, input, context));
    effects.done.push(context.idempotencyKey);
    return result;
  });
}

/** What the step's own code does. */
async function usual(
  { name }: StepSpec,
  { what, of, round, usd }: any,
  { spend }: StepContext,
): Promise<unknown> {
  switch (name) {
    case "discard":
      return null;
    case "judge":
      return { score: round };
    case "buy":
      return await spend({ usd }, async () => ({ value: { text: what }, actual: { usd } }));
    default:
      return { text: `${what}(${of})` };
  }
}

/** All faults that there are, each now and then. */
export const EVERYTHING_WRONG = {
  duplicates: 0.2,
  delays: { chance: 0.2, upTo: "90 seconds" },
  interleave: true,
  calls: [
    { kind: "throttle", chance: 0.02 },
    { kind: "error", chance: 0.01 },
    { kind: "lost", chance: 0.03 },
    { kind: "slow", chance: 0.02, for: "20 seconds" },
    { kind: "crash-before", chance: 0.005 },
    { kind: "crash-after", chance: 0.01 },
  ],
} satisfies Faults;

/** An issue as it is planned in most tests. */
export const ISSUE = {
  issue: "i1",
  articles: [
    { article: "moon", kind: "news" },
    { article: "tides", kind: "essay" },
  ],
  photos: ["sea", "sky"],
  notes: "n",
  embargo: "2026-01-01T01:00:00Z",
  checked: true,
};
