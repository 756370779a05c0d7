import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { Absence, Threshold } from "../../../lib/constructs/triggers/index.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Faults, type Simulation, simulate } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { ask, largeLosses, manyDeclines, review, silentCustomers } from "./thresholds/payments.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-thresholds-")) });
  const stack = new Stack(app, "Payments");
  const handlers = join(import.meta.dirname, "thresholds");
  const millrace = new Millrace(stack, "Millrace", { workflows: [review, ask], handlers });
  new Threshold(stack, "ManyDeclines", { trigger: manyDeclines, millrace, handlers });
  new Threshold(stack, "LargeLosses", { trigger: largeLosses, millrace, handlers });
  new Absence(stack, "SilentCustomers", { trigger: silentCustomers, millrace, handlers });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

async function openPayments(faults: Faults = {}) {
  cloud = await simulate(assembly, { seed: 1, schedules: false, faults });
  const { MillraceBus: EventBusName, MillraceTable } = await cloud.outputs("Payments");
  const reader = runReader(openTable(MillraceTable!, cloud.client(DynamoDBClient)), cloud.client(SFNClient));
  return {
    async decline(customer: string, payments: readonly string[], cents = 100) {
      const Entries = payments.map((payment) => ({
        EventBusName,
        Source: "bank",
        DetailType: "payment.declined",
        Detail: JSON.stringify({ payment, customer, cents }),
      }));
      await cloud.call("events", "PutEvents", { Entries });
    },
    /** The runs that were started, each by its event and its customer. */
    async runs() {
      const runs = await Promise.all(
        (await reader.runs(100)).map(async ({ run }) => (await reader.run(run))!.run),
      );
      return runs.map((run) => `${run.event.name} ${inputOf(run).event.customer} ${run.status}`).sort();
    },
  };
}

test("a crossing starts one run of each key; a sum over all keys another; silence a third", async () => {
  const payments = await openPayments();
  await payments.decline("ann", ["a1", "a2"]);
  await payments.decline("bob", ["b1"]);
  await payments.decline("ann", ["a1", "a2"]);
  await cloud.advance("1 minute");
  expect(await payments.runs()).toEqual([]);
  await payments.decline("ann", ["a3"]);
  await cloud.advance("1 minute");
  expect(await payments.runs()).toEqual(["customer.declined ann succeeded"]);
  await payments.decline("bob", ["b2"], 9_700);
  await cloud.advance("30 minutes");
  expect(await payments.runs()).toEqual(["customer.declined ann succeeded", "loss.rose all succeeded"]);
  await cloud.advance("80 minutes");
  await payments.decline("bob", ["b3"]);
  await cloud.advance("30 minutes");
  expect((await payments.runs()).at(1)).toBe("customer.silent ann succeeded");
  await cloud.advance("1 day");
  expect(await payments.runs()).toEqual([
    "customer.declined ann succeeded",
    "customer.silent ann succeeded",
    "customer.silent bob succeeded",
    "loss.rose all succeeded",
  ]);
});

test.each(seeds([4], 30))("the same with duplicates, delays and crashes: %i", async (seed) => {
  const rate = 0.01 * (1 + ((seed - 1) % 3));
  const payments = await openPayments({
    duplicates: 0.3,
    delays: { chance: 0.3, upTo: "20 seconds" },
    interleave: true,
    calls: [
      { kind: "crash-before", chance: rate },
      { kind: "crash-after", chance: rate },
      { kind: "lost", chance: 0.02 },
    ],
  });
  const all = Array.from({ length: 6 }, (_, at) => `a${at}`);
  await payments.decline("ann", all);
  await payments.decline("ann", all);
  await payments.decline("bob", ["b1", "b2"]);
  await cloud.advance("1 day");
  expect(await payments.runs()).toEqual([
    "customer.declined ann succeeded",
    "customer.declined ann succeeded",
    "customer.silent ann succeeded",
    "customer.silent bob succeeded",
  ]);
});
