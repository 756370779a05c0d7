import { expect, test } from "vitest";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { compileFilterPattern } from "../../../local/logs/filter-pattern.ts";
import { logsService } from "../../../local/logs/service.ts";

const START = Date.UTC(2026, 0, 1);
const at = { logGroupName: "/aws/lambda/app", logStreamName: "one" };

async function group() {
  const clock = virtualClock(START);
  const store = Store.open(":memory:");
  const kernel = new Kernel({ clock, random: seededRandom(1), store, endpoint: "http://127.0.0.1:4566" });
  kernel.register(logsService(kernel));
  const logs = (operation: string, input: object = {}) => kernel.call("logs", operation, { ...at, ...input });
  const put = (messages: string[], more: object = {}) =>
    logs("PutLogEvents", {
      logEvents: messages.map((message) => ({ timestamp: clock.now(), message })),
      ...more,
    });
  const texts = ({ events }: any) => events.map(({ message }: any) => message);
  await logs("CreateLogGroup");
  await logs("CreateLogStream");
  return { clock, logs, put, texts };
}

test("events return in order, page by page in both directions", async () => {
  const { logs, put, texts } = await group();
  await put(["a", "b"]);
  await put(["c", "d", "e"]);
  const first = await logs("GetLogEvents", { startFromHead: true, limit: 3 });
  expect(texts(first)).toEqual(["a", "b", "c"]);
  const second = await logs("GetLogEvents", { nextToken: first.nextForwardToken });
  expect(texts(second)).toEqual(["d", "e"]);
  const end = await logs("GetLogEvents", { nextToken: second.nextForwardToken });
  expect(end.nextForwardToken).toBe(second.nextForwardToken);
  expect(texts(end)).toEqual([]);
  const newest = await logs("GetLogEvents", { limit: 2 });
  expect(texts(newest)).toEqual(["d", "e"]);
  expect(texts(await logs("GetLogEvents", { nextToken: newest.nextBackwardToken, limit: 2 }))).toEqual([
    "b",
    "c",
  ]);
});

test("a filter reads all streams of a group, between times, page by page", async () => {
  const { clock, logs, put, texts } = await group();
  await logs("CreateLogStream", { logStreamName: "two" });
  await put(["error one", "fine"]);
  clock.advanceTo(START + 1000);
  await put(["error two"], { logStreamName: "two" });
  const filter = (more: object) =>
    logs("FilterLogEvents", { logStreamName: undefined, filterPattern: "error", ...more });
  expect(texts(await filter({}))).toEqual(["error one", "error two"]);
  expect(texts(await filter({ startTime: START + 1 }))).toEqual(["error two"]);
  expect(texts(await filter({ logStreamNames: ["one"] }))).toEqual(["error one"]);
  const page = await filter({ limit: 1 });
  expect(texts(page)).toEqual(["error one"]);
  expect(texts(await filter({ limit: 1, nextToken: page.nextToken }))).toEqual(["error two"]);
});

test("what is past the retention goes with the next write, and a group stays within its size", async () => {
  const { clock, logs, put, texts } = await group();
  await logs("PutRetentionPolicy", { retentionInDays: 1 });
  await put(["old"]);
  clock.advanceTo(START + 25 * 3600 * 1000);
  await put(["new"]);
  expect(texts(await logs("GetLogEvents"))).toEqual(["new"]);
  for (let megabyte = 0; megabyte < 40; megabyte++) await put([`${megabyte}:`.padEnd(1_000_000, "x")]);
  const { logGroups } = await logs("DescribeLogGroups");
  expect(logGroups[0].storedBytes).toBeLessThanOrEqual(32 * 1024 * 1024);
  expect(texts(await logs("GetLogEvents", { limit: 1 }))[0]).toMatch(/^39:/);
});

test("requests that AWS refuses are refused with its codes", async () => {
  const { logs, put, clock } = await group();
  await expect(logs("CreateLogGroup")).rejects.toMatchObject({ code: "ResourceAlreadyExistsException" });
  await expect(put(["a"], { logStreamName: "none" })).rejects.toMatchObject({
    code: "ResourceNotFoundException",
  });
  await expect(put([])).rejects.toMatchObject({ code: "InvalidParameterException" });
  const unordered = [1, 0].map((step) => ({ timestamp: clock.now() + step, message: "x" }));
  await expect(logs("PutLogEvents", { logEvents: unordered })).rejects.toThrow("chronological");
  await expect(logs("PutRetentionPolicy", { retentionInDays: 2 })).rejects.toMatchObject({
    code: "InvalidParameterException",
  });
  const late = [{ timestamp: START - 15 * 24 * 3600 * 1000, message: "x" }];
  expect((await logs("PutLogEvents", { logEvents: late })).rejectedLogEventsInfo).toEqual({
    tooOldLogEventEndIndex: 1,
  });
});

test.each([
  ["", "anything", true],
  ["error run", "run 7: error", true],
  ["error run", "error", false],
  ["error -retry", "error, retry", false],
  ["?warn ?error", "error", true],
  ["?warn ?error", "info", false],
  ['"not found"', "it was not found", true],
  ["%run-[0-9]+%", "see run-12", true],
  ['{ $.level = "ERROR" }', '{"level":"ERROR"}', true],
  ['{ $.level = "ERR*" && $.took > 100 }', '{"level":"ERROR","took":101}', true],
  ['{ $.level = "ERR*" && $.took > 100 }', '{"level":"ERROR","took":100}', false],
  ["{ ($.a = 1 || $.b = 2) && $.c IS NULL }", '{"b":2,"c":null}', true],
  ["{ $.steps[1].name != draw }", '{"steps":[{},{"name":"render"}]}', true],
  ["{ $.error NOT EXISTS }", '{"level":"INFO"}', true],
  ["{ $.a = 1 }", "no json", false],
])("pattern %s on %s: %s", (pattern, line, expected) => {
  expect(compileFilterPattern(pattern)(line)).toBe(expected);
});

test.each(["{ $.a = }", "{ a = 1 }", "{ $.a = 1", "[a, b]", "%(%"])("pattern %s is refused", (pattern) => {
  expect(() => compileFilterPattern(pattern)).toThrow();
});
