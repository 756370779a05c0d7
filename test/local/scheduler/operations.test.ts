import { expect, test } from "vitest";
import { serve } from "../../../local/wire/server.ts";
import { watchQueries } from "../query-plan.ts";
import { cloud, HOUR, QUEUE, ROLE, START } from "./harness.ts";

const SETTINGS = {
  ScheduleExpression: "rate(1 hour)",
  FlexibleTimeWindow: { Mode: "OFF" },
  Target: { Arn: QUEUE, RoleArn: ROLE },
};

test("a schedule is described with the service's defaults", async () => {
  const { scheduler } = cloud();
  const { ScheduleArn } = await scheduler("CreateSchedule", {
    ...SETTINGS,
    Name: "s",
    StartDate: 1_800_000_000,
  });
  expect(ScheduleArn).toBe("arn:aws:scheduler:us-east-1:000000000000:schedule/default/s");
  expect(await scheduler("GetSchedule", { Name: "s" })).toEqual({
    ...SETTINGS,
    Arn: ScheduleArn,
    GroupName: "default",
    Name: "s",
    ScheduleExpressionTimezone: "UTC",
    StartDate: 1_800_000_000,
    State: "ENABLED",
    ActionAfterCompletion: "NONE",
    CreationDate: START / 1000,
    LastModificationDate: START / 1000,
    Target: {
      ...SETTINGS.Target,
      RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    },
  });
});

test("an update replaces all settings and keeps the creation", async () => {
  const { scheduler, advance } = cloud();
  await scheduler("CreateSchedule", { ...SETTINGS, Name: "s", Description: "first" });
  await advance(HOUR);
  await scheduler("UpdateSchedule", { ...SETTINGS, Name: "s", State: "DISABLED" });
  const schedule = await scheduler("GetSchedule", { Name: "s" });
  expect(schedule).toMatchObject({
    State: "DISABLED",
    CreationDate: START / 1000,
    LastModificationDate: (START + HOUR) / 1000,
  });
  expect(schedule).not.toHaveProperty("Description");
});

test("a name is taken once in a group; the same client token means the same call", async () => {
  const { scheduler } = cloud();
  await scheduler("CreateScheduleGroup", { Name: "g" });
  const input = { ...SETTINGS, Name: "s", ClientToken: "t" };
  const first = await scheduler("CreateSchedule", input);
  expect(await scheduler("CreateSchedule", input)).toEqual(first);
  await scheduler("CreateSchedule", { ...input, GroupName: "g" });
  await expect(scheduler("CreateSchedule", { ...input, ClientToken: "u" })).rejects.toMatchObject({
    code: "ConflictException",
    status: 409,
  });
});

test("lists come in pages and can be narrowed", async () => {
  const { scheduler } = cloud();
  await scheduler("CreateScheduleGroup", { Name: "g" });
  for (const Name of ["a1", "a2", "b1"]) await scheduler("CreateSchedule", { ...SETTINGS, Name });
  await scheduler("CreateSchedule", { ...SETTINGS, Name: "a3", GroupName: "g", State: "DISABLED" });
  const names = async (input: object) =>
    (await scheduler("ListSchedules", input)).Schedules.map((schedule: any) => schedule.Name);
  const first = await scheduler("ListSchedules", { MaxResults: 3 });
  expect(first.Schedules[0]).toMatchObject({ Name: "a1", State: "ENABLED", Target: { Arn: QUEUE } });
  expect(first.Schedules).toHaveLength(3);
  expect(await names({ NextToken: first.NextToken })).toEqual(["a3"]);
  expect(await names({ GroupName: "default", NamePrefix: "a" })).toEqual(["a1", "a2"]);
  expect(await names({ State: "DISABLED" })).toEqual(["a3"]);
  const groups = await scheduler("ListScheduleGroups", { MaxResults: 1 });
  expect(groups.ScheduleGroups).toMatchObject([{ Name: "default", State: "ACTIVE" }]);
  expect(
    (await scheduler("ListScheduleGroups", { NextToken: groups.NextToken })).ScheduleGroups,
  ).toHaveLength(1);
});

test("a group is deleted with its schedules and its tags; the default group stays", async () => {
  const { scheduler } = cloud();
  const { ScheduleGroupArn } = await scheduler("CreateScheduleGroup", {
    Name: "g",
    Tags: [{ Key: "team", Value: "video" }],
  });
  await scheduler("TagResource", { ResourceArn: ScheduleGroupArn, Tags: [{ Key: "stage", Value: "dev" }] });
  await scheduler("UntagResource", { ResourceArn: ScheduleGroupArn, TagKeys: ["team"] });
  expect(await scheduler("ListTagsForResource", { ResourceArn: ScheduleGroupArn })).toEqual({
    Tags: [{ Key: "stage", Value: "dev" }],
  });
  await scheduler("CreateSchedule", { ...SETTINGS, Name: "s", GroupName: "g" });
  await scheduler("DeleteScheduleGroup", { Name: "g" });
  await expect(scheduler("GetSchedule", { Name: "s", GroupName: "g" })).rejects.toThrow(
    "Schedule group g does not exist.",
  );
  await expect(scheduler("ListTagsForResource", { ResourceArn: ScheduleGroupArn })).rejects.toThrow(
    "does not exist",
  );
  expect((await scheduler("ListSchedules")).Schedules).toEqual([]);
  await expect(scheduler("DeleteScheduleGroup", { Name: "default" })).rejects.toMatchObject({
    code: "ValidationException",
  });
});

test.each([
  [{ ScheduleExpression: "rate(10 seconds)" }, "Invalid Schedule Expression rate(10 seconds)."],
  [
    { ScheduleExpressionTimezone: "Europe/Atlantis" },
    "Invalid Schedule Expression Timezone Europe/Atlantis.",
  ],
  [{ Target: undefined }, "Value null at 'target' failed to satisfy constraint: Member must not be null"],
  [{ Target: { Arn: QUEUE } }, "Value null at 'target.roleArn'"],
  [
    { Name: "no spaces" },
    "Value 'no spaces' at 'name' failed to satisfy constraint: Member must satisfy regular",
  ],
  [{ State: "PAUSED" }, "Member must satisfy enum value set: [ENABLED, DISABLED]"],
  [{ GroupName: "nowhere" }, "Schedule group nowhere does not exist."],
  [{ FlexibleTimeWindow: { Mode: "FLEXIBLE" } }, "MaximumWindowInMinutes"],
  [{ FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 1441 } }, "less than or equal to 1440"],
  [
    { StartDate: 2_000_000_000, EndDate: 1_900_000_000 },
    "The EndDate you specify must come after the StartDate.",
  ],
  [
    { Target: { ...SETTINGS.Target, EcsParameters: {} } },
    "does not serve the parameter target.ecsParameters",
  ],
  [{ Target: { ...SETTINGS.Target, Arn: "arn:aws:kinesis:us-east-1:000000000000:stream/x" } }, "stream/x"],
  [
    { Target: { ...SETTINGS.Target, Arn: "arn:aws:scheduler:::aws-sdk:ec2:stopInstances" } },
    "ec2:stopInstances",
  ],
  [
    { Target: { ...SETTINGS.Target, Arn: "arn:aws:scheduler:::aws-sdk:sqs:receiveMessage" } },
    "it only reads",
  ],
  [{ Target: { ...SETTINGS.Target, Arn: "arn:aws:scheduler:::aws-sdk:toString" } }, "aws-sdk:toString"],
  [{ Target: { ...SETTINGS.Target, Arn: `${QUEUE}.fifo` } }, "MessageGroupId is required"],
  [
    { Target: { ...SETTINGS.Target, Arn: "arn:aws:lambda:us-east-1:000000000000:function:f", Input: "{" } },
    "Input is not valid JSON",
  ],
  [
    { Target: { ...SETTINGS.Target, Arn: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage", Input: '"hello"' } },
    "must be a JSON object",
  ],
  [
    { Target: { ...SETTINGS.Target, Arn: "arn:aws:events:us-east-1:000000000000:event-bus/default" } },
    "EventBridgeParameters are required",
  ],
])("%j is refused", async (settings, message) => {
  const { scheduler } = cloud();
  await expect(scheduler("CreateSchedule", { Name: "s", ...SETTINGS, ...settings })).rejects.toThrow(message);
});

test("no query grows with the number of schedules", async () => {
  const local = cloud();
  const growing = watchQueries(local.store);
  local.service.start!();
  await local.schedule("rate(1 hour)", {
    ActionAfterCompletion: "DELETE",
    EndDate: (START + 2 * HOUR) / 1000,
  });
  await local.scheduler("UpdateSchedule", { Name: "s", ...SETTINGS });
  await local.scheduler("GetSchedule", { Name: "s" });
  await local.scheduler("ListSchedules", { NamePrefix: "s" });
  await local.advance(5 * HOUR);
  await local.scheduler("DeleteSchedule", { Name: "s" });
  expect(growing()).toEqual([]);
});

test("over HTTP: paths, query parameters and errors as in the API reference", async () => {
  const { kernel } = cloud();
  const { url, close } = await serve(kernel, { port: 0 });
  const credential = "K/20260101/us-east-1/scheduler/aws4_request";
  const call = async (method: string, path: string, body?: object) => {
    const response = await fetch(url + path, {
      method,
      headers: {
        authorization: `AWS4-HMAC-SHA256 Credential=${credential}, SignedHeaders=host, Signature=0`,
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    return {
      status: response.status,
      type: response.headers.get("x-amzn-errortype"),
      body: (await response.json()) as any,
    };
  };
  try {
    await call("POST", "/schedule-groups/g", { ClientToken: "t" });
    expect(await call("POST", "/schedules/s", { ...SETTINGS, GroupName: "g" })).toMatchObject({
      status: 200,
      body: { ScheduleArn: "arn:aws:scheduler:us-east-1:000000000000:schedule/g/s" },
    });
    expect(
      (await call("PUT", "/schedules/s", { ...SETTINGS, GroupName: "g", State: "DISABLED" })).status,
    ).toBe(200);
    expect((await call("GET", "/schedules/s?groupName=g")).body).toMatchObject({ State: "DISABLED" });
    expect(
      (await call("GET", "/schedules?ScheduleGroup=g&State=DISABLED&MaxResults=5")).body.Schedules,
    ).toHaveLength(1);
    const arn = encodeURIComponent("arn:aws:scheduler:us-east-1:000000000000:schedule-group/g");
    await call("POST", `/tags/${arn}`, { Tags: [{ Key: "a", Value: "b" }] });
    await call("DELETE", `/tags/${arn}?TagKeys=a&TagKeys=c`);
    expect((await call("GET", `/tags/${arn}`)).body).toEqual({ Tags: [] });
    expect((await call("DELETE", "/schedules/s?groupName=g&clientToken=t")).status).toBe(200);
    expect(await call("GET", "/schedules/s")).toMatchObject({
      status: 404,
      type: "ResourceNotFoundException",
      body: { Message: "Schedule s does not exist." },
    });
    expect(await call("GET", "/campaigns")).toMatchObject({ status: 404, type: "UnknownOperationException" });
    expect(await call("GET", "/schedules/%E0%A4%A")).toMatchObject({
      status: 400,
      type: "SerializationException",
    });
  } finally {
    await close();
  }
});
