import { expect, test } from "vitest";
import type { ResolvedResource } from "../../../../local/kernel/resource.ts";
import { statesResources } from "../../../../local/states/resources.ts";
import { Cloud } from "./cloud.ts";

const ROLE = "arn:aws:iam::000000000000:role/machine";
const ASSETS = { path: () => "" };

function deploy(cloud: Cloud, type: string, properties: object) {
  const provider = statesResources.find((each) => each.type === `AWS::StepFunctions::${type}`)!;
  const resource: ResolvedResource = {
    type: provider.type,
    path: `Stack/${type}`,
    logicalId: type,
    generatedName: `Stack-${type}`,
    properties,
  };
  return provider.deploy(resource, cloud.kernel, ASSETS);
}

const definition = (Result: unknown) => ({
  StartAt: "Say",
  States: { Say: { Type: "Pass", Result, End: true } },
});

test("a state machine is created, found again, and brought to its new definition with its executions kept", async () => {
  const cloud = new Cloud();
  const properties = {
    RoleArn: ROLE,
    DefinitionString: JSON.stringify(definition("${word}")),
    DefinitionSubstitutions: { word: "one" },
    TracingConfiguration: { Enabled: true },
    Tags: [{ Key: "team", Value: "films" }],
  };
  const { ref, attributes } = await deploy(cloud, "StateMachine", properties);
  expect(attributes).toEqual({ Arn: ref, Name: "Stack-StateMachine", StateMachineRevisionId: "INITIAL" });
  const execution = await cloud.start(ref);
  expect((await cloud.describe(execution)).output).toBe("one");
  expect(await deploy(cloud, "StateMachine", properties)).toEqual({ ref, attributes });
  expect(await cloud.call("ListTagsForResource", { resourceArn: ref })).toEqual({
    tags: [{ key: "team", value: "films" }],
  });
  await deploy(cloud, "StateMachine", { RoleArn: ROLE, Definition: definition("two") });
  expect((await cloud.describe(await cloud.start(ref))).output).toBe("two");
  expect((await cloud.describe(execution)).output).toBe("one");
  expect(await cloud.call("ListTagsForResource", { resourceArn: ref })).toEqual({ tags: [] });
});

test("a definition that the service refuses stops the deployment with the resource's place", async () => {
  const broken = { RoleArn: ROLE, DefinitionString: '{"StartAt":"Nowhere","States":{}}' };
  await expect(deploy(new Cloud(), "StateMachine", broken)).rejects.toThrow(
    /^Stack\/StateMachine: .*Invalid/,
  );
  await expect(deploy(new Cloud(), "StateMachine", { RoleArn: ROLE })).rejects.toThrow(/no definition/);
});

test("versions and aliases are deployed once, activities by name", async () => {
  const cloud = new Cloud();
  const machine = await deploy(cloud, "StateMachine", { RoleArn: ROLE, Definition: definition(1) });
  const version = await deploy(cloud, "StateMachineVersion", { StateMachineArn: machine.ref });
  expect(version.ref).toBe(`${machine.ref}:1`);
  expect(await deploy(cloud, "StateMachineVersion", { StateMachineArn: machine.ref })).toEqual(version);
  const routes = {
    Name: "live",
    RoutingConfiguration: [{ StateMachineVersionArn: version.ref, Weight: 100 }],
  };
  const alias = await deploy(cloud, "StateMachineAlias", routes);
  expect(alias.ref).toBe(`${machine.ref}:live`);
  expect(await deploy(cloud, "StateMachineAlias", routes)).toEqual(alias);
  const activity = await deploy(cloud, "Activity", { Name: "paint" });
  expect(activity.attributes).toEqual({ Arn: activity.ref, Name: "paint" });
});
