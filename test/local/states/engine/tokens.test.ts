import { expect, test } from "vitest";
import { Cloud, callback, queue } from "./cloud.ts";

async function waiting(more: object = {}) {
  const { service, bodies } = queue();
  const cloud = new Cloud({ services: { sqs: service } });
  const arn = await cloud.start(await cloud.machine({ Ask: callback(more) }), { question: 1 });
  return { cloud, arn, bodies, token: bodies[0].token as string };
}

test("the answer to a token is the task's result", async () => {
  const { cloud, arn, bodies, token } = await waiting();
  expect(bodies).toEqual([{ token, input: { question: 1 } }]);
  expect((await cloud.describe(arn)).status).toBe("RUNNING");
  await cloud.call("SendTaskSuccess", { taskToken: token, output: '{"answer":42}' });
  expect(await cloud.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: { answer: 42 } });
  expect(await cloud.types(arn)).toEqual([
    "ExecutionStarted",
    "TaskStateEntered",
    "TaskScheduled",
    "TaskStarted",
    "TaskSubmitted",
    "TaskSucceeded",
    "TaskStateExited",
    "ExecutionSucceeded",
  ]);
});

test("a failure sent to a token is the task's error", async () => {
  const { cloud, arn, token } = await waiting();
  await cloud.call("SendTaskFailure", { taskToken: token, error: "Rejected", cause: "not good enough" });
  expect(await cloud.describe(arn)).toMatchObject({
    status: "FAILED",
    error: "Rejected",
    cause: "not good enough",
  });
});

test("a token is good for one answer", async () => {
  const { cloud, token } = await waiting();
  await cloud.call("SendTaskSuccess", { taskToken: token, output: "1" });
  await expect(cloud.call("SendTaskSuccess", { taskToken: token, output: "2" })).rejects.toMatchObject({
    code: "TaskTimedOut",
    message: "Task Timed Out: 'Provided task does not exist anymore'",
  });
  await expect(cloud.call("SendTaskHeartbeat", { taskToken: token })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
});

test("the token of an attempt that timed out is over, the one of the retry is not", async () => {
  const retry = [{ ErrorEquals: ["States.Timeout"], IntervalSeconds: 1, MaxAttempts: 1 }];
  const { cloud, arn, bodies, token } = await waiting({ TimeoutSeconds: 10, Retry: retry });
  await cloud.pass(11);
  expect(bodies).toHaveLength(2);
  await expect(cloud.call("SendTaskSuccess", { taskToken: token, output: "1" })).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
  await cloud.call("SendTaskSuccess", { taskToken: bodies[1].token, output: "2" });
  expect(await cloud.describe(arn)).toMatchObject({ status: "SUCCEEDED", output: 2 });
});

test("texts that are not tokens are refused, and so are answers that are not JSON", async () => {
  const { cloud, token } = await waiting();
  const send = (taskToken: string, output: string) => cloud.call("SendTaskSuccess", { taskToken, output });
  for (const output of ["1", "{"]) {
    await expect(send("nonsense", output)).rejects.toMatchObject({ code: "InvalidToken" });
  }
  await expect(send(token, "{")).rejects.toMatchObject({ code: "InvalidOutput" });
  const other = await waiting();
  await other.cloud.call("StopExecution", { executionArn: other.arn });
  await expect(
    other.cloud.call("SendTaskSuccess", { taskToken: other.token, output: "1" }),
  ).rejects.toMatchObject({
    code: "TaskTimedOut",
  });
  await expect(new Cloud().call("SendTaskSuccess", { taskToken: token, output: "1" })).rejects.toMatchObject({
    code: "TaskDoesNotExist",
  });
});

test("heartbeats keep a task alive, and their absence times it out", async () => {
  const { cloud, arn, token } = await waiting({ HeartbeatSeconds: 10 });
  for (let beat = 0; beat < 5; beat++) {
    await cloud.pass(9);
    await cloud.call("SendTaskHeartbeat", { taskToken: token });
  }
  expect((await cloud.describe(arn)).status).toBe("RUNNING");
  await cloud.pass(9.9);
  expect((await cloud.describe(arn)).status).toBe("RUNNING");
  await cloud.pass(0.1);
  expect(await cloud.describe(arn)).toMatchObject({ status: "FAILED", error: "States.Timeout" });
});

test("a missed heartbeat is caught under its own name as well", async () => {
  const cloud = new Cloud({ services: { sqs: queue().service } });
  const states = {
    Ask: callback({
      HeartbeatSeconds: 5,
      Catch: [{ ErrorEquals: ["States.HeartbeatTimeout"], Output: "missed", Next: "Late" }],
    }),
    Late: { Type: "Pass", End: true },
  };
  expect(await cloud.run(states)).toMatchObject({ status: "SUCCEEDED", output: "missed" });
});
