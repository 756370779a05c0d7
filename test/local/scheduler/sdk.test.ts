import {
  ConflictException,
  CreateScheduleCommand,
  CreateScheduleGroupCommand,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  ResourceNotFoundException,
  SchedulerClient,
  UpdateScheduleCommand,
} from "@aws-sdk/client-scheduler";
import { ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { expect, test } from "vitest";
import { ACTOR, ROLE, served } from "../cloud/served.ts";

const { client, cloud } = await served({
  Role: ACTOR,
  Queue: { Type: "AWS::SQS::Queue", Properties: { QueueName: "due" } },
});
const scheduler = new SchedulerClient(client);
const Name = "reminder";
const settings = {
  FlexibleTimeWindow: { Mode: "OFF" as const },
  Target: { Arn: "arn:aws:sqs:us-east-1:000000000000:due", RoleArn: ROLE, Input: "now" },
};

test("a schedule that is due reaches its queue", async () => {
  const schedule = { Name: "often", ScheduleExpression: "rate(5 minutes)", ...settings };
  const { ScheduleArn } = await scheduler.send(new CreateScheduleCommand(schedule));
  expect(ScheduleArn).toBe("arn:aws:scheduler:us-east-1:000000000000:schedule/default/often");
  const receive = { QueueUrl: `${cloud.endpoint}/000000000000/due`, WaitTimeSeconds: 10 };
  const { Messages } = await new SQSClient(client).send(new ReceiveMessageCommand(receive));
  expect(Messages!.map(({ Body }) => Body)).toEqual(["now"]);
});

test("schedules are made in groups, read with dates, changed, listed and deleted", async () => {
  const GroupName = "shop";
  await scheduler.send(new CreateScheduleGroupCommand({ Name: GroupName }));
  const StartDate = new Date("2030-01-01T00:00:00Z");
  const create = new CreateScheduleCommand({
    Name,
    GroupName,
    StartDate,
    ScheduleExpression: "rate(5 minutes)",
    ...settings,
  });
  await scheduler.send(create);
  await expect(scheduler.send(create)).rejects.toThrow(ConflictException);
  const schedule = await scheduler.send(new GetScheduleCommand({ Name, GroupName }));
  expect(schedule).toMatchObject({ State: "ENABLED", StartDate, CreationDate: expect.any(Date) });

  const change = { ScheduleExpression: "cron(0 9 * * ? *)", State: "DISABLED" as const };
  await scheduler.send(new UpdateScheduleCommand({ Name, GroupName, ...change, ...settings }));
  const { Schedules } = await scheduler.send(new ListSchedulesCommand({ GroupName, State: "DISABLED" }));
  expect(Schedules!.map(({ Name }) => Name)).toEqual([Name]);
  await scheduler.send(new DeleteScheduleCommand({ Name, GroupName }));
  await expect(scheduler.send(new GetScheduleCommand({ Name, GroupName }))).rejects.toThrow(
    ResourceNotFoundException,
  );
});
