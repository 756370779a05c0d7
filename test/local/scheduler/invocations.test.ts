import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { Store } from "../../../local/kernel/store.ts";
import { cloud, DEAD, HOUR, MINUTE, QUEUE, ROLE, START } from "./harness.ts";

const ARN = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s";
const busy = () => {
  throw new ServiceError("ThrottlingException", "Slow down.");
};

test("a rate begins at once, a cron expression at its time", async () => {
  const local = cloud();
  await local.schedule("rate(10 minutes)");
  await local.schedule("cron(15 8 * * ? *)", { Name: "daily", ScheduleExpressionTimezone: "Europe/Berlin" });
  await local.advance(20 * MINUTE);
  expect(local.times()).toEqual([
    "2026-11-21T07:00",
    "2026-11-21T07:10",
    "2026-11-21T07:15",
    "2026-11-21T07:20",
  ]);
  expect(local.calls[0]).toMatchObject({ caller: ROLE, operation: "SendMessage" });
});

test("the keywords of the input contain the occurrence and the attempt", async () => {
  const local = cloud();
  let refusals = 2;
  local.behaviour.answer = () => (refusals-- > 0 ? busy() : {});
  const Input =
    "<aws.scheduler.schedule-arn> <aws.scheduler.scheduled-time> <aws.scheduler.attempt-number> <aws.scheduler.execution-id>";
  await local.schedule("at(2026-11-21T08:00:00)", { target: { Input } });
  await local.advance(2 * HOUR);
  const sent = local.calls.map(({ input }) => input.MessageBody.split(" "));
  expect(sent.map(([arn, time, number]) => [arn, time, number])).toEqual(
    ["1", "2", "3"].map((number) => [ARN, "2026-11-21T08:00:00Z", number]),
  );
  expect(new Set(sent.map(([, , , id]) => id)).size).toBe(3);
  expect(sent[0][3]).toMatch(/^[0-9a-f]{16}$/);
});

test.each([
  [
    "a queue",
    { Arn: QUEUE, Input: "hello" },
    "SendMessage",
    { MessageBody: "hello", QueueUrl: expect.any(String) },
  ],
  [
    "a FIFO queue",
    { Arn: `${QUEUE}.fifo`, Input: "hello", SqsParameters: { MessageGroupId: "g" } },
    "SendMessage",
    { MessageBody: "hello", MessageGroupId: "g", QueueUrl: "http://127.0.0.1:4566/000000000000/orders.fifo" },
  ],
  [
    "a function",
    { Arn: "arn:aws:lambda:us-east-1:000000000000:function:f", Input: "{}" },
    "Invoke",
    {
      FunctionName: "arn:aws:lambda:us-east-1:000000000000:function:f",
      InvocationType: "Event",
      Payload: "{}",
    },
  ],
  [
    "a state machine",
    { Arn: "arn:aws:states:us-east-1:000000000000:stateMachine:m", Input: "{}" },
    "StartExecution",
    { stateMachineArn: "arn:aws:states:us-east-1:000000000000:stateMachine:m", input: "{}" },
  ],
  [
    "an event bus",
    {
      Arn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
      Input: '{"a":1}',
      EventBridgeParameters: { DetailType: "tick", Source: "clock" },
    },
    "PutEvents",
    {
      Entries: [
        {
          Detail: '{"a":1}',
          DetailType: "tick",
          Source: "clock",
          EventBusName: "arn:aws:events:us-east-1:000000000000:event-bus/default",
        },
      ],
    },
  ],
  [
    "any operation",
    {
      Arn: "arn:aws:scheduler:::aws-sdk:sfn:startExecution",
      Input: '{"StateMachineArn":"m","Name":"<aws.scheduler.attempt-number>"}',
    },
    "StartExecution",
    { stateMachineArn: "m", name: "1" },
  ],
])("%s is a target", async (_, target, operation, input) => {
  const local = cloud();
  await local.schedule("at(2026-11-21T08:00:00)", { target });
  await local.advance(2 * HOUR);
  expect(local.calls).toEqual([{ operation, input, caller: ROLE, time: "2026-11-21T08:00:00.000Z" }]);
});

test("a target without input receives the occurrence", async () => {
  const local = cloud();
  await local.schedule("at(2026-11-21T08:00:00)");
  await local.advance(2 * HOUR);
  expect(JSON.parse(local.calls[0]!.input.MessageBody)).toMatchObject({
    source: "aws.scheduler",
    "detail-type": "Scheduled Event",
    time: "2026-11-21T08:00:00Z",
    resources: [ARN],
  });
});

test("a flexible time window puts each occurrence off by chance, within the window", async () => {
  const local = cloud();
  await local.schedule("rate(1 hour)", {
    FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 15 },
    target: { Input: "<aws.scheduler.scheduled-time>" },
  });
  await local.advance(24 * HOUR);
  const delays = local.calls.map(
    ({ time, input }) => (Date.parse(time) - Date.parse(input.MessageBody)) / MINUTE,
  );
  expect(delays.length).toBeGreaterThanOrEqual(24);
  expect(Math.min(...delays)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...delays)).toBeLessThan(15.1);
  expect(new Set(delays).size).toBeGreaterThan(20);
});

test("a target that refuses is not retried: the call goes to the dead-letter queue", async () => {
  const local = cloud();
  local.behaviour.answer = ({ input }) => {
    if (input.QueueUrl.endsWith("/dead")) return {};
    throw new ServiceError("QueueDoesNotExist", "The specified queue does not exist.", {
      details: { queryErrorCode: "AWS.SimpleQueueService.NonExistentQueue" },
    });
  };
  await local.schedule("at(2026-11-21T08:00:00)", {
    target: { Input: "x", DeadLetterConfig: { Arn: DEAD } },
  });
  await local.advance(48 * HOUR);
  const [, letter] = local.calls;
  expect(local.calls).toHaveLength(2);
  expect(letter!.caller).toBe(ROLE);
  expect(JSON.parse(letter!.input.MessageBody)).toEqual({
    MessageBody: "x",
    QueueUrl: "http://127.0.0.1:4566/000000000000/orders",
  });
  const attributes = Object.entries<any>(letter!.input.MessageAttributes).map(([name, { StringValue }]) => [
    name,
    StringValue,
  ]);
  expect(Object.fromEntries(attributes)).toEqual({
    ERROR_CODE: "AWS.SimpleQueueService.NonExistentQueue",
    ERROR_MESSAGE: "The specified queue does not exist.",
    EXECUTION_ID: expect.stringMatching(/^[0-9a-f]{16}$/),
    IS_PAYLOAD_TRUNCATED: "false",
    RETRY_ATTEMPTS: "0",
    SCHEDULED_TIME: "2026-11-21T08:00:00Z",
    SCHEDULE_ARN: ARN,
    TARGET_ARN: "arn:aws:scheduler:::aws-sdk:sqs:sendMessage",
  });
});

test.each([
  [{ MaximumRetryAttempts: 3 }, 4, "MaximumRetryAttempts"],
  [{ MaximumEventAgeInSeconds: 60 }, undefined, "MaximumEventAgeInSeconds"],
])("a busy target is tried again within %j", async (RetryPolicy, attempts, exhausted) => {
  const local = cloud();
  local.behaviour.answer = ({ input }) => (input.QueueUrl.endsWith("/dead") ? {} : busy());
  await local.schedule("at(2026-11-21T08:00:00)", {
    target: { RetryPolicy, DeadLetterConfig: { Arn: DEAD } },
  });
  await local.advance(48 * HOUR);
  const letter = local.calls.at(-1)!;
  if (attempts) expect(local.calls).toHaveLength(attempts + 1);
  expect(letter.input.MessageAttributes.EXHAUSTED_RETRY_CONDITION.StringValue).toBe(exhausted);
  expect(letter.input.MessageAttributes.RETRY_ATTEMPTS.StringValue).toBe(String(local.calls.length - 2));
  if (!attempts) expect(Date.parse(letter.time)).toBeLessThanOrEqual(Date.UTC(2026, 10, 21, 8, 1));
});

test("an occurrence that no target accepts and that has no dead-letter queue is reported", async () => {
  const local = cloud();
  local.behaviour.answer = busy;
  await local.schedule("at(2026-11-21T08:00:00)", { target: { RetryPolicy: { MaximumRetryAttempts: 0 } } });
  await local.advance(2 * HOUR);
  expect(local.log.join()).toContain(`${ARN} could not call ${QUEUE}: ThrottlingException: Slow down.`);
});

test("an event that the bus refuses is a failure", async () => {
  const local = cloud();
  local.behaviour.answer = ({ operation }) =>
    operation === "PutEvents"
      ? {
          FailedEntryCount: 1,
          Entries: [{ ErrorCode: "MalformedDetail", ErrorMessage: "Detail is malformed." }],
        }
      : {};
  await local.schedule("at(2026-11-21T08:00:00)", {
    target: {
      Arn: "arn:aws:events:us-east-1:000000000000:event-bus/default",
      EventBridgeParameters: { DetailType: "tick", Source: "clock" },
      DeadLetterConfig: { Arn: DEAD },
    },
  });
  await local.advance(2 * HOUR);
  expect(local.calls.at(-1)!.input.MessageAttributes.ERROR_CODE.StringValue).toBe("MalformedDetail");
});

test("a disabled schedule is silent; enabled again it continues; deleted it is gone, retries included", async () => {
  const local = cloud();
  const settings = {
    Name: "s",
    ScheduleExpression: "rate(1 hour)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: QUEUE, RoleArn: ROLE },
  };
  await local.schedule("rate(1 hour)");
  await local.advance(HOUR);
  await local.scheduler("UpdateSchedule", { ...settings, State: "DISABLED" });
  await local.advance(5 * HOUR);
  expect(local.calls).toHaveLength(2);
  await local.scheduler("UpdateSchedule", settings);
  await local.advance(1);
  expect(local.calls).toHaveLength(3);
  local.behaviour.answer = busy;
  await local.advance(HOUR);
  const tried = local.calls.length;
  await local.scheduler("DeleteSchedule", { Name: "s" });
  await local.advance(24 * HOUR);
  expect(local.calls).toHaveLength(tried);
});

test("an update without new times does not change the rhythm", async () => {
  const local = cloud();
  await local.schedule("rate(1 hour)", { target: { Input: "before" } });
  await local.advance(30 * MINUTE);
  await local.scheduler("UpdateSchedule", {
    Name: "s",
    ScheduleExpression: "rate(1 hour)",
    FlexibleTimeWindow: { Mode: "OFF" },
    Target: { Arn: QUEUE, RoleArn: ROLE, Input: "after" },
  });
  await local.advance(HOUR);
  expect(local.calls.map(({ input, time }) => [input.MessageBody, Date.parse(time) - START])).toEqual([
    ["before", 0],
    ["after", HOUR],
  ]);
});

test("a schedule may be deleted when it is complete, and not before its last call has an end", async () => {
  const local = cloud();
  local.behaviour.answer = busy;
  await local.schedule("at(2026-11-21T08:00:00)", { ActionAfterCompletion: "DELETE" });
  await local.schedule("at(2026-11-21T08:00:00)", { Name: "kept" });
  await local.schedule("rate(1 hour)", {
    Name: "bounded",
    ActionAfterCompletion: "DELETE",
    EndDate: (START + 3 * HOUR) / 1000,
  });
  const names = async () =>
    (await local.scheduler("ListSchedules")).Schedules.map(({ Name }: { Name: string }) => Name);
  await local.advance(HOUR);
  expect(await names()).toEqual(["bounded", "kept", "s"]);
  local.behaviour.answer = () => ({});
  await local.advance(10 * HOUR);
  expect(await names()).toEqual(["kept"]);
});

test("missed occurrences are delivered later, once, as far back as the policy keeps them", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scheduler-"));
  const path = join(folder, "cloud.db");
  const first = cloud({ store: Store.open(path) });
  await first.schedule("rate(10 minutes)");
  await first.schedule("rate(10 minutes)", {
    Name: "hasty",
    target: { RetryPolicy: { MaximumEventAgeInSeconds: 900 }, Input: "hasty" },
  });
  await first.settle();
  await first.advance(0);
  const before = first.calls.length;
  await first.service.stop!();
  await first.store.flushed();
  first.store.close();

  const second = cloud({ store: Store.open(path), start: START + 35 * MINUTE });
  await second.advance(0);
  const hasty = ({ input }: { input: any }) => input.MessageBody === "hasty";
  expect(before).toBe(2);
  expect(
    second.calls
      .filter((call) => !hasty(call))
      .map(({ input }) => Date.parse(JSON.parse(input.MessageBody).time) - START),
  ).toEqual([10 * MINUTE, 20 * MINUTE, 30 * MINUTE]);
  expect(second.calls.filter(hasty)).toHaveLength(2);
  expect(second.log.join()).toContain("schedule/default/hasty");
  await second.advance(5 * MINUTE);
  expect(second.calls).toHaveLength(7);
  second.store.close();
  rmSync(folder, { recursive: true });
});

test("an attempt that a crash interrupted is repeated", async () => {
  const folder = mkdtempSync(join(tmpdir(), "scheduler-"));
  const path = join(folder, "cloud.db");
  const first = cloud({ store: Store.open(path) });
  first.behaviour.answer = () => new Promise(() => {});
  await first.schedule("at(2026-11-21T07:30:00)", { target: { Input: "<aws.scheduler.attempt-number>" } });
  first.clock.advanceTo(START + HOUR);
  await first.store.flushed();
  expect(first.calls).toHaveLength(1);
  first.store.close();

  const second = cloud({ store: Store.open(path), start: START + 2 * HOUR });
  await second.advance(HOUR);
  expect(second.calls.map(({ input }) => input.MessageBody)).toEqual(["1"]);
  second.store.close();
  rmSync(folder, { recursive: true });
});

test("the same seed gives the same history", async () => {
  const history = async () => {
    const local = cloud();
    let calls = 0;
    local.behaviour.answer = () => (calls++ % 3 === 0 ? busy() : {});
    await local.schedule("rate(7 minutes)", {
      FlexibleTimeWindow: { Mode: "FLEXIBLE", MaximumWindowInMinutes: 30 },
      target: { Input: "<aws.scheduler.execution-id>" },
    });
    await local.advance(12 * HOUR);
    return local.calls;
  };
  expect(await history()).toEqual(await history());
});
