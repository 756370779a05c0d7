import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { GetObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { GetExecutionHistoryCommand, SFNClient } from "@aws-sdk/client-sfn";
import { afterAll, beforeAll, expect, test } from "vitest";
import { findDeployment } from "../../../lambdas/runtime/aws/release/deployment.ts";
import { runReader } from "../../../lambdas/runtime/aws/runs/run-reader.ts";
import { openTable } from "../../../lambdas/runtime/aws/table/table.ts";
import { payloadOf } from "../../../lib/contract/runs/run-input.ts";
import type { Cloud } from "../../../local/cloud.ts";
import { millrace, newFolder, start, synthesizeApp, until } from "./harness.ts";

let assembly: string;
let data: string;
let cloud: Cloud;
const faults: string[] = [];

beforeAll(async () => {
  assembly = synthesizeApp();
  data = newFolder();
  cloud = await start(assembly, data, (line) => faults.push(line));
}, 60_000);
afterAll(async () => {
  await cloud.close();
});

async function look() {
  const config = {
    endpoint: cloud.endpoint,
    region: "us-east-1",
    credentials: { accessKeyId: "x", secretAccessKey: "x" },
    forcePathStyle: true,
  };
  const deployment = await findDeployment("Millrace", new CloudFormationClient(config));
  const table = openTable(deployment.table, new DynamoDBClient(config));
  const machines = new SFNClient(config);
  return {
    ...deployment,
    reader: runReader(table, machines),
    machines,
    events: new EventBridgeClient(config),
    objects: new S3Client(config),
  };
}

/** What all functions wrote. */
async function logLines(): Promise<string[]> {
  const { kernel } = cloud;
  const { logGroups } = await kernel.call("logs", "DescribeLogGroups", {});
  const lines: string[] = [];
  for (const { logGroupName } of logGroups) {
    const { events } = await kernel.call("logs", "FilterLogEvents", { logGroupName, limit: 1000 });
    lines.push(...events.map(({ message }: { message: string }) => message));
  }
  return lines;
}

/** The only run of this video, once `ready` says so. */
async function runWhen(videoId: string, ready: (details: any) => boolean) {
  const { reader } = await look();
  return await until(`the run of ${videoId}`, async () => {
    for (const { run } of await reader.runs(100)) {
      const details = await reader.run(run);
      if (details && payloadOf(details.run).includes(`"${videoId}"`) && ready(details)) return details;
    }
    return undefined;
  });
}
const asks = ({ approvals }: any) => approvals.some(({ state }: any) => state === "pending");
const ended = ({ run }: any) => run.endedAt !== undefined;

test("an event becomes a film that a person approves, through queues, functions, state machine, table and bus", async () => {
  const sent = await millrace(cloud.endpoint, [
    "send",
    "video.requested",
    '{"videoId":"one","topic":"tides","scenes":2}',
  ]);
  expect(sent).toMatchObject({ code: 0, out: expect.stringMatching(/^Sent video.requested as event/) });
  const { run } = await runWhen("one", asks);

  const approved = await millrace(cloud.endpoint, ["approve", run.run, "--note", "lovely", "--as", "ada"]);
  expect(approved).toMatchObject({ code: 0, out: `editor of ${run.run} is approved.\n` });
  const details = await runWhen("one", ended);
  expect(details.run).toMatchObject({
    status: "succeeded",
    output: { outcome: "published", rounds: 1 },
  });
  expect(details.claims.map(({ path, state, attempt }) => [path, state, attempt]).sort()).toEqual(
    [
      "announce",
      "cut[1]/draw-storyboard",
      "cut[1]/render-film",
      ...[0, 1].flatMap((scene) =>
        ["check-scene", "draw-picture"].map((step) => `cut[1]/scenes[${scene}]/take[1]/${step}`),
      ),
      "cut[1]/write-script",
      "publish",
    ].map((path) => [path, "done", 1]),
  );

  const { machines, objects, artifactBucket } = await look();
  const history = await machines.send(
    new GetExecutionHistoryCommand({ executionArn: details.run.execution, maxResults: 1000 }),
  );
  const entered = history.events?.flatMap(
    ({ stateEnteredEventDetails }) => stateEnteredEventDetails?.name ?? [],
  );
  const steps = ["write-script", "draw-storyboard", "render-film", "editor", "publish", "announce"];
  expect(entered?.filter((name) => steps.includes(name))).toEqual(steps);
  const { film } = (details.run.output as { published: { film: string } }).published as { film: string };
  const Key = film.slice(`s3://${artifactBucket}/`.length);
  const { Body } = await objects.send(new GetObjectCommand({ Bucket: artifactBucket, Key }));
  const bytes = Buffer.from(await Body!.transformToByteArray());
  expect(bytes.subarray(4, 8).toString()).toBe("ftyp");
  expect(bytes.includes("avc1")).toBe(true);

  const shown = await millrace(cloud.endpoint, ["run", run.run]);
  expect(shown.out).toContain("cut[1]/scenes[1]/take[1]/draw-picture  done");
  expect(shown.out).toContain("by ada: lovely");
});

test("a film that is rejected without a note is not published", async () => {
  await millrace(
    cloud.endpoint,
    ["send", "video.requested", "-"],
    '{"videoId":"two","topic":"rain","scenes":1}',
  );
  const { run } = await runWhen("two", asks);
  expect((await millrace(cloud.endpoint, ["reject", run.run])).code).toBe(0);
  const { run: over, claims } = await runWhen("two", ended);
  expect(over).toMatchObject({ status: "succeeded", output: { outcome: "not published" } });
  expect(claims.map(({ path }) => path)).not.toContain("publish");
});

test("the same event a hundred times at once: one run, one effect per step", async () => {
  const { events, bus, reader } = await look();
  const entry = {
    EventBusName: bus,
    Source: "test",
    DetailType: "video.requested",
    Detail: '{"videoId":"three","topic":"wind","scenes":1}',
  };
  const Entries = Array.from({ length: 10 }, () => entry);
  await Promise.all(Array.from({ length: 10 }, () => events.send(new PutEventsCommand({ Entries }))));
  const { run, claims } = await runWhen("three", asks);
  expect((await reader.runs(100)).filter(({ run: id }) => id === run.run)).toHaveLength(1);
  expect(claims.every(({ attempt, revision }) => attempt === 1 && revision === 2)).toBe(true);
});

test("an event that breaks its contract on the bus is quarantined with the reason, and listed", async () => {
  const { events, bus, reader } = await look();
  const Detail = '{"videoId":"four","topic":"","scenes":99}';
  await events.send(
    new PutEventsCommand({
      Entries: [{ EventBusName: bus, Source: "test", DetailType: "video.requested", Detail }],
    }),
  );
  await until("the quarantine", async () => ((await reader.quarantined(10)).length > 0 ? true : undefined));
  const listed = await millrace(cloud.endpoint, ["quarantine"]);
  expect(listed.out).toContain("video.requested from test, for produce-video: contract");
  expect(listed.out).toMatch(/scenes: .*\(value: 99\)/);
  expect(listed.out).toMatch(/topic: /);
});

test("stopped in the middle and started again, a run continues where it was", async () => {
  await millrace(cloud.endpoint, ["send", "video.requested", '{"videoId":"five","topic":"snow","scenes":1}']);
  await runWhen("five", ({ claims }) => claims.length > 0);
  await cloud.close();
  cloud = await start(assembly, data, (line) => faults.push(line));
  const { run } = await runWhen("five", asks);
  await cloud.close();
  cloud = await start(assembly, data, (line) => faults.push(line));
  expect((await millrace(cloud.endpoint, ["approve", run.run])).code).toBe(0);
  const { run: over, claims } = await runWhen("five", ended);
  expect(over.status).toBe("succeeded");
  expect(claims.filter(({ state }) => state === "done")).toHaveLength(7);
}, 60_000);

test("changes that are published on the bus are marked as published", async () => {
  const { reader } = await look();
  await until("every mark", async () => {
    const all = await Promise.all((await reader.runs(100)).map(({ run }) => reader.run(run)));
    const items = all.flatMap((details) => [details!.run, ...details!.claims, ...details!.approvals]);
    return items.every(({ unpublished }) => unpublished === undefined) ? true : undefined;
  });
});

test("log lines carry run, step, attempt and event; metrics are in EMF", async () => {
  const lines = await logLines();
  const done = lines.find((line) => line.includes('"message":"cut[1]/write-script: reported"'));
  expect(JSON.parse(done!)).toMatchObject({
    level: "INFO",
    run: expect.stringMatching(/^produce-video-/),
    step: "write-script",
    path: "cut[1]/write-script",
    attempt: 1,
    event: expect.any(String),
    trace: expect.anything(),
  });
  const metric = lines.find((line) => line.includes("CloudWatchMetrics") && line.includes("StepDuration"));
  expect(JSON.parse(metric!)._aws.CloudWatchMetrics[0]).toMatchObject({ Namespace: "Millrace/Millrace" });
});

test("no function had an error, and no message had to be redelivered because of one", async () => {
  const lines = await logLines();
  expect(
    lines.filter((line) => line.includes('"level":"ERROR"') || line.includes("could not be handled")),
  ).toEqual([]);
});

test("the local cloud itself had no error", () => {
  expect(faults).toEqual([]);
  expect(readFileSync(join(data, "cloud.sqlite")).subarray(0, 15).toString()).toBe("SQLite format 3");
});
