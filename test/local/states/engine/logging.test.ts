import { expect, test } from "vitest";
import { logsService } from "../../../../local/logs/service.ts";
import { Cloud, START } from "./cloud.ts";

const GROUP = "/aws/vendedlogs/states/orders";
const FAILING = { Try: { Type: "Task", Resource: "arn:aws:states:::aws-sdk:sqs:listQueues", End: true } };

async function logging(level: string, includeExecutionData = false) {
  const cloud = new Cloud();
  cloud.kernel.register(logsService(cloud.kernel));
  await cloud.kernel.call("logs", "CreateLogGroup", { logGroupName: GROUP });
  const destinations = [
    {
      cloudWatchLogsLogGroup: {
        logGroupArn: `arn:aws:logs:us-east-1:000000000000:log-group:${GROUP}:*`,
      },
    },
  ];
  const loggingConfiguration = { level, includeExecutionData, destinations };
  const start = async (states: Record<string, object>, type?: string) => {
    const { stateMachineArn } = await cloud.call("CreateStateMachine", {
      name: "orders",
      type,
      roleArn: "arn:aws:iam::000000000000:role/machine",
      definition: JSON.stringify({ StartAt: Object.keys(states)[0], States: states }),
      loggingConfiguration,
    });
    return await cloud.start(stateMachineArn, { a: 1 });
  };
  const logged = async (): Promise<{ logStreamName: string; timestamp: number; line: any }[]> => {
    const { events } = await cloud.kernel.call("logs", "FilterLogEvents", { logGroupName: GROUP });
    return events.map(({ message, ...rest }: any) => ({ ...rest, line: JSON.parse(message) }));
  };
  const types = async () => (await logged()).map(({ line }) => line.type);
  return { cloud, start, logged, types };
}

test("ALL writes each event of the history, with its data where that is wanted", async () => {
  const { start, logged } = await logging("ALL", true);
  const arn = await start({ Keep: { Type: "Pass", End: true } });
  const lines = await logged();
  expect(lines[0]!.logStreamName).toMatch(/^states\/orders\/2026-01-01-00-00\/[0-9a-f]{8}$/);
  expect(lines.map(({ line }) => line)).toEqual([
    {
      id: "1",
      type: "ExecutionStarted",
      details: {
        input: '{"a":1}',
        inputDetails: { truncated: false },
        roleArn: "arn:aws:iam::000000000000:role/machine",
      },
      redrive_count: "0",
      previous_event_id: "0",
      event_timestamp: String(START),
      execution_arn: arn,
    },
    expect.objectContaining({ id: "2", type: "PassStateEntered", previous_event_id: "0" }),
    expect.objectContaining({ id: "3", type: "PassStateExited" }),
    expect.objectContaining({
      type: "ExecutionSucceeded",
      details: expect.objectContaining({ output: '{"a":1}' }),
    }),
  ]);
});

test("without execution data the lines hold no input and no output", async () => {
  const { start, logged } = await logging("ALL");
  await start({ Keep: { Type: "Pass", End: true } });
  expect((await logged()).map(({ line }) => line.details)).toEqual([
    { roleArn: "arn:aws:iam::000000000000:role/machine" },
    { name: "Keep" },
    { name: "Keep" },
    {},
  ]);
});

test.each([
  ["ERROR", ["TaskFailed", "ExecutionFailed"]],
  ["FATAL", ["ExecutionFailed"]],
  ["OFF", []],
])("%s logs no more than that", async (level, expected) => {
  const { start, types } = await logging(level);
  await start(FAILING);
  expect(await types()).toEqual(expected);
});

test("what an EXPRESS execution did is found in its log alone", async () => {
  const { start, logged } = await logging("ALL");
  const arn = await start({ Keep: { Type: "Pass", End: true } }, "EXPRESS");
  expect((await logged()).map(({ line }) => line.execution_arn)).toEqual(Array(4).fill(arn));
});

test("payloads too long for a log event are cut, and say so", async () => {
  const { start, logged } = await logging("ALL", true);
  await start({ Grow: { Type: "Pass", Result: "x".repeat(255_000), End: true } });
  const { details } = (await logged()).at(-1)!.line;
  expect([details.output.length, details.outputDetails]).toEqual([248 * 1024, { truncated: true }]);
});

test("a lost log group loses lines, reports them, and holds nothing up", async () => {
  const { cloud, start } = await logging("ALL");
  const arn = await start({ Nap: { Type: "Wait", Seconds: 60, End: true } });
  await cloud.kernel.call("logs", "DeleteLogGroup", { logGroupName: GROUP });
  await cloud.pass(60);
  expect((await cloud.describe(arn)).status).toBe("SUCCEEDED");
  expect(cloud.faults.splice(0)).toEqual([
    expect.stringMatching(/2 lines for .*orders are lost: The specified log group does not exist/),
  ]);
});

test.each([
  [{}, { level: "OFF", includeExecutionData: false }],
  [{ destinations: [] }, { level: "OFF", includeExecutionData: false, destinations: [] }],
])("the configuration %j is completed", async (loggingConfiguration, shown) => {
  const { cloud } = await logging("ALL");
  const { stateMachineArn } = await cloud.call("CreateStateMachine", {
    name: "quiet",
    roleArn: "arn:aws:iam::0:role/r",
    definition: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
    loggingConfiguration,
  });
  const described = await cloud.call("DescribeStateMachine", { stateMachineArn });
  expect(described.loggingConfiguration).toEqual(shown);
});

test.each([
  [{ level: "FATAL" }, "Must specify exactly one Log Destination."],
  [
    {
      level: "ALL",
      destinations: [{ cloudWatchLogsLogGroup: { logGroupArn: "arn:aws:logs:us-east-1:0:log-group:no:*" } }],
    },
    "Log Destination not found.",
  ],
])("the configuration %j is refused", async (loggingConfiguration, message) => {
  const { cloud } = await logging("ALL");
  const wanted = {
    name: "m",
    roleArn: "arn:aws:iam::0:role/r",
    definition: '{"StartAt":"A","States":{"A":{"Type":"Succeed"}}}',
  };
  await expect(cloud.call("CreateStateMachine", { ...wanted, loggingConfiguration })).rejects.toMatchObject({
    code: "InvalidLoggingConfiguration",
    message: `Invalid Logging Configuration: ${message}`,
  });
});
