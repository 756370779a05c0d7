import { expect, test } from "vitest";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { schedulerResources } from "../../../local/scheduler/resources.ts";
import { schedulerService } from "../../../local/scheduler/service.ts";
import { cloud, HOUR, MINUTE, QUEUE, ROLE } from "./harness.ts";

const SCHEDULE = "AWS::Scheduler::Schedule";
const GROUP = "AWS::Scheduler::ScheduleGroup";
const PROPERTIES = {
  ScheduleExpression: "rate(1 hour)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: { Arn: QUEUE, RoleArn: ROLE, RetryPolicy: { MaximumRetryAttempts: "3" } },
};

const provider = (type: string) => schedulerResources.find((candidate) => candidate.type === type)!;
const deploy = (kernel: Kernel, type: string, id: string, properties: object) =>
  provider(type).deploy(
    { type, path: `Stack/${id}`, logicalId: id, generatedName: `Stack-${id}-1a2b`, properties },
    kernel,
    { path: (key) => key },
  );

/** The next start of the same cloud. */
function restarted({ kernel }: ReturnType<typeof cloud>): Kernel {
  const { clock, random, store, endpoint } = kernel;
  const next = new Kernel({ clock, random, store, endpoint });
  for (const service of kernel.all()) if (service.name !== "scheduler") next.register(service);
  next.register(schedulerService(next));
  return next;
}

test("a schedule and its group come from the template", async () => {
  const { kernel, scheduler } = cloud();
  const group = await deploy(kernel, GROUP, "Group", { Tags: [{ Key: "team", Value: "video" }] });
  expect(group).toMatchObject({ ref: "Stack-Group-1a2b", attributes: { State: "ACTIVE" } });
  const deployed = await deploy(kernel, SCHEDULE, "Tick", {
    ...PROPERTIES,
    GroupName: group.ref,
    StartDate: "2027-01-01T00:00:00Z",
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: "5" },
  });
  expect(deployed).toEqual({
    ref: "Stack-Tick-1a2b",
    attributes: { Arn: `arn:aws:scheduler:us-east-1:000000000000:schedule/${group.ref}/Stack-Tick-1a2b` },
  });
  expect(await scheduler("GetSchedule", { Name: deployed.ref, GroupName: group.ref })).toMatchObject({
    StartDate: Date.UTC(2027, 0, 1) / 1000,
    FlexibleTimeWindow: { MaximumWindowInMinutes: 5 },
    Target: { RetryPolicy: { MaximumRetryAttempts: 3 } },
  });
});

test("a start with the same template does not change the rhythm", async () => {
  const local = cloud();
  local.service.start!();
  await deploy(local.kernel, SCHEDULE, "Tick", PROPERTIES);
  await local.advance(30 * MINUTE);
  await deploy(restarted(local), SCHEDULE, "Tick", PROPERTIES);
  await local.advance(HOUR);
  expect(local.times()).toEqual(["2026-11-21T07:00", "2026-11-21T08:00"]);
});

test("a schedule that moves to another group leaves the old one", async () => {
  const { kernel, scheduler } = cloud();
  await scheduler("CreateScheduleGroup", { Name: "g" });
  await deploy(kernel, SCHEDULE, "Tick", { ...PROPERTIES, Name: "s" });
  await deploy(kernel, SCHEDULE, "Tick", { ...PROPERTIES, Name: "s", GroupName: "g" });
  expect((await scheduler("ListSchedules")).Schedules).toMatchObject([{ Name: "s", GroupName: "g" }]);
});

test("removing a schedule keeps its namesakes: those of the template and those created by hand", async () => {
  const local = cloud();
  const { scheduler } = local;
  for (const Name of ["g", "h"]) await scheduler("CreateScheduleGroup", { Name });
  await scheduler("CreateSchedule", {
    ...PROPERTIES,
    Target: { Arn: QUEUE, RoleArn: ROLE },
    Name: "s",
    GroupName: "h",
  });
  await deploy(local.kernel, SCHEDULE, "Tick", { ...PROPERTIES, Name: "s" });
  await deploy(local.kernel, SCHEDULE, "Tock", { ...PROPERTIES, Name: "s", GroupName: "g" });
  const kernel = restarted(local);
  await deploy(kernel, SCHEDULE, "Tock", { ...PROPERTIES, Name: "s", GroupName: "g" });
  await provider(SCHEDULE).remove!("s", kernel);
  expect((await scheduler("ListSchedules")).Schedules.map(({ GroupName }: any) => GroupName)).toEqual([
    "g",
    "h",
  ]);
  await provider(GROUP).remove!("g", kernel);
  await provider(GROUP).remove!("g", kernel);
  expect((await scheduler("ListSchedules")).Schedules).toHaveLength(1);
});

test("an invalid date is refused with its place", async () => {
  const { kernel } = cloud();
  await expect(deploy(kernel, SCHEDULE, "Tick", { ...PROPERTIES, StartDate: "soon" })).rejects.toThrow(
    "Stack/Tick: StartDate soon is no date",
  );
});
