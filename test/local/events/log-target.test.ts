import { expect, test } from "vitest";
import { logsService } from "../../../local/logs/service.ts";
import { cloud, DEAD } from "./harness.ts";

const Arn = "arn:aws:logs:us-east-1:000000000000:log-group:/aws/events/orders";

async function logged(target: object = {}) {
  const local = cloud();
  local.kernel.register(logsService(local.kernel));
  const logs = (operation: string, input: object = {}): Promise<any> =>
    local.kernel.call("logs", operation, { logGroupName: "/aws/events/orders", ...input });
  await logs("CreateLogGroup");
  await local.rule("all", { source: ["shop"] }, { Arn, DeadLetterConfig: { Arn: DEAD }, ...target });
  const lines = async () =>
    (await logs("GetLogEvents", { logStreamName: "all" })).events.map(({ timestamp, message }: any) => [
      timestamp,
      JSON.parse(message),
    ]);
  return { ...local, logs, lines };
}

test("a log group receives events unchanged, in a stream of the rule, at the events' time", async () => {
  const { put, settle, lines, logs } = await logged({ Arn: `${Arn}:*` });
  const { EventId } = await put({ id: 1 });
  await put({ id: 2 });
  await settle();
  const { logStreams } = await logs("DescribeLogStreams");
  expect(logStreams).toMatchObject([{ logStreamName: "all" }]);
  expect(await lines()).toEqual([
    [
      Date.UTC(2026, 10, 21, 7, 0, 30),
      expect.objectContaining({ id: EventId, source: "shop", "detail-type": "order", detail: { id: 1 } }),
    ],
    [Date.UTC(2026, 10, 21, 7, 0, 30), expect.objectContaining({ detail: { id: 2 } })],
  ]);
});

test.each([
  ['{"timestamp": 1795244400000, "message": "<total>"}', "12"],
  ['{"timestamp": "2026-11-21T07:00:00Z", "message": {"sum": <total>}}', '{"sum":12}'],
])("a transformer gives the time and the message: %s", async (InputTemplate, message) => {
  const InputTransformer = { InputPathsMap: { total: "$.detail.total" }, InputTemplate };
  const { put, settle, logs } = await logged({ InputTransformer });
  await put({ total: 12 });
  await settle();
  expect((await logs("GetLogEvents", { logStreamName: "all" })).events).toMatchObject([
    { timestamp: 1795244400000, message },
  ]);
});

test.each(['{"message": "no time"}', '{"timestamp": "soon", "message": "m"}', '"text"'])(
  "an invalid log event goes to the dead-letter queue: %s",
  async (Input) => {
    const { put, settle, calls } = await logged({ Input });
    await put();
    await settle();
    expect(calls.map(({ input }) => input.MessageAttributes.ERROR_CODE.StringValue)).toEqual([
      "INVALID_JSON",
    ]);
  },
);

test("an event for a log group that no longer exists goes to the dead-letter queue", async () => {
  const { put, settle, calls, logs } = await logged();
  await logs("DeleteLogGroup");
  await put();
  await settle();
  expect(calls.map(({ input }) => input.MessageAttributes.ERROR_CODE.StringValue)).toEqual(["NO_RESOURCE"]);
});
