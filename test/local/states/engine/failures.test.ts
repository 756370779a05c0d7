import { expect, test } from "vitest";
import { nextAttempt } from "../../../../local/states/retry.ts";
import { Cloud, callback, functionArn, functions, queue, START } from "./cloud.ts";

class Flaky extends Error {
  override name = "Flaky";
}

function failing(times: number) {
  const at: number[] = [];
  const cloud: Cloud = new Cloud({
    services: {
      lambda: functions({
        work: () => {
          at.push((cloud.clock.now() - START) / 1000);
          if (at.length <= times) throw new Flaky("not yet");
          return { attempt: at.length };
        },
      }),
    },
  });
  return { cloud, at };
}

const work = (more: object) => ({
  Work: { Type: "Task", Resource: functionArn("work"), End: true, ...more },
});

test("attempts come after pauses that grow and are capped", async () => {
  const { cloud, at } = failing(4);
  const Retry = [
    { ErrorEquals: ["Other"], MaxAttempts: 9 },
    { ErrorEquals: ["Flaky"], IntervalSeconds: 2, BackoffRate: 3, MaxAttempts: 5, MaxDelaySeconds: 10 },
  ];
  expect(await cloud.run(work({ Retry }))).toMatchObject({ status: "SUCCEEDED", output: { attempt: 5 } });
  expect(at).toEqual([0, 2, 8, 18, 28]);
});

test("a used-up retrier leaves the error to the catcher", async () => {
  const { cloud, at } = failing(9);
  const states = {
    ...work({
      End: undefined,
      Next: "Never",
      Retry: [{ ErrorEquals: ["States.ALL"], MaxAttempts: 2 }],
      Catch: [{ ErrorEquals: ["States.TaskFailed"], ResultPath: "$.failed", Next: "Caught" }],
    }),
    Caught: { Type: "Pass", End: true },
    Never: { Type: "Pass", End: true },
  };
  const { output } = await cloud.run(states, { kept: true });
  expect(at).toEqual([0, 1, 3]);
  expect(output).toMatchObject({ kept: true, failed: { Error: "Flaky" } });
  expect(JSON.parse(output.failed.Cause)).toMatchObject({ errorType: "Flaky", errorMessage: "not yet" });
});

test("a timeout has no cause, which a catcher is given as an empty text", async () => {
  const cloud = new Cloud({ services: { sqs: { SendMessage: () => ({ MessageId: "m" }) } } });
  const waiting = {
    Type: "Task",
    Resource: "arn:aws:states:::sqs:sendMessage.waitForTaskToken",
    TimeoutSeconds: 5,
    Parameters: { QueueUrl: "q", MessageBody: "b" },
    Next: "Never",
    Catch: [{ ErrorEquals: ["States.Timeout"], Next: "Caught" }],
  };
  const End = { Type: "Pass", End: true };
  const arn = await cloud.start(await cloud.machine({ Wait: waiting, Caught: End, Never: End }));
  await cloud.pass(5);
  expect((await cloud.describe(arn)).output).toEqual({ Error: "States.Timeout", Cause: "" });
});

test("full jitter shortens the pause by chance", () => {
  const retrier = { ErrorEquals: ["States.ALL"], IntervalSeconds: 8, JitterStrategy: "FULL" as const };
  const pause = (fraction: number) => nextAttempt([retrier], [1], { error: "E" }, () => fraction)?.delay;
  expect([pause(0), pause(0.25), pause(1)]).toEqual([0, 4_000, 16_000]);
});

test("an error of the definition cannot be caught", async () => {
  const { cloud } = failing(0);
  const states = {
    ...work({
      ResultSelector: { "x.$": "$.nowhere" },
      Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }],
    }),
    Caught: { Type: "Pass", End: true },
  };
  const { status, error, cause } = await cloud.run(states);
  expect({ status, error }).toEqual({ status: "FAILED", error: "States.Runtime" });
  expect(cause).toContain("An error occurred while executing the state 'Work' (entered at the event id #2).");
});

test("a branch that fails ends the others, and its error is that of the Parallel", async () => {
  const { service, bodies } = queue();
  const cloud = new Cloud({ services: { sqs: service } });
  const states = {
    Both: {
      Type: "Parallel",
      QueryLanguage: "JSONata",
      Branches: [
        { StartAt: "Ask", States: { Ask: callback() } },
        {
          StartAt: "Nap",
          States: {
            Nap: { Type: "Wait", QueryLanguage: "JSONata", Seconds: 5, Next: "Break" },
            Break: { Type: "Fail", QueryLanguage: "JSONata", Error: "Broken", Cause: "on purpose" },
          },
        },
      ],
      Catch: [{ ErrorEquals: ["Broken"], Output: "{% $states.errorOutput %}", Next: "Caught" }],
      End: true,
    },
    Caught: { Type: "Pass", End: true },
  };
  const arn = await cloud.start(await cloud.machine(states));
  await cloud.pass(5);
  expect(await cloud.describe(arn)).toMatchObject({ output: { Error: "Broken", Cause: "on purpose" } });
  const types = await cloud.types(arn);
  expect(types.slice(types.indexOf("FailStateEntered"))).toEqual([
    "FailStateEntered",
    "TaskStateAborted",
    "ParallelStateFailed",
    "ParallelStateExited",
    "PassStateEntered",
    "PassStateExited",
    "ExecutionSucceeded",
  ]);
  await expect(
    cloud.call("SendTaskSuccess", { taskToken: bodies[0].token, output: "1" }),
  ).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
});

test("a task's result may be too large for the state, which a catcher takes; a Pass's may not", async () => {
  const large = "x".repeat(262_145);
  const cloud = new Cloud({ services: { lambda: functions({ work: () => large }) } });
  const states = {
    ...work({ Catch: [{ ErrorEquals: ["States.ALL"], Next: "Caught" }] }),
    Caught: { Type: "Pass", End: true },
  };
  expect((await cloud.run(states)).output.Error).toBe("States.DataLimitExceeded");
  const pass = { Grow: { Type: "Pass", Result: large, End: true } };
  expect(await cloud.run(pass)).toMatchObject({
    status: "FAILED",
    error: "States.DataLimitExceeded",
    cause:
      "The state/task 'Grow' returned a result with a size exceeding the maximum number of bytes service limit.",
  });
});

test("an endless loop ends with its 25,000th event", async () => {
  const cloud = new Cloud();
  const states = {
    Spin: {
      Type: "Choice",
      Choices: [{ Variable: "$.spin", BooleanEquals: true, Next: "Spin" }],
      Default: "Spin",
    },
    Out: { Type: "Succeed" },
  };
  const arn = await cloud.start(
    await cloud.machine({ Spin: { ...states.Spin, Default: "Out" }, Out: states.Out }),
    {
      spin: true,
    },
  );
  expect(await cloud.describe(arn)).toMatchObject({
    status: "FAILED",
    error: "States.Runtime",
    cause: "The execution reached the maximum number of history events (25000).",
  });
  const { events } = await cloud.call("GetExecutionHistory", {
    executionArn: arn,
    reverseOrder: true,
    maxResults: 2,
  });
  expect(events).toMatchObject([
    { id: 25_000, previousEventId: 24_999, type: "ExecutionFailed" },
    { id: 24_999, type: "ChoiceStateExited" },
  ]);
});

test("the state machine's own timeout ends an execution without asking its catchers", async () => {
  const cloud = new Cloud();
  const machine = await cloud.machine(
    { Nap: { Type: "Wait", Seconds: 25, End: true } },
    { TimeoutSeconds: 3 },
  );
  const arn = await cloud.start(machine);
  await cloud.pass(60);
  const described = await cloud.describe(arn);
  expect(described).toMatchObject({
    status: "TIMED_OUT",
    stopDate: START / 1000 + 3,
    redriveStatus: "REDRIVABLE",
  });
  expect(described).not.toHaveProperty("error");
  expect((await cloud.history(arn)).at(-1)).toEqual({
    id: 3,
    previousEventId: 0,
    timestamp: START / 1000 + 3,
    type: "ExecutionTimedOut",
    executionTimedOutEventDetails: { error: "States.Timeout" },
  });
});
