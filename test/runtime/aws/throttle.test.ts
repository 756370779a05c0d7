import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isThrottlingError } from "@smithy/core/retry";
import type { Context, SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { afterThrottle, isThrottle } from "../../../lambdas/runtime/aws/throttle.ts";
import { queueHandler } from "../../../lambdas/runtime/handlers/queue-handler.ts";
import type { Disposition } from "../../../lambdas/runtime/ports/disposition.ts";
import type { SentMessage } from "../../../lambdas/runtime/ports/queue.ts";

const require = createRequire(import.meta.url);

describe("a throttle is distinguished from other errors", () => {
  const named = (name: string, more: object = {}) =>
    Object.assign(new Error("Rate exceeded"), { name, ...more });
  test.each([
    named("ThrottlingException"),
    named("ProvisionedThroughputExceededException"),
    named("TooManyRequestsException"),
    named("RequestThrottled"),
    named("TransactionCanceledException", {
      CancellationReasons: [{ Code: "None" }, { Code: "ThrottlingError" }],
    }),
  ])("$name", (error) => expect(isThrottle(error)).toBe(true));

  test("by the names that the SDKs retry as throttles, except those for which waiting does not help", () => {
    const smithy = (name: string) =>
      isThrottlingError({ name, message: "", $fault: "client", $metadata: {} } as never);
    const both = [
      "ProvisionedThroughputExceededException",
      "RequestLimitExceeded",
      "RequestThrottled",
      "RequestThrottledException",
      "SlowDown",
      "ThrottledException",
      "Throttling",
      "ThrottlingException",
      "TooManyRequestsException",
      "TransactionInProgressException",
    ];
    // Of a number of resources, of services that are not called, and of Route 53.
    const sdks = [
      "LimitExceededException",
      "BandwidthLimitExceeded",
      "EC2ThrottledException",
      "PriorRequestNotComplete",
    ];
    const own = ["ExecutionLimitExceeded", "TransactionConflictException", "OverLimit"];
    for (const name of [...both, ...sdks]) expect([name, smithy(name)]).toEqual([name, true]);
    for (const name of own) expect([name, smithy(name)]).toEqual([name, false]);
    for (const name of [...both, ...own]) expect([name, isThrottle(named(name))]).toEqual([name, true]);
    for (const name of sdks) expect([name, isThrottle(named(name))]).toEqual([name, false]);
    // A name that an update brings is in the code of the package, and not yet here.
    const source = readFileSync(require.resolve("@smithy/core/retry"), "utf8");
    const [, list = ""] = /THROTTLING_ERROR_CODES = \[([^\]]+)\]/.exec(source) ?? [];
    expect(list.match(/[A-Z][A-Za-z0-9]+/g)?.sort()).toEqual([...both, ...sdks].sort());
  });

  test.each([
    named("AccessDeniedException"),
    named("TransactionCanceledException", { CancellationReasons: [{ Code: "ConditionalCheckFailed" }] }),
    new Error("ThrottlingException"),
    undefined,
    "ThrottlingException",
  ])("not: %s", (error) => expect(isThrottle(error)).toBe(false));
});

describe("the delay of a throttled message", () => {
  test("grows each time, is spread, and at most two minutes", () => {
    const pauses = (fraction: number) =>
      [1, 2, 3, 4, 5, 20].map((receives) => afterThrottle(receives, fraction));
    expect(pauses(0)).toEqual([2000, 2000, 2000, 2000, 2000, 2000]);
    expect(pauses(0.5)).toEqual([6000, 10_000, 18_000, 34_000, 62_000, 62_000]);
  });
});

describe("a handler of a queue", () => {
  beforeEach(() => {
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, "write").mockImplementation(() => true);
    vi.spyOn(Math, "random").mockReturnValue(0.5);
  });
  afterEach(() => vi.restoreAllMocks());

  const attributes = {
    SentTimestamp: "5000",
    MessageGroupId: "run-1",
    AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793",
  };
  const record = (receives: number, messageAttributes = {}) =>
    ({
      messageId: "m1",
      body: "{}",
      receiptHandle: "r1",
      messageAttributes,
      attributes: { ...attributes, ApproximateReceiveCount: String(receives) },
    }) as unknown as SQSRecord;
  const context = { awsRequestId: "r", getRemainingTimeInMillis: () => 1000 } as Context;
  /** Handles one message; answers which failed and what was asked of the queue. */
  const handleOne = async (receives: number, outcome: () => Promise<Disposition>, copies = true) => {
    const delays: [string, number][] = [];
    const sent: [SentMessage, number][] = [];
    const queue = {
      delay: async (receipt: string, milliseconds: number) => void delays.push([receipt, milliseconds]),
      ...(copies && {
        sendAgain: async (message: SentMessage, milliseconds: number) =>
          void sent.push([message, milliseconds]),
      }),
    };
    const handler = queueHandler("worker", () => queue, outcome);
    const { batchItemFailures } = await handler({ Records: [record(receives)] }, context);
    return { failed: batchItemFailures.length, delays, sent };
  };
  const throttled = async (): Promise<never> => {
    throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  };

  test("delays a throttled message", async () => {
    expect(await handleOne(2, throttled)).toEqual({ failed: 1, delays: [["r1", 10_000]], sent: [] });
    expect(await handleOne(2, async () => ({ throttled: "no more starts" }))).toEqual({
      failed: 1,
      delays: [["r1", 10_000]],
      sent: [],
    });
  });

  test("sends it again, unchanged, before its receives are used up", async () => {
    const message = { body: "{}", group: "run-1", traceHeader: attributes.AWSTraceHeader, sent: 5000 };
    expect(await handleOne(5, throttled)).toEqual({ failed: 0, delays: [], sent: [[message, 62_000]] });
  });

  test("delays a message for a claim that another delivery holds, and does not give it up", async () => {
    const held = async () => ({ at: Date.now() + 20_000, why: "another delivery holds the claim" });
    const early = await handleOne(4, held);
    expect(early).toMatchObject({ failed: 1, sent: [] });
    expect(early.delays[0]![1]).toBeGreaterThan(15_000);
    const late = await handleOne(5, held);
    expect(late).toMatchObject({
      failed: 0,
      delays: [],
      sent: [[{ body: "{}", sent: 5000 }, expect.any(Number)]],
    });
  });

  test("keeps the time at which a message was first sent, also in copies of copies", async () => {
    const seen: number[] = [];
    const copied: SentMessage[] = [];
    const queue = {
      delay: async () => {},
      sendAgain: async (message: SentMessage) => void copied.push(message),
    };
    const handler = queueHandler(
      "worker",
      () => queue,
      async ({ sent }) => {
        seen.push(sent);
        return await throttled();
      },
    );
    const copy = record(5, { "millrace-sent": { stringValue: "3000", dataType: "Number" } });
    for (const one of [record(5), copy]) await handler({ Records: [one] }, context);
    expect(seen).toEqual([5000, 3000]);
    expect(copied.map(({ sent }) => sent)).toEqual([5000, 3000]);
  });

  test("distinguishes deliveries in one batch, even of the same message", async () => {
    const ids: string[] = [];
    const handler = queueHandler(
      "worker",
      () => ({ delay: async () => {} }),
      async ({ invocation }) => {
        ids.push(invocation.id);
        return "finished";
      },
    );
    await handler({ Records: [record(1), { ...record(1), receiptHandle: "r2" }] }, context);
    expect(new Set(ids).size).toBe(2);
    // The SDK sends a lost write again within one delivery: there the nonce is the same.
    await handler({ Records: [record(1)] }, context);
    expect(ids[2]).toBe(ids[0]);
  });

  test("lets it wait if a copy would not be the same", async () => {
    expect(await handleOne(9, throttled, false)).toEqual({ failed: 1, delays: [["r1", 62_000]], sent: [] });
  });

  test("leaves other failures to the queue", async () => {
    const fails = async (): Promise<never> => {
      throw new Error("the table is away");
    };
    expect(await handleOne(5, fails)).toEqual({ failed: 1, delays: [], sent: [] });
  });
});
