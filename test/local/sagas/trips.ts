import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
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
import { tableEffects } from "../../../lambdas/runtime/aws/work/effects.ts";
import { type StepContext, StepFailure } from "../../../lambdas/runtime/index.ts";
import type { Command } from "../../../lib/contract/command.ts";
import { runId } from "../../../lib/contract/keys.ts";
import type { StepSpec } from "../../../lib/contract/step.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type HandlerFactory, type SimulationOptions, simulate } from "../../../local/simulate.ts";
import { bookFlight, bookNight, bookTrip, cancelFlight, cancelNight, charge, quote } from "./app/trip.ts";

const RUNTIME = new URL("../../../lambdas/runtime/index.ts", import.meta.url);
const STEPS = [quote, bookFlight, cancelFlight, bookNight, cancelNight, charge];

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-sagas-")) });
  const stack = new Stack(app, "Millrace");
  new Millrace(stack, "Millrace", { workflows: [bookTrip], handlers: join(import.meta.dirname, "app") });
  assembly = app.synth().directory;
}, 120_000);

export type Trips = Awaited<ReturnType<typeof trips>>;

/** What a step does in a test: returns, throws, or takes its time. */
type Conduct = (input: any, sleep: (milliseconds: number) => Promise<void>) => unknown;

/** The booking of trips in a simulation. `conduct` says how steps behave, by name; else they go well at once. */
export async function trips(conduct: Record<string, Conduct> = {}, options: Partial<SimulationOptions> = {}) {
  /** What the outside world has seen, once for each idempotency key, in order. */
  const seen: string[] = [];
  const reports: string[] = [];
  const handlers = Object.fromEntries(STEPS.map((spec) => [spec.name, step(spec, conduct, seen)]));
  const cloud = await simulate(assembly, {
    seed: 1,
    report: (line) => reports.push(line),
    ...options,
    handlers: { ...handlers, ...options.handlers },
  });
  const { MillraceBus, MillraceTable, MillraceControl } = await cloud.outputs("Millrace");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const reader = runReader(table, cloud.client(SFNClient));
  const run = runId("book-trip", "trip.requested", "t");
  let orders = 0;
  return {
    cloud,
    seen,
    reports,
    run,
    reader,
    table,
    async request(nights = ["mon", "tue"]) {
      const Detail = JSON.stringify({ trip: "t", nights });
      const entry = { EventBusName: MillraceBus, Source: "test", DetailType: "trip.requested", Detail };
      await cloud.call("events", "PutEvents", { Entries: [entry] });
    },
    item: async () => (await tableRuns(table).read(run))!,
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
      return spec.name.startsWith("cancel") ? null : { booking: path };
    });
}

/** Thrown by a step whose failure is final. */
export function never(message: string): StepFailure {
  return new StepFailure("give-up", message);
}
