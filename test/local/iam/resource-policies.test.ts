import { expect, test } from "vitest";
import { eventsService } from "../../../local/events/service.ts";
import { ResourcePolicies } from "../../../local/iam/resource-policies.ts";
import { logsService } from "../../../local/logs/service.ts";
import { cloud } from "../lambda/cloud.ts";

const MAY = { Sid: "may", Effect: "Allow", Principal: "*", Action: "*", Resource: "*" };

test("a policy applies from its change on, on queues, functions and buses", async () => {
  const { kernel, define, queue, call } = cloud();
  kernel.register(eventsService(kernel));
  const policies = new ResourcePolicies(kernel);
  const { arn: jobs, url: QueueUrl } = await queue("jobs");
  define("work", () => undefined);
  const work = kernel.arn("lambda", "function:work");
  const bus = kernel.arn("events", "event-bus/default");
  const counts = () =>
    [policies.of("sqs", jobs), policies.of("lambda", work), policies.of("events", bus)].map(
      ({ size }) => size,
    );
  expect(counts()).toEqual([0, 0, 0]);

  const Policy = JSON.stringify({ Statement: [MAY] });
  await kernel.call("sqs", "SetQueueAttributes", { QueueUrl, Attributes: { Policy } });
  for (const StatementId of ["one", "two"]) {
    await call("AddPermission", {
      FunctionName: "work",
      StatementId,
      Action: "lambda:InvokeFunction",
      Principal: "events.amazonaws.com",
    });
  }
  await kernel.call("events", "PutPermission", { Policy });
  expect(counts()).toEqual([1, 2, 1]);

  await kernel.call("events", "RemovePermission", { StatementId: "may" });
  await call("RemovePermission", { FunctionName: "work", StatementId: "one" });
  expect(counts()).toEqual([1, 1, 0]);
});

test("a resource without a policy, a missing one, and an invalid ARN have no rules", () => {
  const { kernel } = cloud();
  const policies = new ResourcePolicies(kernel);
  expect(policies.has("sqs")).toBe(true);
  expect(policies.has("dynamodb")).toBe(false);
  for (const arn of [kernel.arn("sqs", "none"), "*", undefined]) expect(policies.of("sqs", arn).size).toBe(0);
  for (const arn of ["arn:aws:lambda", kernel.arn("lambda", "event-source-mapping:1")]) {
    expect(policies.of("lambda", arn).size).toBe(0);
  }
});

test("the account's policies for logs hold for the groups that they name; the delivery of logs needs none", async () => {
  const { kernel } = cloud();
  kernel.register(logsService(kernel));
  const policies = new ResourcePolicies(kernel);
  const group = (name: string) => kernel.arn("logs", `log-group:${name}`);
  const verdict = (caller: string, name: string) => {
    const resource = `${group(name)}:log-stream:all`;
    const access = { action: "logs:PutLogEvents", resource, keyValue: () => undefined };
    return policies.of("logs", resource).concerning(caller).judge(access);
  };
  const Statement = [
    {
      Effect: "Allow",
      Principal: { Service: "events.amazonaws.com" },
      Action: "logs:PutLogEvents",
      Resource: `${group("/aws/events/orders")}:*`,
    },
  ];
  const policyDocument = JSON.stringify({ Version: "2012-10-17", Statement });
  expect(verdict("events.amazonaws.com", "/aws/events/orders")).toBe("implicitly denied");
  await kernel.call("logs", "PutResourcePolicy", { policyName: "events", policyDocument });
  expect(verdict("events.amazonaws.com", "/aws/events/orders")).toBe("allowed");
  expect(verdict("events.amazonaws.com", "/aws/events/films")).toBe("implicitly denied");
  expect(verdict("delivery.logs.amazonaws.com", "/aws/vendedlogs/states/orders")).toBe("allowed");
  expect(policies.of("logs", "*").size).toBe(0);
  for (const text of ["no policy", "{}", undefined]) {
    const input = { policyName: "p", policyDocument: text };
    await expect(kernel.call("logs", "PutResourcePolicy", input)).rejects.toMatchObject({
      code: "InvalidParameterException",
    });
  }
});
