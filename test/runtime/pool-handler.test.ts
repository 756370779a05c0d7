import type { Context, SQSEvent, SQSRecord } from "aws-lambda";
import { expect, test, vi } from "vitest";
import { poolHandler } from "../../lambdas/runtime/handlers/pool-handler.ts";

const context = {} as Context;
const record = (messageId: string, step: string) =>
  ({ messageId, body: JSON.stringify({ step }) }) as SQSRecord;

function pool() {
  const seen: [string, string[]][] = [];
  const handler =
    (step: string, fails: boolean) =>
    async ({ Records }: SQSEvent) => {
      const ids = Records.map(({ messageId }) => messageId);
      seen.push([step, ids]);
      return { batchItemFailures: fails ? ids.map((itemIdentifier) => ({ itemIdentifier })) : [] };
    };
  return { seen, handle: poolHandler({ draw: handler("draw", false), cut: handler("cut", true) }) };
}

test("a message goes to the handler of its step, and what that gives back is given back", async () => {
  const { seen, handle } = pool();
  const Records = [record("1", "draw"), record("2", "cut"), record("3", "draw")];
  expect(await handle({ Records }, context)).toEqual({ batchItemFailures: [{ itemIdentifier: "2" }] });
  expect(seen).toEqual([
    ["draw", ["1"]],
    ["cut", ["2"]],
    ["draw", ["3"]],
  ]);
});

test("a message that no step takes comes back alone, and the log says why", async () => {
  const { seen, handle } = pool();
  const logged = vi.spyOn(console, "error").mockImplementation(() => {});
  const Records = [record("1", "mix"), record("2", "draw"), { messageId: "3", body: "?" } as SQSRecord];
  expect(await handle({ Records }, context)).toEqual({
    batchItemFailures: [{ itemIdentifier: "1" }, { itemIdentifier: "3" }],
  });
  expect(seen).toEqual([["draw", ["2"]]]);
  const [first, second] = logged.mock.calls.map(([error]) => error as Error);
  expect(first!.message).toBe('The pool has no step "mix". It has draw, cut.');
  expect(second).toBeInstanceOf(SyntaxError);
});
