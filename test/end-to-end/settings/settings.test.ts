import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { settingsHistory } from "../../../lambdas/runtime/aws/control/settings-history.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import type { ChangeSettings, Command } from "../../../lib/contract/messages/command.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { daily, slow } from "./app/documents.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-settings-")) });
  const handlers = join(import.meta.dirname, "app");
  new Millrace(new Stack(app, "Settings"), "Millrace", { workflows: [daily, slow], handlers });
  assembly = app.synth().directory;
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud.close());

async function open({ schedules = false } = {}) {
  cloud = await simulate(assembly, { seed: 1, schedules });
  const { MillraceBus: EventBusName, MillraceTable, MillraceControl } = await cloud.outputs("Settings");
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const reader = runReader(table, cloud.client(SFNClient));
  let orders = 0;
  const order = async (command: object) => {
    const said = { by: "ada", why: "test", key: `k${++orders}` };
    const [answer] = await Promise.all([control({ ...said, ...command } as Command), cloud.settle()]);
    return answer;
  };
  return {
    order,
    set: (change: Partial<ChangeSettings>) =>
      order({ action: "set", target: { workflow: "daily" }, ...change }),
    history: () => settingsHistory(table)("workflow", "daily", 10),
    async edit(edit: number, document = "d", DetailType = "document.changed") {
      const millrace = { id: `e${document}${edit}`, time: new Date(cloud.now()).toISOString() };
      const Detail = JSON.stringify({ document, edit, millrace });
      const entry = { EventBusName, Source: "editor", DetailType, Detail };
      await cloud.call("events", "PutEvents", { Entries: [entry] });
      await cloud.settle();
    },
    /** The run of an edit, and its attempts. */
    async run(edit: number) {
      const found = await Promise.all(
        (await reader.runs(100)).map(async ({ run }) => (await reader.run(run))!),
      );
      const details = found.find(({ run }) => inputOf(run).event.edit === edit)!;
      return { ...details.run, attempt: details.claims.at(-1)?.attempt };
    },
  };
}

test("a raised throttle starts the runs that wait, within seconds; every change is in the history", async () => {
  const app = await open();
  for (const edit of [1, 2, 3]) await app.edit(edit);
  await cloud.advance("1 hour");
  expect([(await app.run(1)).status, (await app.run(2)).status]).toEqual(["succeeded", "accepted"]);
  expect(await app.set({ values: { "perKey.starts": 2 }, revision: 0 })).toMatchObject({ done: true });
  await cloud.advance("10 seconds");
  expect([(await app.run(2)).status, (await app.run(3)).status]).toEqual(["succeeded", "accepted"]);

  // Lowered again: a run of another key is held back by it a second later.
  await app.set({ restore: 0, why: "enough" });
  await cloud.advance("1 second");
  await app.edit(4, "other");
  await app.edit(5, "other");
  await cloud.advance("1 minute");
  expect([(await app.run(4)).status, (await app.run(5)).status]).toEqual(["succeeded", "accepted"]);
  expect(await app.history()).toMatchObject([
    { settings: 2, why: "enough", restored: 0, changes: { "perKey.starts": { from: 2 } } },
    { settings: 1, by: "ada", changes: { "perKey.starts": { to: 2 } } },
  ]);
});

test("a run has the attempts that it was accepted with, also when it is retried after a change", async () => {
  const app = await open();
  await app.edit(101, "a");
  await cloud.advance("1 minute");
  expect(await app.run(101)).toMatchObject({ status: "failed", attempt: 2 });

  await app.set({ values: { "steps.index-document.retry.attempts": 5, "perKey.starts": 9 } });
  await cloud.advance("1 second");
  await app.edit(102, "b");
  await app.set({ values: { "steps.index-document.retry.attempts": 1 } });
  await cloud.advance("1 second");
  await app.edit(103, "c");
  await cloud.advance("5 minutes");
  expect(await app.run(102)).toMatchObject({ status: "failed", attempt: 5, settings: { revision: 1 } });
  expect(await app.run(103)).toMatchObject({ status: "failed", attempt: 1, settings: { revision: 2 } });

  const { run } = await app.run(102);
  await app.order({ action: "retry", target: { run } });
  await cloud.advance("5 minutes");
  expect(await app.run(102)).toMatchObject({
    epoch: 2,
    status: "failed",
    attempt: 5,
    settings: { revision: 1 },
  });
});

test("a run keeps the switches that it was accepted with, in the workflow and in its handlers", async () => {
  const app = await open();
  await app.set({ values: { "perKey.starts": 9 } });
  await app.edit(1, "a");
  await app.set({ values: { "switches.shout": true } });
  await cloud.advance("1 second");
  await app.edit(2, "a");
  await cloud.advance("1 minute");
  expect(await app.run(1)).toMatchObject({
    switches: { shout: false },
    output: { shout: false, read: false },
  });
  expect(await app.run(2)).toMatchObject({ switches: { shout: true }, output: { shout: true, read: true } });
});

test("a shorter deadline ends runs that are accepted from then on, in each of their epochs", async () => {
  const app = await open({ schedules: true });
  await app.edit(1, "a", "review.wanted");
  await app.set({ target: { workflow: "slow" }, values: { deadline: "10 minutes" } });
  await cloud.advance("1 second");
  await app.edit(2, "a", "review.wanted");
  await cloud.advance("9 minutes");
  expect(await app.run(2)).toMatchObject({ status: "running" });
  await cloud.advance("7 minutes");
  const ended = { status: "timed-out", failure: { error: "States.Timeout" } };
  expect(await app.run(2)).toMatchObject(ended);
  const { run } = await app.run(2);
  await app.order({ action: "retry", target: { run } });
  await cloud.advance("9 minutes");
  expect(await app.run(2)).toMatchObject({ epoch: 2, status: "running" });
  await cloud.advance("7 minutes");
  expect(await app.run(2)).toMatchObject({ epoch: 2, ...ended });
  await cloud.advance("40 minutes");
  expect(await app.run(1)).toMatchObject({ status: "succeeded" });
});
