import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { beforeAll } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { tableRuns } from "../../../lambdas/runtime/aws/runs/runs.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableRaces } from "../../../lambdas/runtime/aws/waits/races.ts";
import { tableEffects } from "../../../lambdas/runtime/aws/work/effects.ts";
import { type StepContext, StepFailure } from "../../../lambdas/runtime/index.ts";
import type { Command } from "../../../lib/contract/command.ts";
import { runId } from "../../../lib/contract/keys.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type HandlerFactory, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { sharedAssembly } from "../../assemblies.ts";
import { steps, workflows } from "./app/parcel.ts";

const RUNTIME = new URL("../../../lambdas/runtime/index.ts", import.meta.url);

let assembly: string;

/** Synthesizes the app, once for the tests of a file. */
export function parcelAssembly(): void {
  beforeAll(() => {
    assembly = sharedAssembly("parcels", (outdir) => {
      const app = new App({ outdir });
      new Millrace(new Stack(app, "Millrace"), "Millrace", {
        workflows,
        handlers: join(import.meta.dirname, "app"),
      });
      return app;
    });
  }, 120_000);
}

export type Parcels = Awaited<ReturnType<typeof parcels>>;

/** What a step does in a test: returns, throws, or takes its time. */
export type Conduct = (input: any, sleep: (milliseconds: number) => Promise<void>) => unknown;

/** Parcels in a simulation. `conduct` says how steps behave, by name; by default they succeed at once. */
export async function parcels(
  conduct: Record<string, Conduct> = {},
  options: Partial<SimulationOptions> = {},
) {
  /** What the outside world has seen, once for each idempotency key, in order. */
  const seen: string[] = [];
  const reports: string[] = [];
  const handlers = Object.fromEntries(steps.map((spec) => [spec.name, step(spec, conduct, seen)]));
  const cloud = await simulate(assembly, {
    seed: 1,
    report: (line) => reports.push(line),
    ...options,
    handlers,
  });
  const { MillraceBus, MillraceTable, MillraceControl } = await cloud.outputs("Millrace");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const run = runId("send-parcel", "parcel.accepted", "p");
  const runs = tableRuns(table);
  const races = tableRaces(table);
  let orders = 0;
  return {
    cloud,
    seen,
    reports,
    run,
    table,
    reader: runReader(table, cloud.client(SFNClient)),
    async send(name: string, detail: object = {}) {
      const Detail = JSON.stringify({ parcel: "p", ...detail });
      const entry = { EventBusName: MillraceBus, Source: "test", DetailType: name, Detail };
      await cloud.call("events", "PutEvents", { Entries: [entry] });
    },
    item: async () => (await runs.read(run))!,
    /** The runs that the way by sea has called. */
    async insurances() {
      const children = await races.children(run);
      return await Promise.all(children.map(async ({ child }) => (await runs.read(child))!));
    },
    decided: async () => (await races.decided(run)).map(({ path, winner }) => `${path} ${winner}`),
    claims: async () => await tableEffects(table).of(run),
    async order(action: string, more: object = { target: { run } }) {
      const answer = control({ action, by: "ada", why: "test", key: `k${++orders}`, ...more } as Command);
      const [outcome] = await Promise.allSettled([answer, cloud.settle()]);
      if (outcome.status === "rejected") throw outcome.reason;
      return outcome.value;
    },
    /** Names and payloads of what Millrace itself has published. */
    published: () =>
      cloud.kernel.store
        .all<{ event: string }>("SELECT event FROM events_archived")
        .map(({ event }) => JSON.parse(event))
        .filter(({ source }) => source === "millrace")
        .map((event) => ({ name: event["detail-type"] as string, ...event.detail })),
  };
}

function step(spec: StepSpec, conduct: Record<string, Conduct>, seen: string[]): HandlerFactory {
  return async ({ load, sleep }) =>
    (await load(RUNTIME)).worker(spec, async (input: any, context: StepContext) => {
      await conduct[spec.name]?.(input, sleep);
      const path = context.idempotencyKey.replace(/^.*?#claim#/, "");
      if (!seen.includes(path)) seen.push(path);
      return /^(cancel|clear)/.test(spec.name) ? null : { booking: path };
    });
}

/** Takes seconds. */
export const takes =
  (seconds: number): Conduct =>
  (_, sleep) =>
    sleep(seconds * 1_000);

/** Fails for good. */
export const refused = (): never => {
  throw new StepFailure("give-up", "no capacity");
};
