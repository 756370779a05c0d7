import { afterEach, expect, test } from "vitest";
import { type Agency, openAgency, tripsAssembly } from "./agency.ts";

tripsAssembly();
let agency: Agency;
afterEach(async () => {
  await agency.cloud.close();
});

const failureAlarm = (workflow: string) => alarmSaying(`More than 20 % of the runs of ${workflow} `);

async function alarmSaying(start: string) {
  const { MetricAlarms } = await agency.cloud.call("monitoring", "DescribeAlarms", {});
  return MetricAlarms.find(({ AlarmDescription: text }: any) => text.startsWith(start));
}

test("when one run in five fails, the workflow's alarm begins, and is over an hour after", async () => {
  agency = await openAgency();
  for (const trip of ["a", "b", "c", "d"]) await agency.want(trip);
  await agency.want("e", { full: true });
  await agency.cloud.advance("3 minutes");
  // One of five is not more than a fifth.
  expect((await failureAlarm("book-trip")).StateValue).toBe("OK");

  await agency.want("f", { full: true });
  await agency.cloud.advance("3 minutes");
  const alarm = await failureAlarm("book-trip");
  expect(alarm.StateValue).toBe("ALARM");
  expect(JSON.parse(alarm.StateReasonData).recentDatapoints.at(-1)).toBeCloseTo(100 / 3);
  expect((await failureAlarm("issue-ticket")).StateValue).toBe("OK");

  await agency.cloud.advance("1 hour");
  await agency.cloud.advance("10 minutes");
  expect((await failureAlarm("book-trip")).StateValue).toBe("OK");
});

test("a few failed runs are no alarm before enough have ended", async () => {
  agency = await openAgency();
  for (const trip of ["a", "b", "c", "d"]) await agency.want(trip, { full: true });
  await agency.cloud.advance("3 minutes");
  expect((await failureAlarm("book-trip")).StateValue).toBe("OK");
});

test("runs and steps are counted by workflow", async () => {
  agency = await openAgency();
  await agency.want("a");
  await agency.want("b", { full: true });
  await agency.cloud.advance("3 minutes");
  const sum = async (MetricName: string, dimensions: Record<string, string>, Statistic = "Sum") => {
    const { Datapoints } = await agency.cloud.call("monitoring", "GetMetricStatistics", {
      Namespace: "Millrace/Trips",
      MetricName,
      Period: 3600,
      Statistics: [Statistic],
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
      StartTime: agency.cloud.now() / 1000 - 3600,
      EndTime: agency.cloud.now() / 1000,
    });
    return Datapoints.reduce((total: number, point: any) => total + point[Statistic], 0);
  };
  const of = { workflow: "book-trip" };
  expect(await sum("RunsStarted", of)).toBe(2);
  expect(await sum("RunsEnded", { ...of, status: "succeeded" })).toBe(1);
  expect(await sum("RunsEnded", { ...of, status: "failed" })).toBe(1);
  expect(await sum("RunsFailed", of, "SampleCount")).toBe(2);
  expect(await sum("StepDuration", { ...of, step: "reserve-seat" }, "SampleCount")).toBe(1);
});

test("an event that breaks its contract raises an alarm", async () => {
  agency = await openAgency();
  const state = async () => (await alarmSaying("Subscribers refused events")).StateValue;
  await agency.want("a");
  await agency.cloud.advance("3 minutes");
  expect(await state()).toBe("OK");
  await agency.want("b", { trip: 7 });
  await agency.cloud.advance("3 minutes");
  expect(await state()).toBe("ALARM");
});

test.each([
  [false, "ALARM"],
  [true, "OK"],
])(
  "there is an alarm if the reconciler does not run while runs do: it runs: %s",
  async (schedules, state) => {
    agency = await openAgency({ schedules });
    for (const trip of ["a", "b", "c"]) {
      await agency.want(trip);
      await agency.cloud.advance("1 hour");
    }
    expect((await alarmSaying("The reconciler has not run")).StateValue).toBe(state);
  },
);

test("an alarm is raised if answers of steps are throttled for long, and nothing else shows it", async () => {
  agency = await openAgency({ calls: [{ kind: "throttle", operation: "states:SendTaskSuccess" }] });
  await agency.want("a");
  await agency.cloud.advance("30 minutes");
  const { MetricAlarms } = await agency.cloud.call("monitoring", "DescribeAlarms", { StateValue: "ALARM" });
  expect(MetricAlarms).toMatchObject([{ MetricName: "MessagesThrottled" }]);
});
