import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SFNClient } from "@aws-sdk/client-sfn";
import { App, Stack } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { simulate } from "../../../local/simulate.ts";
import { all } from "./app/help.ts";

test("a model calls a workflow by the contract of its event, and reads its output in the next turn", async () => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-model-calls-")) });
  const handlers = join(import.meta.dirname, "app");
  new Millrace(new Stack(app, "Help"), "Millrace", { workflows: all, handlers });
  const cloud = await simulate(app.synth().directory, { seed: 1, schedules: false });
  try {
    const { MillraceBus: EventBusName, MillraceTable } = await cloud.outputs("Help");
    const reader = runReader(
      openTable(MillraceTable!, cloud.client(DynamoDBClient)),
      cloud.client(SFNClient),
    );
    const statuses = async () =>
      Object.fromEntries((await reader.runs(10)).map(({ workflow, status }) => [workflow, status]));
    const Detail = JSON.stringify({ ticket: "t1", text: "o1" });
    const Entries = [{ EventBusName, Source: "app", DetailType: "ticket.opened", Detail }];
    await cloud.call("events", "PutEvents", { Entries });
    await cloud.advance("1 day");
    expect(await statuses()).toEqual({ help: "running", refund: "running" });
    await cloud.advance("2 days");
    expect(await statuses()).toEqual({ help: "succeeded", refund: "succeeded" });
    const { run } = (await reader.runs(10)).find(({ workflow }) => workflow === "help")!;
    expect((await reader.run(run))!.run.output).toEqual({
      reply: '[{"order":"o1","cents":500,"paid":true}]',
      rounds: 2,
    });
  } finally {
    await cloud.close();
  }
}, 120_000);
