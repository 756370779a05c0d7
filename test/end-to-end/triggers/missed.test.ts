import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, Stack } from "aws-cdk-lib";
import { afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import * as z from "zod";
import { Schedule } from "../../../lib/constructs/triggers/schedule.ts";
import { defineEvent, defineSchedule } from "../../../lib/index.ts";
import { Millrace } from "../../../lib/millrace.ts";
import { type Simulation, simulate } from "../../../local/simulate.ts";
import { archivedEvents } from "../archived-events.ts";

const HourStruck = defineEvent("hour.struck", {
  version: 1,
  schema: z.object({ scheduledFor: z.iso.datetime() }),
});

let assembly: string;
beforeAll(() => {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "millrace-missed-")) });
  const stack = new Stack(app, "Hours");
  const millrace = new Millrace(stack, "Millrace", { handlers: "test/end-to-end/replays/shop" });
  for (const missed of ["all", "last", "skip"] as const) {
    const trigger = defineSchedule(missed, {
      event: HourStruck,
      cron: "0 * * * ? *",
      timeZone: "Europe/Berlin",
      missed,
    });
    new Schedule(stack, missed, { trigger, millrace });
  }
  assembly = app.synth().directory;
}, 240_000);

let cloud: Simulation;
beforeEach(async () => {
  // In the night in which clocks are set forward.
  cloud = await simulate(assembly, { seed: 1, start: "2026-03-28T22:30:00Z", schedules: false });
}, 60_000);
afterEach(() => cloud.close());

/** The published hours, as "22", in the order of publication. */
const published = (schedule: string): string[] =>
  archivedEvents(cloud)
    .filter(({ source }) => source === schedule)
    .map(({ detail }) => detail.scheduledFor.slice(11, 13));

async function setState(State: "ENABLED" | "DISABLED"): Promise<void> {
  const { Schedules } = await cloud.call("scheduler", "ListSchedules", {});
  for (const { Name } of Schedules) {
    const { Arn, CreationDate, LastModificationDate, ...settings } = await cloud.call(
      "scheduler",
      "GetSchedule",
      { Name },
    );
    await cloud.call("scheduler", "UpdateSchedule", { ...settings, State });
  }
}

test("occurrences missed while the schedule was disabled are published with the next one, or only the newest", async () => {
  await cloud.advance("1 hours");
  await setState("DISABLED");
  await cloud.advance("3 hours");
  for (const schedule of ["all", "last", "skip"]) expect(published(schedule)).toEqual(["23"]);
  await setState("ENABLED");
  await cloud.advance("1 hours");
  expect(published("all")).toEqual(["23", "00", "01", "02", "03"]);
  expect(published("last")).toEqual(["23", "03"]);
  expect(published("skip")).toEqual(["23", "03"]);
});

test("occurrences that could not be published in time are published later, or only the newest, or not at all", async () => {
  const { EventSourceMappings } = await cloud.call("lambda", "ListEventSourceMappings", {});
  const FunctionName = cloud.functionName("Publishes occurrences of schedules");
  const { UUID } = EventSourceMappings.find((one: any) => one.FunctionArn.endsWith(FunctionName));
  await cloud.advance("1 hours");
  await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: false });
  await cloud.advance("3 hours");
  await cloud.call("lambda", "UpdateEventSourceMapping", { UUID, Enabled: true });
  await cloud.advance("10 minutes");
  expect(published("all")).toEqual(["23", "00", "01", "02"]);
  expect(published("last")).toEqual(["23", "02"]);
  expect(published("skip")).toEqual(["23", "00", "01", "02"]);
});
