import { expect, test } from "vitest";
import { watchQueries } from "../../query-plan.ts";
import { Cloud, callback, queue } from "./cloud.ts";

test("no step of an execution reads a table from end to end", async () => {
  const { service, bodies } = queue();
  const cloud = new Cloud({ services: { sqs: service } });
  const scans = watchQueries(cloud.kernel.store);
  const { activityArn } = await cloud.call("CreateActivity", { name: "paint" });
  const child = await cloud.machine({ Nap: { Type: "Wait", Seconds: 5, End: true } });
  const stateMachineArn = await cloud.machine(
    {
      Each: {
        Type: "Map",
        ItemProcessor: { StartAt: "Ask", States: { Ask: callback({ TimeoutSeconds: 60 }) } },
        Next: "Child",
      },
      Child: {
        Type: "Task",
        Resource: "arn:aws:states:::states:startExecution.sync:2",
        Parameters: { StateMachineArn: child },
        Next: "Paint",
      },
      Paint: { Type: "Task", Resource: activityArn, End: true },
    },
    { TimeoutSeconds: 600 },
  );
  const executionArn = await cloud.start(stateMachineArn, [1, 2], "run");
  for (const { token } of bodies) await cloud.call("SendTaskSuccess", { taskToken: token, output: "1" });
  await cloud.pass(10);
  const { taskToken } = await cloud.call("GetActivityTask", { activityArn });
  await cloud.call("SendTaskFailure", { taskToken, error: "No" });
  await cloud.call("RedriveExecution", { executionArn });
  await cloud.call("StopExecution", { executionArn });
  await cloud.call("ListExecutions", { stateMachineArn, statusFilter: "ABORTED" });
  await cloud.call("ListExecutions", { stateMachineArn });
  await cloud.call("GetExecutionHistory", { executionArn, reverseOrder: true });
  expect(scans()).toEqual([]);
});
