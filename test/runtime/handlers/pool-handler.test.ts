import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { expect, test, vi } from "vitest";
import { poolHandler } from "../../../lambdas/runtime/handlers/pool-handler.ts";
import type { SourceQueue } from "../../../lambdas/runtime/ports/queue.ts";

const context = {} as Context;
const record = (messageId: string, step: string, receives = 1) =>
  ({
    messageId,
    receiptHandle: messageId,
    body: JSON.stringify({ step }),
    attributes: { ApproximateReceiveCount: String(receives), SentTimestamp: "7" },
  }) as SQSRecord;

function pool(queue?: SourceQueue) {
  const seen: [string, string[]][] = [];
  const handler =
    (step: string, fails: boolean) =>
    async ({ Records }: SQSEvent) => {
      const ids = Records.map(({ messageId }) => messageId);
      seen.push([step, ids]);
      return { batchItemFailures: fails ? ids.map((itemIdentifier) => ({ itemIdentifier })) : [] };
    };
  return {
    seen,
    handle: poolHandler({ draw: handler("draw", false), cut: handler("cut", true) }, queue && (() => queue)),
  };
}

test("a message goes to the handler of its step, whose result is returned", async () => {
  const { seen, handle } = pool();
  const Records = [record("1", "draw"), record("2", "cut"), record("3", "draw")];
  expect(await handle({ Records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
  expect(seen).toEqual([
    ["draw", ["1"]],
    ["cut", ["2"]],
    ["draw", ["3"]],
  ]);
});

test("a message for no step returns alone, and the log says why", async () => {
  const { seen, handle } = pool();
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const Records = [record("1", "mix"), record("2", "draw"), { ...record("3", ""), body: "?" }];
  expect(await handle({ Records }, context)).toEqual({
    batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "3" }],
  });
  expect(seen).toEqual([["draw", ["2"]]]);
  const [first, second] = logged.mock.calls.map(([error]) => error as Error);
  expect(first!.message).toBe('The pool has no step "mix". It has draw, cut.');
  expect(second).toBeInstanceOf(SyntaxError);
});

test("a message that was delivered three times without an end is handled alone: it may stop the process", async () => {
  const delayed: [string, number][] = [];
  const copies: object[] = [];
  const { seen, handle } = pool({
    delay: async (...hidden) => void delayed.push(hidden),
    sendAgain: async (message, milliseconds) => void copies.push({ ...message, milliseconds }),
  });
  const Records = [record("1", "draw"), record("2", "draw", 5), record("3", "draw", 6)];
  expect(await handle({ Records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "1" }] });
  expect(seen).toEqual([["draw", ["3"]]]);
  expect(delayed).toEqual([["1", 0]]);
  // Its deliveries would run out over waiting for others.
  expect(copies).toEqual([{ body: JSON.stringify({ step: "draw" }), sent: 7, milliseconds: 0 }]);
});

test("messages that were delivered twice share an invocation", async () => {
  const { seen, handle } = pool();
  const Records = [record("1", "draw", 2), record("2", "draw", 2)];
  expect(await handle({ Records }, context)).toEqual({ batchItemFailures: [] });
  expect(seen).toEqual([
    ["draw", ["1"]],
    ["draw", ["2"]],
  ]);
});
