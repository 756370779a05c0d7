import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { beforeEach, expect, test, vi } from "vitest";
import type { ExpressGroupMessage } from "../../../lambdas/runtime/express/message.ts";
import { expressHandler } from "../../../lambdas/runtime/handlers/express-handler.ts";
import type { IntakeHandler } from "../../../lambdas/runtime/handlers/intake-handler.ts";
import type { Delivery } from "../../../lambdas/runtime/handlers/queue-handler.ts";
import { stepMessageIn } from "../../../lambdas/runtime/handlers/step-records.ts";
import type { RunStarts } from "../../../lambdas/runtime/handlers/worker-handler.ts";
import type { Effect } from "../../../lambdas/runtime/work/effect.ts";
import type { Begun } from "../../../lambdas/runtime/work/group/begun.ts";

const [EVENTS, WORK] = ["arn:aws:sqs:us-east-1:1:app-Events-1", "arn:aws:sqs:us-east-1:1:app-Work-1"];
const context = { functionVersion: "7" } as Context;
const record = (messageId: string, eventSourceARN: string, body: object) =>
  ({
    messageId,
    eventSourceARN,
    receiptHandle: `handle of ${messageId}`,
    body: JSON.stringify(body),
    attributes: { ApproximateReceiveCount: "1", SentTimestamp: "7" },
  }) as SQSRecord;
const message = {
  step: "pack",
  run: { id: "r1", traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
} as ExpressGroupMessage;

beforeEach(() => {
  vi.stubEnv("MILLRACE_INTAKE_QUEUE", "https://sqs.us-east-1.amazonaws.com/1/app-Events-1");
  return () => vi.unstubAllEnvs();
});

/** A handler whose intake does the work of one message for each event. `fails`: the step does not finish it. */
function handlerOf({ fails = false, reads = true, begun = undefined as Begun | undefined } = {}) {
  const seen: [string, SQSRecord][] = [];
  const done: boolean[] = [];
  const begunIn: (Begun | undefined)[] = [];
  const released: Effect[] = [];
  const starts: RunStarts = {
    firstEffect: () => undefined,
    acceptAndClaim: async () => false,
    release: async (effect) => void released.push(effect),
  };
  const intake = {
    working: (work: Parameters<IntakeHandler["working"]>[0]) => async (event: SQSEvent, given: Context) => {
      for (const one of event.Records)
        done.push(await work({ record: one, context: given } as Delivery).work(message, begun));
      return { batchItemFailures: [] };
    },
  } as unknown as IntakeHandler;
  const step = (name: string) => async (event: SQSEvent, given: Context) => {
    expect(given).toBe(context);
    seen.push(...event.Records.map((one) => [name, one] as [string, SQSRecord]));
    if (reads) begunIn.push(...event.Records.map((one) => stepMessageIn(one).begun));
    return { batchItemFailures: fails ? [{ itemIdentifier: event.Records[0]!.messageId }] : [] };
  };
  const handle = expressHandler(intake, { pack: step("pack"), weigh: step("weigh") }, starts);
  return { seen, done, begunIn, released, handle };
}

test("the work of an event's run goes to the handler of its step, in the place of the event", async () => {
  const { seen, done, handle } = handlerOf();
  const event = record("e1", EVENTS, { detail: {} });
  expect(await handle({ Records: [event] }, context)).toEqual({ batchItemFailures: [] });
  expect(done).toEqual([true]);
  const [[step, { body, attributes, ...place }]] = seen as [[string, SQSRecord]];
  expect([step, JSON.parse(body)]).toEqual(["pack", message]);
  expect(place).toMatchObject({ messageId: "e1", receiptHandle: "handle of e1", eventSourceARN: EVENTS });
  expect(attributes).toMatchObject({
    SentTimestamp: "7",
    AWSTraceHeader: "Root=1-0af76519-16cd43dd8448eb211c80319c;Parent=b7ad6b7169203331;Sampled=1",
  });
});

test("work that the handler does not finish is reported to intake", async () => {
  const { done, handle } = handlerOf({ fails: true });
  await handle({ Records: [record("e1", EVENTS, {})] }, context);
  expect(done).toEqual([false]);
});

const begun = { run: { run: "r1" }, first: { owner: "delivery" } } as Begun;

test("the handler of the step learns what of the run has begun", async () => {
  const { begunIn, released, handle } = handlerOf({ begun });
  await handle({ Records: [record("e1", EVENTS, {})] }, context);
  expect(begunIn).toEqual([begun]);
  expect(released).toEqual([]);
});

test("the claim of a step is released if a wrapper of its handler refuses the message", async () => {
  const { done, released, handle } = handlerOf({ fails: true, reads: false, begun });
  await handle({ Records: [record("e1", EVENTS, {})] }, context);
  expect([done, released]).toEqual([[false], [begun.first]]);
});

test("a handler file that wraps what intake returns is refused", () => {
  const wrapped = (async () => ({ batchItemFailures: [] })) as unknown as IntakeHandler;
  expect(() => expressHandler(wrapped, {}, {} as RunStarts)).toThrow("has to export what intake() returns");
});

test("messages of the other queue go to the handlers of their steps", async () => {
  const { seen, done, handle } = handlerOf();
  const Records = [record("1", WORK, { step: "weigh" }), record("2", WORK, { step: "pack" })];
  await handle({ Records }, context);
  expect(seen.map(([step, { messageId }]) => [step, messageId])).toEqual([
    ["weigh", "1"],
    ["pack", "2"],
  ]);
  expect(done).toEqual([]);
});
