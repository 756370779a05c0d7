import { expect, test } from "vitest";
import { deploy as deployAssembly } from "../../../local/assembly/deploy.ts";
import { plan } from "../../../local/assembly/plan.ts";
import { eventsResources } from "../../../local/events/resources.ts";
import type { Assets } from "../../../local/kernel/resource.ts";
import { cloud, QUEUE } from "./harness.ts";

const assets: Assets = { path: () => "" };

function deployer({ kernel }: ReturnType<typeof cloud>) {
  const provider = (type: string) => eventsResources.find((one) => one.type === `AWS::Events::${type}`)!;
  return {
    deploy: async (type: string, properties: object, generatedName = "App-Generated-1A2B") =>
      provider(type).deploy(
        { type: `AWS::Events::${type}`, path: `App/${type}`, logicalId: type, generatedName, properties },
        kernel,
        assets,
      ),
    remove: async (type: string, physicalId: string) => provider(type).remove!(physicalId, kernel),
  };
}

test("a rule is updated to the template, and loses what it no longer contains", async () => {
  const local = cloud();
  const { deploy, remove } = deployer(local);
  const bus = await deploy("EventBus", { Name: "b", Tags: [{ Key: "k", Value: "v" }] });
  expect(bus).toEqual({
    ref: "b",
    attributes: { Arn: "arn:aws:events:us-east-1:000000000000:event-bus/b", Name: "b" },
  });
  const properties = {
    EventBusName: "b",
    Description: "first",
    EventPattern: { source: ["shop"] },
    Targets: [
      { Id: "one", Arn: QUEUE, RetryPolicy: { MaximumRetryAttempts: "3" } },
      { Id: "two", Arn: QUEUE },
    ],
    Tags: [{ Key: "a", Value: "1" }],
  };
  const rule = await deploy("Rule", properties);
  expect(rule).toEqual({
    ref: "b|App-Generated-1A2B",
    attributes: { Arn: "arn:aws:events:us-east-1:000000000000:rule/b/App-Generated-1A2B" },
  });
  await deploy("Rule", {
    EventBusName: bus.attributes.Arn,
    EventPattern: { source: ["other"] },
    Targets: [{ Id: "two", Arn: `${QUEUE}2` }],
  });
  const at = { EventBusName: "b", Name: "App-Generated-1A2B" };
  expect(await local.events("DescribeRule", at)).toMatchObject({
    EventPattern: '{"source":["other"]}',
    State: "ENABLED",
  });
  expect(await local.events("DescribeRule", at)).not.toHaveProperty("Description");
  const { Targets } = await local.events("ListTargetsByRule", { EventBusName: "b", Rule: at.Name });
  expect(Targets).toEqual([{ Id: "two", Arn: `${QUEUE}2` }]);
  expect(await local.events("ListTagsForResource", { ResourceARN: rule.attributes.Arn })).toEqual({
    Tags: [],
  });

  await remove("Rule", rule.ref);
  await remove("EventBus", bus.ref);
  await expect(local.events("DescribeEventBus", { Name: "b" })).rejects.toThrow("does not exist");
});

test("a rule of the default bus is identified by its name alone", async () => {
  const { deploy, remove } = deployer(cloud());
  const rule = await deploy("Rule", { Name: "tick", ScheduleExpression: "rate(1 day)" });
  expect(rule.ref).toBe("tick");
  await remove("Rule", "tick");
});

test("an archive keeps its events when it is deployed again", async () => {
  const local = cloud();
  const { deploy, remove } = deployer(local);
  const SourceArn = "arn:aws:events:us-east-1:000000000000:event-bus/default";
  const name = `${"x".repeat(50)}-unique`;
  const archive = await deploy("Archive", { SourceArn, EventPattern: { source: ["shop"] } }, name);
  expect(archive.ref).toHaveLength(48);
  await local.put();
  await deploy("Archive", { SourceArn, RetentionDays: "7" }, name);
  await local.put({}, { Source: "any" });
  expect(await local.events("DescribeArchive", { ArchiveName: archive.ref })).toMatchObject({
    EventCount: 2,
    RetentionDays: 7,
  });
  await expect(deploy("Archive", { SourceArn: `${SourceArn}2` }, name)).rejects.toThrow(
    "App/Archive: an archive cannot move from",
  );
  await remove("Archive", archive.ref);
});

test("policy statements of several resources are next to each other", async () => {
  const local = cloud();
  const { deploy, remove } = deployer(local);
  const Statement = { Effect: "Allow", Principal: "*", Action: "events:PutEvents", Resource: "*" };
  const one = await deploy("EventBusPolicy", { StatementId: "one", Statement });
  await deploy("EventBusPolicy", {
    StatementId: "two",
    Action: "events:PutEvents",
    Principal: "111122223333",
  });
  await deploy("EventBusPolicy", { StatementId: "one", Statement });
  const sids = async () =>
    JSON.parse((await local.events("DescribeEventBus")).Policy).Statement.map((s: any) => s.Sid);
  expect(await sids()).toEqual(["two", "one"]);
  expect(one.ref).toBe("one");
  await remove("EventBusPolicy", one.identity!);
  expect(await sids()).toEqual(["two"]);
});

test("a second stack's policy statement with the same id is refused, also for another bus", async () => {
  const { kernel, events } = cloud();
  const { account, region } = kernel;
  const stackOf = (name: string, StatementId: string) => ({
    name,
    dependsOn: [],
    template: {
      Resources: {
        Bus: { Type: "AWS::Events::EventBus", Properties: { Name: `${name}-bus` } },
        Policy: {
          Type: "AWS::Events::EventBusPolicy",
          Properties: {
            EventBusName: { Ref: "Bus" },
            StatementId,
            Statement: { Effect: "Allow", Principal: "*", Action: "events:PutEvents", Resource: "*" },
          },
        },
      },
    },
  });
  const bring = (...stacks: ReturnType<typeof stackOf>[]) => {
    const input = { stacks, providers: eventsResources, account, region };
    const planned = plan({ ...input, template: (key) => expect.fail(key) });
    return deployAssembly(planned, kernel, assets, eventsResources);
  };
  await expect(bring(stackOf("One", "partners"), stackOf("Two", "partners"))).rejects.toThrow(
    /^Two\/Policy \(AWS::Events::EventBusPolicy\): partners already exists in stack One, as Policy\..* another StatementId\.$/,
  );
  const both = [stackOf("One", "partners"), stackOf("Two", "partners-of-two")];
  await bring(...both);
  await bring(...both);
  expect(JSON.parse((await events("DescribeEventBus", { Name: "Two-bus" })).Policy).Statement).toMatchObject([
    { Sid: "partners-of-two" },
  ]);
});
