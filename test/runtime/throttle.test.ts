import type { Context, SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Disposition } from "../../lambdas/runtime/disposition.ts";
import { queueHandler } from "../../lambdas/runtime/handlers/queue-handler.ts";
import type { SentMessage } from "../../lambdas/runtime/ports.ts";
import { afterThrottle, isThrottle } from "../../lambdas/runtime/throttle.ts";

describe("a throttle is told from other errors", () => {
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

  test.each([
    named("AccessDeniedException"),
    named("TransactionCanceledException", { CancellationReasons: [{ Code: "ConditionalCheckFailed" }] }),
    new Error("ThrottlingException"),
    undefined,
    "ThrottlingException",
  ])("not: %s", (error) => expect(isThrottle(error)).toBe(false));
});

describe("how a message waits that met a throttle", () => {
  test("longer each time, spread, and no longer than two minutes", () => {
    const pauses = (fraction: number) =>
      [1, 2, 3, 4, 5, 20].map((receives) => afterThrottle(receives, fraction).pause);
    expect(pauses(0)).toEqual([2000, 2000, 2000, 2000, 2000, 2000]);
    expect(pauses(0.5)).toEqual([6000, 10_000, 18_000, 34_000, 62_000, 62_000]);
  });

  test("goes back as a new one when half of its deliveries are used", () => {
    const anew = [1, 4, 5, 9].map((receives) => afterThrottle(receives, 0).anew);
    expect(anew).toEqual([false, false, true, true]);
  });
});

describe("a handler of a queue", () => {
  beforeEach(() => {
    for (const stream of [process.stdout, process.stderr])
      vi.spyOn(stream, "write").mockImplementation(() => true);
    vi.spyOn(Math, "random").mockReturnValue(0.5);
  });
  afterEach(() => vi.restoreAllMocks());

  const attributes = { MessageGroupId: "run-1", AWSTraceHeader: "Root=1-5759e988-bd862e3fe1be46a994272793" };
  const record = (receives: number) =>
    ({
      ...{ messageId: "m1", body: "{}", receiptHandle: "r1" },
      attributes: { ...attributes, ApproximateReceiveCount: String(receives) },
    }) as unknown as SQSRecord;
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
    const { batchItemFailures } = await handler({ Records: [record(receives)] }, {} as Context);
    return { failed: batchItemFailures.length, delays, sent };
  };
  const throttled = async (): Promise<never> => {
    throw Object.assign(new Error("Rate exceeded"), { name: "ThrottlingException" });
  };

  test("has a message wait that met a throttle", async () => {
    expect(await handleOne(2, throttled)).toEqual({ failed: 1, delays: [["r1", 10_000]], sent: [] });
    expect(await handleOne(2, async () => ({ throttled: "no more starts" }))).toEqual({
      ...{ failed: 1, delays: [["r1", 10_000]], sent: [] },
    });
  });

  test("sends it anew, as it was, before its deliveries run out", async () => {
    const message = { body: "{}", group: "run-1", traceHeader: attributes.AWSTraceHeader };
    expect(await handleOne(5, throttled)).toEqual({ failed: 0, delays: [], sent: [[message, 62_000]] });
  });

  test("lets it wait where a copy would not be the same", async () => {
    expect(await handleOne(9, throttled, false)).toEqual({ failed: 1, delays: [["r1", 62_000]], sent: [] });
  });

  test("leaves other failures to the queue", async () => {
    const fails = async (): Promise<never> => {
      throw new Error("the table is away");
    };
    expect(await handleOne(5, fails)).toEqual({ failed: 1, delays: [], sent: [] });
  });
});
