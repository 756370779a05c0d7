import { expect, test } from "vitest";
import { Cloud } from "./cloud.ts";

const SAY = { Say: { Type: "Pass", End: true } };
const text = (result: number) =>
  JSON.stringify({ StartAt: "Say", States: { Say: { Type: "Pass", Result: result, End: true } } });

async function versions() {
  const cloud = new Cloud();
  const stateMachineArn = await cloud.machine(SAY);
  await cloud.call("PublishStateMachineVersion", { stateMachineArn });
  await cloud.call("UpdateStateMachine", { stateMachineArn, definition: text(1), publish: true });
  const alias = (name: string, ...routes: [string, number][]) =>
    cloud.call("CreateStateMachineAlias", {
      name,
      routingConfiguration: routes.map(([version, weight]) => ({
        stateMachineVersionArn: `${stateMachineArn}${version}`,
        weight,
      })),
    });
  return { cloud, stateMachineArn, alias };
}

test("an alias that could not be routed by is refused", async () => {
  const { alias, stateMachineArn } = await versions();
  const refusals: [string, Promise<unknown>][] = [
    [
      `Routing configuration must contain state machine version ARNs. Received: [${stateMachineArn}, ${stateMachineArn}:2]`,
      alias("a", ["", 50], [":2", 50]),
    ],
    [
      `Routing configuration must contain distinct state machine version ARNs. Received: [${stateMachineArn}:1, ${stateMachineArn}:1]`,
      alias("a", [":1", 50], [":1", 50]),
    ],
    [
      "Sum of routing configuration weights must equal 100. Received: [70, 31]",
      alias("a", [":1", 70], [":2", 31]),
    ],
    [
      "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
      alias("a", [":1", 101]),
    ],
    [
      `1 validation error detected: Value '[${[50, 30, 20].map((weight, at) => `RoutingConfigurationListItem(stateMachineVersionArn=${stateMachineArn}:${at + 1}, weight=${weight})`).join(", ")}]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2`,
      alias("a", [":1", 50], [":2", 30], [":3", 20]),
    ],
    [
      "1 validation error detected: Value '123' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: ^(?=.*[a-zA-Z_\\-\\.])[a-zA-Z0-9_\\-\\.]+$",
      alias("123", [":1", 100]),
    ],
  ];
  for (const [message, refused] of refusals) {
    await expect(refused).rejects.toMatchObject({ code: "ValidationException", message });
  }
  await alias("a", [":1", 70], [":2", 30]);
});

test("an alias that is not there is not updated", async () => {
  const { cloud, stateMachineArn } = await versions();
  const stateMachineAliasArn = `${stateMachineArn}:none`;
  await expect(
    cloud.call("UpdateStateMachineAlias", { stateMachineAliasArn, description: "x" }),
  ).rejects.toMatchObject({
    code: "ResourceNotFound",
    message: "Request references a resource that does not exist.",
  });
});

test("an update that changes nothing keeps the revision", async () => {
  const { cloud, stateMachineArn } = await versions();
  const { revisionId } = await cloud.call("DescribeStateMachine", { stateMachineArn });
  const update = (definition: string) => cloud.call("UpdateStateMachine", { stateMachineArn, definition });
  expect((await update(text(1))).revisionId).toBe(revisionId);
  expect((await update(text(2))).revisionId).not.toBe(revisionId);
});

test("a list is asked for by a status there is, and by a token that may be one", async () => {
  const { cloud, stateMachineArn } = await versions();
  await expect(
    cloud.call("ListExecutions", { stateMachineArn, statusFilter: "succeeded" }),
  ).rejects.toMatchObject({
    code: "ValidationException",
    message:
      "1 validation error detected: Value 'succeeded' at 'statusFilter' failed to satisfy constraint: Member must satisfy enum value set: [SUCCEEDED, TIMED_OUT, PENDING_REDRIVE, ABORTED, FAILED, RUNNING]",
  });
  const longest: [string, object, number][] = [
    ["ListExecutions", { stateMachineArn }, 3096],
    ["ListStateMachines", {}, 1024],
  ];
  for (const [operation, input, most] of longest) {
    const list = (length: number) => cloud.call(operation, { ...input, nextToken: "x".repeat(length) });
    await expect(list(most)).rejects.toMatchObject({
      code: "InvalidToken",
      message: "Invalid Token: 'Invalid token'",
    });
    await expect(list(most + 1)).rejects.toMatchObject({
      code: "ValidationException",
      message: expect.stringContaining(`Member must have length less than or equal to ${most}`),
    });
  }
});
