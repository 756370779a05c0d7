import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unmarshall } from "@aws-sdk/util-dynamodb";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, expect, test } from "vitest";
import type { TableItem } from "../../../lib/contract/table.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { announceFilm, archiveFilm, indexFilm } from "./fan-out/films.ts";

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-fan-out-")) });
  new Millrace(new Stack(app, "Films"), "Millrace", {
    workflows: [indexFilm, announceFilm],
    reactions: [archiveFilm],
    handlers: join(import.meta.dirname, "fan-out"),
  });
  assembly = app.synth().directory;
}, 240_000);

let cloud: Simulation;
afterEach(() => cloud.close());

const FILMS = 40;

test("a subscriber that is down changes nothing for producers and other subscribers, and loses nothing", async () => {
  cloud = await simulate(assembly, { seed: 1, schedules: false });
  const { MillraceBus: EventBusName, MillraceTable: TableName } = await cloud.outputs("Films");
  const intake = cloud.functionName("announce-film: event → run");
  const { EventSourceMappings } = await cloud.call("lambda", "ListEventSourceMappings", {
    FunctionName: intake,
  });
  const [{ UUID, EventSourceArn }] = EventSourceMappings;
  const run = (Enabled: boolean) => cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled });
  const finished = async () => {
    const { Items } = await cloud.call("dynamodb", "Scan", { TableName });
    const items = (Items as any[]).map((item) => unmarshall(item) as TableItem);
    const runs = items.filter((item) => item.kind === "run" && item.status === "succeeded");
    const of = (workflow: string) => runs.filter((item) => item.kind === "run" && item.workflow === workflow);
    const archived = items.filter(
      (item) => item.kind === "claim" && item.step === "archive-film" && item.state === "done",
    );
    return [of("index-film").length, of("announce-film").length, archived.length];
  };

  await run(false);
  for (let sent = 0; sent < FILMS; sent += 10) {
    const Entries = Array.from({ length: 10 }, (_, at) => ({
      EventBusName,
      Source: "studio",
      DetailType: "film.released",
      Detail: JSON.stringify({ film: `film ${sent + at}` }),
    }));
    expect(await cloud.call("events", "PutEvents", { Entries })).toMatchObject({ FailedEntryCount: 0 });
  }
  await cloud.advance("5 minutes");
  expect(await finished()).toEqual([FILMS, 0, FILMS]);

  await cloud.advance("6 hours");
  const QueueUrl = (await cloud.call("sqs", "GetQueueUrl", { QueueName: EventSourceArn.split(":").at(-1) }))
    .QueueUrl;
  const AttributeNames = ["ApproximateNumberOfMessages"];
  const { Attributes } = await cloud.call("sqs", "GetQueueAttributes", { QueueUrl, AttributeNames });
  expect(Number(Attributes.ApproximateNumberOfMessages)).toBe(FILMS);

  await run(true);
  await cloud.advance("5 minutes");
  expect(await finished()).toEqual([FILMS, FILMS, FILMS]);
}, 120_000);
