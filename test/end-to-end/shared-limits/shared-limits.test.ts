import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { tableSharedLimits } from "../../../lambdas/runtime/aws/runs/shared-limits.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Faults, type Simulation, simulate } from "../../../local/simulate.ts";
import { seeds } from "../../seeds.ts";
import { all } from "./app/calls.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-shared-limits-")) });
  const handlers = join(import.meta.dirname, "app");
  new Millrace(new Stack(app, "Calls"), "Millrace", { workflows: all, handlers });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

const LIMITED = ["summarize", "translate"];

async function openCalls(faults: Faults = {}, schedules = false) {
  cloud = await simulate(assembly, { seed: 1, schedules, faults });
  const { MillraceBus: EventBusName, MillraceTable, MillraceControl } = await cloud.outputs("Calls");
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const reader = runReader(table, cloud.client(SFNClient));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  let orders = 0;
  return {
    /** Publishes jobs of a tenant: each starts a run of both workflows. */
    async send(tenant: string, jobs: readonly number[], DetailType = "job.sent") {
      const Entries = jobs.map((job) => ({
        EventBusName,
        Source: "app",
        DetailType,
        Detail: JSON.stringify({
          tenant,
          job,
          millrace: { id: `${DetailType} ${job}`, time: new Date(cloud.now() + job).toISOString() },
        }),
      }));
      await cloud.call("events", "PutEvents", { Entries });
    },
    async order(action: string, target: object, more: object = {}) {
      const command = { action, target, by: "ada", why: "test", key: `k${++orders}`, ...more } as Command;
      const [answer] = await Promise.all([control(command), cloud.settle()]);
      expect(answer).toMatchObject({ done: true });
    },
    async runs(workflows: readonly string[] = LIMITED) {
      const found = await Promise.all(
        (await reader.runs(200)).map(async ({ run }) => (await reader.run(run))!),
      );
      return found
        .filter(({ run }) => workflows.includes(run.workflow))
        .map(({ run, claims }) => ({
          run,
          tenant: inputOf(run).event.tenant as string,
          job: inputOf(run).event.job as number,
          from: Date.parse(claims[0]?.startedAt ?? ""),
          to: Date.parse(run.endedAt ?? ""),
        }));
    },
    limits: (limit: string) => tableSharedLimits(table, limit),
    lane: async (limit: string, lane = "") => await tableSharedLimits(table, limit).read(lane),
  };
}

type Ran = Awaited<ReturnType<Awaited<ReturnType<typeof openCalls>>["runs"]>>;

/** The largest number of steps that ran at the same time, from their start to the end of their run. */
function mostAtOnce(ran: Ran): number {
  return Math.max(...ran.map(({ from }) => ran.filter((one) => one.from <= from && one.to > from).length));
}

const jobs = (from: number, count: number) => Array.from({ length: count }, (_, at) => from + at);

test("workflows share the places of a limit, and a tenant's backlog holds up no other", async () => {
  const calls = await openCalls();
  await calls.send("big", jobs(0, 8));
  await cloud.advance("1 second");
  await calls.send("small", jobs(100, 1));
  await cloud.advance("2 hours");
  const ran = await calls.runs();
  expect(ran.map(({ run }) => run.status)).toEqual(Array.from({ length: 18 }, () => "succeeded"));
  expect(mostAtOnce(ran)).toBe(3);
  expect(mostAtOnce(ran.filter(({ tenant }) => tenant === "big"))).toBe(2);
  // The third place is free for the small tenant, whose second run needs no more than one end.
  const small = ran.filter(({ tenant }) => tenant === "small").map(({ from }) => from);
  const earlier = ran.filter(({ tenant, from }) => tenant === "big" && from < Math.max(...small));
  expect(earlier.length).toBeLessThanOrEqual(4);
  expect(await calls.lane("model-calls")).toMatchObject({ places: [] });
});

test("starts of a key are limited in each period, by key", async () => {
  const calls = await openCalls();
  await calls.send("a", jobs(0, 5), "letter.sent");
  await calls.send("b", jobs(10, 2), "letter.sent");
  await cloud.advance("10 minutes");
  const ran = await calls.runs(["mail"]);
  const starts = (tenant: string) =>
    ran
      .filter((one) => one.tenant === tenant)
      .map(({ from }) => from)
      .sort((a, b) => a - b);
  const [first] = starts("a");
  expect(starts("a").map((at) => Math.floor((at - first! + 2_000) / 60_000))).toEqual([0, 0, 1, 1, 2]);
  expect(starts("b").every((at) => at - first! < 10_000)).toBe(true);
});

test.each(seeds([3], 50))("the same with duplicates, delays and crashes: %i", async (seed) => {
  const rate = 0.01 * (1 + ((seed - 1) % 3));
  const calls = await openCalls({
    duplicates: 0.2,
    delays: { chance: 0.3, upTo: "20 seconds" },
    interleave: true,
    calls: [
      { kind: "crash-before", chance: rate },
      { kind: "crash-after", chance: rate },
      { kind: "lost", chance: 0.02 },
    ],
  });
  await calls.send("big", jobs(0, 6));
  await calls.send("small", jobs(100, 2));
  await calls.send("big", jobs(0, 3));
  await cloud.advance("6 hours");
  const ran = await calls.runs();
  expect(ran.filter(({ run }) => run.status !== "succeeded").map(({ run }) => [run.run, run.status])).toEqual(
    [],
  );
  expect(ran).toHaveLength(16);
  expect(mostAtOnce(ran)).toBeLessThanOrEqual(3);
  expect(mostAtOnce(ran.filter(({ tenant }) => tenant === "big"))).toBeLessThanOrEqual(2);
  expect(await calls.lane("model-calls")).toMatchObject({ places: [] });
});

test("a run whose execution is stopped leaves its place to the next", async () => {
  const calls = await openCalls();
  await calls.send("a", [1]);
  await cloud.advance("2 seconds");
  const [dead] = await calls.runs(["summarize"]);
  await cloud.call("states", "StopExecution", { executionArn: dead!.run.execution });
  await calls.send("a", [2]);
  await cloud.advance("10 minutes");
  const statuses = (await calls.runs()).map(({ run }) => run.status);
  expect(statuses.sort()).toEqual(["succeeded", "succeeded", "succeeded", "terminated"]);
  expect(await calls.lane("model-calls")).toMatchObject({ places: [] });
});

test("places of runs whose ends were never reported: the reconciler's release of the next run finds them", async () => {
  const calls = await openCalls({}, true);
  const lane = await calls.lane("model-calls");
  const dead = ["summarize", "translate", "translate"].map((workflow, at) => ({
    execution: `${workflow}-${"abc"[at]!.repeat(26)}`,
    key: "a",
    at: cloud.now(),
  }));
  expect(await calls.limits("model-calls").write("", { ...lane, places: dead }, false)).toBe(true);
  await calls.send("b", [1]);
  await cloud.advance("30 seconds");
  expect((await calls.runs()).map(({ run }) => run.status)).toEqual(["accepted", "accepted"]);
  await cloud.advance("3 hours");
  expect((await calls.runs()).map(({ run }) => run.status)).toEqual(["succeeded", "succeeded"]);
  expect(await calls.lane("model-calls")).toMatchObject({ places: [] });
});

test("a paused workflow gives its places to the other, and continues when it is resumed", async () => {
  const calls = await openCalls();
  await calls.order("drain", { workflow: "summarize" });
  await calls.send("a", jobs(0, 4));
  await cloud.advance("1 hour");
  const statuses = async (workflow: string) => (await calls.runs([workflow])).map(({ run }) => run.status);
  expect(await statuses("translate")).toEqual(Array.from({ length: 4 }, () => "succeeded"));
  expect(await statuses("summarize")).toEqual(Array.from({ length: 4 }, () => "accepted"));
  expect(await calls.lane("model-calls")).toMatchObject({ places: [] });
  await calls.order("resume", { workflow: "summarize" });
  await cloud.advance("1 hour");
  expect(await statuses("summarize")).toEqual(Array.from({ length: 4 }, () => "succeeded"));
});

test("a raised limit starts runs that wait", async () => {
  const calls = await openCalls();
  await calls.order("set", { limit: "model-calls" }, { values: { "perKey.atOnce": 1 } });
  await cloud.advance("2 seconds");
  await calls.send("a", jobs(0, 2));
  await cloud.advance("3 seconds");
  const running = async () => (await calls.runs()).filter(({ run }) => run.status === "running").length;
  expect(await running()).toBe(1);
  await calls.order("set", { limit: "model-calls" }, { values: { "perKey.atOnce": 3 } });
  await cloud.advance("4 seconds");
  const ran = await calls.runs();
  expect(ran.filter(({ run }) => run.status !== "accepted").length).toBeGreaterThanOrEqual(3);
  await cloud.advance("1 hour");
});

test("with busy: skip in perKey, a run that waits for its place counts as one of its key", async () => {
  const calls = await openCalls({ duplicates: 0.5 });
  const ask = async (tenant: string, job: number) => {
    await calls.send(tenant, [job], "report.asked");
    await cloud.advance("1 second");
  };
  await ask("a", 1);
  await ask("b", 2);
  await ask("b", 3);
  const ends = async () =>
    (await calls.runs(["report"]))
      .sort((one, other) => one.job - other.job)
      .map(({ run }) => run.failure?.error ?? run.status);
  expect(await ends()).toEqual(["running", "accepted", "Millrace.Skipped"]);
  await cloud.advance("10 minutes");
  await ask("b", 4);
  await cloud.advance("10 minutes");
  expect(await ends()).toEqual(["succeeded", "succeeded", "Millrace.Skipped", "succeeded"]);
  expect(await calls.lane("reports")).toMatchObject({ places: [] });
});
