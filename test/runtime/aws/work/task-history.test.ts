import type { HistoryEvent, SFNClient } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { stepFunctionsHistory } from "../../../../lambdas/runtime/aws/work/task-history.ts";

/** A history in pages of two, newest first. */
function historyOf(...events: [type: string, previous: number, token?: string][]) {
  const written = events.map(([type, previousEventId, token], at) => {
    const parameters = JSON.stringify({ MessageBody: { taskToken: token } });
    const details = type === "TaskScheduled" ? { taskScheduledEventDetails: { parameters } } : {};
    return { id: at + 1, previousEventId, type, ...details } as HistoryEvent;
  });
  const asked: string[] = [];
  const send = async ({ input }: { input: { executionArn: string; nextToken?: string } }) => {
    const from = Number(input.nextToken ?? 0);
    asked.push(input.executionArn);
    const nextToken = from + 2 < written.length ? String(from + 2) : undefined;
    return { events: written.toReversed().slice(from, from + 2), nextToken };
  };
  const history = stepFunctionsHistory("arn:aws:states:r:1:stateMachine:App-", {
    send,
  } as unknown as SFNClient);
  return { answered: (token: string) => history.answered("w", "w-run-e2", token), asked };
}

test("a state that was answered, timed out or still waits, next to another branch", async () => {
  const { answered, asked } = historyOf(
    ["ExecutionStarted", 0],
    ["TaskScheduled", 1, "answered"],
    ["TaskScheduled", 1, "timed out"],
    ["TaskSubmitted", 2],
    ["TaskSubmitted", 3],
    ["TaskSucceeded", 4],
    ["TaskTimedOut", 5],
    ["TaskStateExited", 6],
    ["TaskStateEntered", 7],
    ["TaskScheduled", 9, "waits"],
    ["TaskStateEntered", 8],
    ["TaskScheduled", 11, "failed"],
    ["TaskFailed", 12],
  );
  expect(await answered("answered")).toBe(true);
  expect(await answered("failed")).toBe(true);
  expect(await answered("timed out")).toBe(false);
  expect(await answered("waits")).toBe(false);
  expect(await answered("of another execution")).toBe(false);
  expect(new Set(asked)).toEqual(new Set(["arn:aws:states:r:1:execution:App-w:w-run-e2"]));
});

test("the answer to a second attempt does not count for the first", async () => {
  const { answered } = historyOf(
    ["TaskScheduled", 0, "first"],
    ["TaskSubmitFailed", 1],
    ["TaskScheduled", 2, "second"],
    ["TaskSubmitted", 3],
    ["TaskSucceeded", 4],
  );
  expect(await answered("first")).toBe(false);
  expect(await answered("second")).toBe(true);
});

test("a missing history has no answer; another error is thrown", async () => {
  const failing = (name: string) =>
    stepFunctionsHistory("p", {
      send: () => Promise.reject(Object.assign(new Error(), { name })),
    } as unknown as SFNClient).answered("w", "e", "t");
  expect(await failing("ExecutionDoesNotExist")).toBe(false);
  await expect(failing("ThrottlingException")).rejects.toThrow();
});
