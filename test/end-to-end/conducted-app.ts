import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { controlFunction } from "../../lambdas/runtime/aws/control/control-client.ts";
import { runReader } from "../../lambdas/runtime/aws/runs/run-reader.ts";
import { tableRuns } from "../../lambdas/runtime/aws/runs/runs.ts";
import { openTable } from "../../lambdas/runtime/aws/table/table.ts";
import { tableEffects } from "../../lambdas/runtime/aws/work/effects.ts";
import type { Command } from "../../lib/contract/messages/command.ts";
import type { StepSpec } from "../../lib/contract/step.ts";
import { type HandlerFactory, type SimulationOptions, simulate } from "../../local/simulate.ts";
import { archivedEvents } from "./archived-events.ts";
import { workerOf } from "./own-code.ts";

/** What a step does in a test: returns, throws, or takes its time. */
export type Conduct = (input: any, sleep: (milliseconds: number) => Promise<void>) => unknown;

export interface Situation {
  steps: StepSpec[];
  /** The run that the test is about. */
  run: string;
  /** How steps behave, by name; by default they succeed at once. */
  conduct: Record<string, Conduct>;
  options: Partial<SimulationOptions>;
}

/** The app of an assembly in a simulation, whose steps behave as the test says. Its stack is "Millrace". */
export async function conductedApp(assembly: string, { steps, run, conduct, options }: Situation) {
  /** What the outside world has seen, once for each idempotency key, in order. */
  const seen: string[] = [];
  const reports: string[] = [];
  const handlers = Object.fromEntries(steps.map((spec) => [spec.name, step(spec, conduct, seen)]));
  const cloud = await simulate(assembly, {
    seed: 1,
    report: (line) => reports.push(line),
    ...options,
    handlers: { ...handlers, ...options.handlers },
  });
  const { MillraceBus, MillraceTable, MillraceControl } = await cloud.outputs("Millrace");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const runs = tableRuns(table);
  let orders = 0;
  return {
    cloud,
    seen,
    reports,
    run,
    runs,
    table,
    reader: runReader(table, cloud.client(SFNClient)),
    async send(name: string, detail: object) {
      const Detail = JSON.stringify(detail);
      const entry = { EventBusName: MillraceBus, Source: "test", DetailType: name, Detail };
      await cloud.call("events", "PutEvents", { Entries: [entry] });
    },
    item: async () => (await runs.read(run))!,
    claims: async () => await tableEffects(table).of(run),
    async order(action: string, more: object = { target: { run } }) {
      const answer = control({ action, by: "ada", why: "test", key: `k${++orders}`, ...more } as Command);
      const [outcome] = await Promise.allSettled([answer, cloud.settle()]);
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    },
    /** Names and payloads of what Millrace itself has published. */
    published: () =>
      archivedEvents(cloud)
        .filter(({ source }) => source === "millrace")
        .map((event) => ({ name: event["detail-type"] as string, ...event.detail })),
  };
}

/** A step that books, or undoes a booking and returns nothing. */
function step(spec: StepSpec, conduct: Record<string, Conduct>, seen: string[]): HandlerFactory {
  return workerOf(spec, async (input: any, { idempotencyKey }, sleep) => {
    await conduct[spec.name]?.(input, sleep);
    const path = idempotencyKey.replace(/^.*?#claim#/, "");
    if (!seen.includes(path)) seen.push(path);
    return /^(cancel|clear)/.test(spec.name) ? null : { booking: path };
  });
}
