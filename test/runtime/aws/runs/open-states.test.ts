import type { HistoryEvent } from "@aws-sdk/client-sfn";
import { expect, test } from "vitest";
import { openStates, openTasks } from "../../../../lambdas/runtime/aws/runs/open-states.ts";

const TIME = "2026-11-21T10:00:00.000Z";

/** A history; each event follows the one before it unless it says otherwise. */
function history(...events: Partial<HistoryEvent>[]): HistoryEvent[] {
  return events.map((event, at) => ({
    id: at + 1,
    previousEventId: at,
    type: "PassStateEntered",
    timestamp: new Date(TIME),
    ...event,
  }));
}

const entered = (name: string, more: Partial<HistoryEvent> = {}): Partial<HistoryEvent> => ({
  type: "TaskStateEntered",
  stateEnteredEventDetails: { name },
  ...more,
});
const sent = (MessageBody: object): Partial<HistoryEvent>[] => [
  {
    type: "TaskScheduled",
    taskScheduledEventDetails: {
      resourceType: "sqs",
      resource: "sendMessage.waitForTaskToken",
      region: "r",
      parameters: JSON.stringify({ MessageBody }),
    },
  },
  { type: "TaskStarted" },
  { type: "TaskSubmitted" },
];

test.each([
  [{ kind: "event", path: "paid", event: "order.paid", key: "o1" }, "paid", "order.paid of o1"],
  [{ kind: "signalled", path: "layout", of: "text" }, "layout", "text"],
  [{ kind: "child", path: "items[2]/ship", workflow: "ship" }, "items[2]/ship", "a run of ship"],
  [{ step: "draw", path: "draw" }, "draw", "its worker"],
  [{ approval: "editor", path: "editor" }, "editor", "an answer"],
])("a task without an answer says what it waits for: %o", (message, path, awaited) => {
  const open = openStates(history(entered("state"), ...sent(message)));
  expect(open).toEqual([{ path, since: TIME, for: awaited }]);
});

test("a group names its steps, and those of a list by the paths of its items, ten of them", () => {
  const step = (path: string) => ({ step: "draw", path, input: null, fills: [], reads: [] });
  const message = (steps: object[], more: object = {}) => ({
    step: "draw",
    path: "scenes",
    group: { values: {}, steps, answer: {}, ...more },
  });
  const group = message([step("draw"), step("check")]);
  const items = Array.from({ length: 12 }, () => ({}));
  const list = message([step("draw")], { each: { path: "scenes", items } });
  const awaited = (sentMessage: object) =>
    openStates(history(entered("state"), ...sent(sentMessage)))[0]!.for;
  expect(awaited(group)).toBe("the worker of draw, check");
  expect(awaited(list)).toMatch(/^the worker of scenes\[0\]\/draw, .*, scenes\[9\]\/draw and 2 more$/);
});

test("the messages that wait for an answer are read completely, each with its queue; and those without a wait", () => {
  const message = { step: "draw", path: "draw", taskToken: "t" };
  const signal = { kind: "signal", path: "text" };
  const scheduled = (parameters: object, resource = "sendMessage.waitForTaskToken") => ({
    type: "TaskScheduled" as const,
    taskScheduledEventDetails: {
      resourceType: "sqs",
      resource,
      region: "r",
      parameters: JSON.stringify(parameters),
    },
  });
  const open = openTasks(
    history(
      { type: "ParallelStateStarted" },
      entered("draw", { previousEventId: 1 }),
      scheduled({ QueueUrl: "q", MessageBody: message }),
      { type: "TaskStarted" },
      entered("editor", { previousEventId: 1 }),
      scheduled({ QueueUrl: "q", MessageBody: { approval: "editor" } }),
      entered("answered", { previousEventId: 1 }),
      scheduled({ QueueUrl: "q", MessageBody: { step: "answered" } }),
      { type: "TaskSucceeded" },
      entered("signal", { previousEventId: 1 }),
      scheduled({ QueueUrl: "w", MessageBody: signal }, "sendMessage"),
      { type: "TaskSucceeded" },
      { type: "TaskStateExited" },
      { type: "WaitStateEntered", previousEventId: 1, stateEnteredEventDetails: { name: "sleep" } },
    ),
  );
  expect(open).toEqual([
    { queueUrl: "q", message, since: TIME },
    { queueUrl: "q", message: { approval: "editor" }, since: TIME },
    { queueUrl: "w", message: signal, since: TIME },
  ]);
});

test("the message of a list is read as it was sent, without the steps of all items", () => {
  const message = {
    step: "draw",
    path: "s",
    group: { steps: [{ path: "" }], each: { path: "s", items: [{}, {}] } },
  };
  const open = openTasks(
    history(entered("s"), {
      type: "TaskScheduled",
      taskScheduledEventDetails: {
        resourceType: "sqs",
        resource: "sendMessage.waitForTaskToken",
        region: "r",
        parameters: JSON.stringify({ QueueUrl: "q", MessageBody: message }),
      },
    }),
  );
  expect(open).toEqual([{ queueUrl: "q", message, since: TIME }]);
});

test("of branches, each open one counts; answered ones do not", () => {
  const open = openStates(
    history(
      { type: "ParallelStateEntered" },
      { type: "ParallelStateStarted" },
      entered("one", { previousEventId: 2 }),
      ...sent({ kind: "signalled", path: "one", of: "two" }),
      entered("two", { previousEventId: 2 }),
      ...sent({ step: "two", path: "two" }),
      { type: "TaskSucceeded" },
      { type: "TaskStateExited" },
      { type: "WaitStateEntered", stateEnteredEventDetails: { name: "sleep 3 days" } },
    ),
  );
  expect(open).toEqual([
    { path: "one", since: TIME, for: "two" },
    { path: "sleep 3 days", since: TIME, for: "time to pass" },
  ]);
});

test("an execution that has ended waits for nothing", () => {
  expect(
    openStates(history(entered("one"), { type: "TaskStateExited" }, { type: "ExecutionSucceeded" })),
  ).toEqual([]);
});
