import type { Context, SQSRecord } from "aws-lambda";
import { afterEach, beforeEach, expect, type MockInstance, test, vi } from "vitest";
import { queueHandler } from "../../../lambdas/runtime/handlers/queue-handler.ts";
import { fieldsOfRun } from "../../../lambdas/runtime/telemetry/log-fields.ts";

const HEADER = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1";
const TRACEPARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
const RUN = {
  id: "w-1",
  workflow: "w",
  epoch: 2,
  version: "v",
  event: "e1",
  correlation: "e1",
  hops: 0,
  traceparent: TRACEPARENT,
};

let written: MockInstance[];
beforeEach(() => {
  // As the function's construct sets it: without, Powertools writes a warning.
  vi.stubEnv("POWERTOOLS_METRICS_NAMESPACE", "Millrace/Films");
  written = [process.stdout, process.stderr].map((stream) =>
    vi.spyOn(stream, "write").mockImplementation(() => true),
  );
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

/** The lines that were written, without those that carry metrics. */
const lines = () =>
  written
    .flatMap(({ mock }) => mock.calls.map(([line]) => JSON.parse(String(line))))
    .filter((line) => !("_aws" in line));

const contextOf = (awsRequestId: string) =>
  ({ awsRequestId, getRemainingTimeInMillis: () => 1000 }) as Context;
const record = (messageId: string, body: object, AWSTraceHeader?: string) =>
  ({
    messageId,
    body: JSON.stringify(body),
    receiptHandle: messageId,
    attributes: { ApproximateReceiveCount: "1", ...(AWSTraceHeader && { AWSTraceHeader }) },
  }) as SQSRecord;

test("parallel messages have their own log fields: in their lines, and in the line of a failure", async () => {
  const delays: string[] = [];
  const handler = queueHandler(
    "worker",
    () => ({ delay: async (receipt) => void delays.push(receipt) }),
    async ({ record: { body }, about, log }) => {
      const { path, ends } = JSON.parse(body);
      if (ends === "early") throw new Error("nothing is known yet");
      about({ ...fieldsOfRun(RUN), path });
      await Promise.resolve();
      log.info("Working.");
      if (ends === "badly") throw new Error("the table is away");
      return ends === "later" ? { at: 0, why: "not now" } : "finished";
    },
  );
  const Records = [
    record("m1", { path: "a" }),
    record("m2", { path: "b", ends: "badly" }),
    record("m3", { path: "c", ends: "later" }),
    record("m4", { ends: "early" }, HEADER),
  ];
  const answer = await handler({ Records }, contextOf("r1"));
  expect(answer).toEqual({
    batchItemFailures: ["m2", "m3", "m4"].map((itemIdentifier) => ({ itemIdentifier })),
  });
  expect(delays).toEqual(["m3"]);

  const of = { run: "w-1", workflow: "w", epoch: 2, event: "e1", request: "r1" };
  const about = { ...of, trace: "1-0af76519-16cd43dd8448eb211c80319c" };
  const saying = (message: RegExp) => lines().filter((line) => message.test(line.message));
  expect(saying(/^Working/)).toMatchObject(["a", "b", "c"].map((path) => ({ ...about, path })));
  expect(saying(/^The message waits: not now/)).toMatchObject([{ ...about, path: "c" }]);
  const failed = saying(/could not be handled/);
  expect(failed).toMatchObject([
    { ...about, path: "b", level: "ERROR", messageId: "m2", error: { message: "the table is away" } },
    {
      messageId: "m4",
      trace: "1-5759e988-bd862e3fe1be46a994272793",
      error: { message: "nothing is known yet" },
    },
  ]);
  expect(failed[1]).not.toHaveProperty("run");
});

test("an invocation without counts writes no metrics; one with counts writes one line", async () => {
  const handler = queueHandler(
    "worker",
    () => ({ delay: async () => {} }),
    async ({ record: { body }, metrics }) => {
      if (JSON.parse(body).counts) metrics.count("Counted");
      return "finished";
    },
  );
  const output = vi.spyOn(console, "log").mockImplementation(() => {});
  const warnings = vi.spyOn(console, "warn").mockImplementation(() => {});
  const all = () =>
    [...written, output, warnings].flatMap(({ mock }) => mock.calls.map(([line]) => String(line)));
  const call = (counts: boolean) => handler({ Records: [record("m", { counts })] }, contextOf("r"));
  await call(false);
  expect(all()).toEqual([]);
  await call(true);
  expect(all().map((line) => JSON.parse(line))).toMatchObject([{ Counted: 1, service: "worker" }]);
});

test("a delivery after the first is counted", async () => {
  const handler = queueHandler(
    "worker",
    () => ({ delay: async () => {} }),
    async () => "finished",
  );
  const again = { ...record("m1", {}), attributes: { ApproximateReceiveCount: "2" } } as SQSRecord;
  await handler({ Records: [record("m0", {}), again] }, contextOf("r1"));
  const counted = written
    .flatMap(({ mock }) => mock.calls.map(([line]) => JSON.parse(String(line))))
    .filter((line) => "_aws" in line);
  expect(counted).toMatchObject([{ MessagesReceivedAgain: 1 }]);
});
