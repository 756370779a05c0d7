import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ServiceError } from "../../../local/kernel/errors.ts";
import { Store } from "../../../local/kernel/store.ts";
import { type Call, cloud, DEAD, QUEUE } from "./harness.ts";

const all = { source: ["shop"] };
const busy = () => {
  throw new ServiceError("ThrottlingException", "Slow down.");
};
const rows = (store: Store) => store.get<{ n: number }>("SELECT count(*) AS n FROM events_delivery")!.n;
const HOUR = 3_600_000;

test("a busy target is retried with growing pauses, until it accepts the event", async () => {
  const { rule, put, advance, behaviour, calls, clock, store } = cloud();
  await rule("r", all);
  const times: number[] = [];
  behaviour.answer = () => {
    times.push(clock.now());
    return times.length < 6 ? busy() : {};
  };
  await put();
  await advance(HOUR);
  const waits = times.slice(1).map((time, at) => time - times[at]!);
  expect(waits).toHaveLength(5);
  waits.forEach((wait, at) => {
    expect(wait).toBeGreaterThanOrEqual(500 * 2 ** at);
    expect(wait).toBeLessThanOrEqual(1000 * 2 ** at);
  });
  expect(new Set(calls.map(({ input }) => input.MessageBody)).size).toBe(1);
  expect(rows(store)).toBe(0);
});

test.each([
  ["MaximumRetryAttempts", { MaximumRetryAttempts: 2 }, 3],
  ["MaximumEventAgeInSeconds", { MaximumEventAgeInSeconds: 60 }, 6],
])(
  "when %s ends the retries, the event goes to the dead-letter queue",
  async (condition, RetryPolicy, attempts) => {
    const { rule, put, advance, behaviour, calls, log, store, kernel } = cloud();
    await rule("r", all, { RetryPolicy, DeadLetterConfig: { Arn: DEAD }, Input: '"constant"' });
    behaviour.answer = ({ input }) => (input.QueueUrl.endsWith("dead") ? {} : busy());
    const { EventId } = await put();
    await advance(24 * HOUR);
    const letters = calls.filter(({ input }) => input.QueueUrl.endsWith("dead"));
    expect(letters).toHaveLength(1);
    expect(Math.abs(calls.length - 1 - attempts)).toBeLessThanOrEqual(
      condition === "MaximumRetryAttempts" ? 0 : 2,
    );
    expect(JSON.parse(letters[0]!.input.MessageBody).id).toBe(EventId);
    const attribute = (StringValue: string) => ({ DataType: "String", StringValue });
    expect(letters[0]!.input.MessageAttributes).toEqual({
      RULE_ARN: attribute(kernel.arn("events", "rule/r")),
      TARGET_ARN: attribute(QUEUE),
      ERROR_CODE: attribute("THROTTLING"),
      ERROR_MESSAGE: attribute("Slow down."),
      EXHAUSTED_RETRY_CONDITION: attribute(condition),
      RETRY_ATTEMPTS: attribute(String(calls.length - 2)),
    });
    expect(log).toEqual([]);
    expect(rows(store)).toBe(0);
  },
);

test("a target that no longer exists is not retried", async () => {
  const { rule, put, advance, behaviour, calls, log } = cloud();
  const gone = () => {
    throw new ServiceError("AWS.SimpleQueueService.NonExistentQueue", "No such queue.");
  };
  await rule("with", all, { DeadLetterConfig: { Arn: DEAD } });
  await rule("without", all);
  behaviour.answer = ({ input }) => (input.QueueUrl.endsWith("dead") ? {} : gone());
  await put();
  await advance(24 * HOUR);
  expect(calls).toHaveLength(3);
  const letter = calls.find(({ input }) => input.QueueUrl.endsWith("dead"))!;
  expect(letter.input.MessageAttributes.ERROR_CODE.StringValue).toBe("NO_RESOURCE");
  expect(letter.input.MessageAttributes).not.toHaveProperty("EXHAUSTED_RETRY_CONDITION");
  expect(log).toEqual([expect.stringMatching(/rule\/without could not deliver.*No such queue.*dropped/)]);
});

test("a slow target delays no other", async () => {
  const { rule, put, behaviour, calls, kernel, store } = cloud();
  await rule("a-slow", all, { Arn: `${QUEUE}-slow` });
  await rule("b-fast", all);
  const held: (() => void)[] = [];
  behaviour.answer = ({ input }: Call) =>
    input.QueueUrl.endsWith("slow") ? new Promise<void>((resolve) => held.push(resolve)) : {};
  for (let n = 0; n < 300; n++) await put({ n });
  expect(calls.filter(({ input }) => input.QueueUrl.endsWith("orders"))).toHaveLength(300);
  for (const release of held) release();
  await kernel.work.idle();
  expect(rows(store)).toBe(0);
});

test("pending deliveries continue after a restart, with their original target", async () => {
  const folder = mkdtempSync(join(tmpdir(), "events-"));
  const path = join(folder, "cloud.db");
  const first = cloud({ store: Store.open(path) });
  await first.rule("busy", all);
  await first.rule("silent", all, { Arn: `${QUEUE}-silent` });
  first.behaviour.answer = ({ input }) =>
    input.QueueUrl.endsWith("silent") ? new Promise(() => {}) : busy();
  await first.put({ n: 1 });
  await first.store.flushed();
  await first.events("RemoveTargets", { Rule: "busy", Ids: ["t"] });
  first.store.close();

  const second = cloud({ store: Store.open(path) });
  await second.advance(HOUR);
  expect(second.calls.map(({ input }) => input.QueueUrl.split("/").at(-1)).sort()).toEqual([
    "orders",
    "orders-silent",
  ]);
  expect(second.bodies().map(({ detail }) => detail.n)).toEqual([1, 1]);
  expect(rows(second.store)).toBe(0);
  second.store.close();
  rmSync(folder, { recursive: true });
});

test("more failed deliveries than are handled at once are all retried", async () => {
  const { rule, put, advance, behaviour, bodies, store } = cloud();
  await rule("r", all);
  behaviour.answer = busy;
  for (let n = 0; n < 450; n++) await put({ n });
  await advance(0);
  behaviour.answer = () => ({});
  await advance(HOUR);
  expect(
    new Set(
      bodies()
        .slice(450)
        .map(({ detail }) => detail.n),
    ).size,
  ).toBe(450);
  expect(rows(store)).toBe(0);
});

test("an event that a transformer cannot convert is not delivered", async () => {
  const { rule, put, settle, calls, log } = cloud();
  const InputTransformer = { InputPathsMap: { list: "$.detail.list" }, InputTemplate: '{"a": "<list>"}' };
  await rule("r", all, { InputTransformer });
  await put({ list: ["x"] });
  await settle();
  expect(calls).toEqual([]);
  expect(log).toEqual([expect.stringContaining("gives no JSON")]);
});
