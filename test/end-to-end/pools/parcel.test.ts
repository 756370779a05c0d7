import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { SFNClient } from "@aws-sdk/client-sfn";
import type { Template } from "aws-cdk-lib/assertions";
import { afterEach, beforeAll, expect, test } from "vitest";
import { controlFunction } from "../../../lambdas/runtime/aws/control/control-client.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { tableApprovals } from "../../../lambdas/runtime/aws/waits/approvals.ts";
import { approvalKey } from "../../../lib/contract/keys/approval.ts";
import type { Command } from "../../../lib/contract/messages/command.ts";
import { runId } from "../../../lib/contract/runs/run-id.ts";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { synthesizeParcels } from "./parcel/app.ts";

/** Steps of a pool that come in one message, from the compiler to the bundles. */
let folder: string;
let template: Template;
beforeAll(() => {
  ({ folder, template } = synthesizeParcels());
}, 120_000);

let cloud: Simulation;
afterEach(() => cloud?.close());

const run = runId("send-parcel", "parcel.ready", "p");

/** Lines of the pool's log that have a word, in order. */
async function logged(word: string): Promise<any[]> {
  const { logGroups } = await cloud.call("logs", "DescribeLogGroups", {});
  const { logGroupName } = (logGroups as any[]).find((group) => /counter/.test(group.logGroupName));
  const { events } = await cloud.call("logs", "FilterLogEvents", {
    logGroupName,
    filterPattern: `"${word}"`,
  });
  return (events as any[]).map(({ message }) => JSON.parse(message));
}

async function open() {
  cloud = await simulate(folder, { seed: 1, schedules: false });
  const { MillraceBus, MillraceTable, MillraceControl } = (await cloud.outputs("Parcels")) as Record<
    string,
    string
  >;
  const table = openTable(MillraceTable!, cloud.client(DynamoDBClient));
  const control = controlFunction(MillraceControl!, cloud.client(LambdaClient));
  const reader = runReader(table, cloud.client(SFNClient));
  return {
    reader,
    async send(trouble?: string, at?: string) {
      const Detail = JSON.stringify({ id: "p", ...(trouble && { trouble, at }) });
      const entry = { EventBusName: MillraceBus, Source: "test", DetailType: "parcel.ready", Detail };
      await cloud.call("events", "PutEvents", { Entries: [entry] });
      await cloud.advance("1 minute");
    },
    item: async () => (await reader.run(run))!.run,
    /** The claims of effects. */
    async claims() {
      const all = (await reader.run(run))!.claims.filter(({ direction }) => direction === "do");
      return all.map(({ path, state, attempt }) => `${path} ${state} ${attempt}`).sort();
    },
    undone: async () => (await logged("Undone")).map(({ message }) => message),
    async decide(path: string, approved: boolean) {
      const decision = { approved, decidedBy: "ada" };
      await tableApprovals(table, cloud.now).decide(approvalKey(run, 1, path), decision);
      await cloud.advance("1 minute");
    },
    async order(action: string, more: object = {}) {
      const command = { action, by: "ada", why: "test", key: action, target: { run }, ...more } as Command;
      const [outcome] = await Promise.allSettled([control(command), cloud.settle()]);
      if (outcome.status === "rejected") throw outcome.reason;
      await cloud.advance("2 minutes");
    },
    /** Tries that began: "weigh 2". */
    async began() {
      return (await logged("Begins")).map(({ message, step, path }) => {
        expect(message).toContain(step);
        expect(path).toBe(step);
        return message.replace(/Begins: (.*)\./, "$1");
      });
    },
  };
}

test("the function of a pool lives as long as the steps of one message may take", () => {
  template.hasResourceProperties("AWS::Lambda::Function", {
    Description: "send-parcel: counter",
    Timeout: 45,
  });
});

test("three steps are one state and one answer, each with its own claim", async () => {
  const parcels = await open();
  await parcels.send();
  expect(await parcels.item()).toMatchObject({
    status: "succeeded",
    output: { so: "p, pack, weigh, label, at the door, hand-out" },
  });
  expect(await parcels.claims()).toEqual(["hand-out done 1", "label done 1", "pack done 1", "weigh done 1"]);
  expect(cloud.calls.filter(({ operation }) => operation === "SendTaskSuccess")).toHaveLength(2);
});

test("a step in the middle is retried by its own policy, and the others are not", async () => {
  const parcels = await open();
  await parcels.send("twice", "weigh");
  expect((await parcels.item()).status).toBe("succeeded");
  expect(await parcels.began()).toEqual(["pack 1", "weigh 1", "weigh 2", "weigh 3", "label 1", "hand-out 1"]);
  expect(await parcels.reader.failedAttempts((await parcels.item()).execution!)).toMatchObject([
    { path: "weigh", attempt: 1, message: "Try again." },
    { path: "weigh", attempt: 2, message: "Try again." },
  ]);
});

test.each([
  ["always", "Millrace.Retry", 3],
  ["gives up", "Millrace.GiveUp", 1],
])(
  "a step that fails finally (%s) ends the run as that step, and completed steps are undone",
  async (trouble, error, tries) => {
    const parcels = await open();
    await parcels.send(trouble, "label");
    const item = await parcels.item();
    expect(item).toMatchObject({
      status: "failed",
      failure: { error },
      compensation: { undone: 2, failed: 0 },
    });
    expect(item.failure!.cause).toContain('"path":"label"');
    expect(await parcels.claims()).toEqual([`label sealed ${tries}`, "pack done 1", "weigh done 1"]);
    expect(await parcels.undone()).toEqual(["Undone: p, pack, weigh.", "Undone: p, pack."]);
  },
);

test("a retried run continues with the failed step", async () => {
  const parcels = await open();
  await parcels.send("gives up", "hand-out");
  await parcels.order("retry");
  expect((await parcels.began()).filter((line) => line.startsWith("label"))).toEqual(["label 1"]);
  expect(await parcels.item()).toMatchObject({ epoch: 2, status: "failed" });
});

test.each([true, false])("a person is asked about the step that asks, and answers %s", async (approved) => {
  const parcels = await open();
  await parcels.send("asks", "weigh");
  const [question] = await parcels.reader.openApprovals(10);
  expect(question).toMatchObject({ path: "weigh/asks", approval: "operator" });
  await parcels.decide("weigh/asks", approved);
  const item = await parcels.item();
  if (approved) expect(await parcels.began()).toEqual(["pack 1", "weigh 1", "weigh 1"]);
  else
    expect(item).toMatchObject({
      status: "failed",
      failure: { error: "Millrace.Ask" },
      compensation: { undone: 1 },
    });
});

test("a run that is paused while a step waits continues there when it is resumed", async () => {
  const parcels = await open();
  await parcels.send("waits", "weigh");
  expect((await parcels.item()).status).toBe("running");
  await parcels.order("pause");
  const before = (await parcels.began()).length;
  await cloud.advance("10 minutes");
  expect(await parcels.began()).toHaveLength(before);
  await parcels.order("resume");
  const began = await parcels.began();
  expect(began.length).toBeGreaterThan(before);
  expect(new Set(began)).toEqual(new Set(["pack 1", "weigh 1"]));
});

test("a run that is terminated while a step waits undoes what is done", async () => {
  const parcels = await open();
  await parcels.send("waits", "label");
  await parcels.order("terminate");
  expect(await parcels.item()).toMatchObject({
    status: "terminated",
    compensation: { undone: 2, failed: 0 },
  });
});
