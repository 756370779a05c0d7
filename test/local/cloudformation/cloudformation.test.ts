import {
  CloudFormationClient,
  DescribeStackResourcesCommand,
  DescribeStacksCommand,
  GetTemplateCommand,
  ListExportsCommand,
  ListStackResourcesCommand,
  ListStacksCommand,
} from "@aws-sdk/client-cloudformation";
import { afterEach, expect, test } from "vitest";
import { deploy } from "../../../local/assembly/deploy.ts";
import { plan } from "../../../local/assembly/plan.ts";
import { cloudFormationService } from "../../../local/cloudformation/service.ts";
import { stsService } from "../../../local/iam/sts.ts";
import { virtualClock } from "../../../local/kernel/clock.ts";
import { Kernel } from "../../../local/kernel/kernel.ts";
import { seededRandom } from "../../../local/kernel/random.ts";
import { Store } from "../../../local/kernel/store.ts";
import { inertResources } from "../../../local/metadata/inert.ts";
import { ssmResources, ssmService } from "../../../local/metadata/parameters.ts";
import { serve } from "../../../local/wire/server.ts";

const open: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

const TEMPLATE = {
  Resources: {
    Key: { Type: "AWS::KMS::Key" },
    Setting: {
      Type: "AWS::SSM::Parameter",
      Properties: {
        Name: "/app/setting",
        Type: "String",
        Value: { "Fn::GetAtt": ["Inner", "Outputs.AlarmArn"] },
      },
    },
    Inner: {
      Type: "AWS::CloudFormation::Stack",
      Properties: { TemplateURL: "https://s3/inner.json", Parameters: { Name: "late & <slow>" } },
    },
  },
  Outputs: {
    KeyArn: { Value: { "Fn::GetAtt": ["Key", "Arn"] }, Description: "The key", Export: { Name: "app-key" } },
    Setting: { Value: { Ref: "Setting" } },
  },
};
const INNER = {
  Parameters: { Name: { Type: "String" } },
  Resources: {
    Alarm: {
      Type: "AWS::CloudWatch::CompositeAlarm",
      Properties: { AlarmName: { Ref: "Name" }, AlarmRule: "FALSE" },
    },
  },
  Outputs: { AlarmArn: { Value: { "Fn::GetAtt": ["Alarm", "Arn"] } } },
};

async function cloud() {
  const kernel = new Kernel({
    clock: virtualClock(Date.UTC(2027, 0, 1)),
    random: seededRandom(1),
    store: Store.open(":memory:"),
    endpoint: "http://127.0.0.1:0",
  });
  const providers = [...inertResources, ...ssmResources];
  kernel.register(ssmService(kernel));
  kernel.register(stsService(kernel));
  const { account, region } = kernel;
  const planned = plan({
    stacks: [{ name: "App", template: TEMPLATE, dependsOn: [] }],
    template: () => INNER,
    providers,
    account,
    region,
  });
  kernel.register(
    cloudFormationService(kernel, await deploy(planned, kernel, { path: (key) => key }, providers)),
  );
  const server = await serve(kernel, {
    port: 0,
    callerOf: (key) => (key === "ROLE" ? "arn:aws:iam::000000000000:role/app/worker" : undefined),
  });
  open.push(server);
  const client = new CloudFormationClient({
    endpoint: server.url,
    region: "us-east-1",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
  });
  return { kernel, client, url: server.url };
}

test("a tool finds the outputs of a stack", async () => {
  const { client } = await cloud();
  const { Stacks } = await client.send(new DescribeStacksCommand({ StackName: "App" }));
  expect(Stacks).toHaveLength(1);
  expect(Stacks![0]).toMatchObject({
    StackName: "App",
    StackStatus: "CREATE_COMPLETE",
    CreationTime: new Date("2027-01-01T00:00:00Z"),
    Outputs: [
      {
        OutputKey: "KeyArn",
        OutputValue: expect.stringMatching(/^arn:aws:kms:us-east-1:000000000000:key\//),
        Description: "The key",
        ExportName: "app-key",
      },
      { OutputKey: "Setting", OutputValue: "/app/setting" },
    ],
  });
});

test("all stacks, their resources, templates and exports are reported", async () => {
  const { client } = await cloud();
  const { StackSummaries } = await client.send(new ListStacksCommand());
  const [app, inner] = StackSummaries!;
  expect(app!.StackName).toBe("App");
  expect(inner!.ParentId).toBe(app!.StackId);
  const none = await client.send(new ListStacksCommand({ StackStatusFilter: ["DELETE_COMPLETE"] }));
  expect(none.StackSummaries ?? []).toEqual([]);
  const { StackResources } = await client.send(
    new DescribeStackResourcesCommand({ StackName: inner!.StackId }),
  );
  expect(StackResources).toMatchObject([
    {
      LogicalResourceId: "Alarm",
      PhysicalResourceId: "late & <slow>",
      ResourceType: "AWS::CloudWatch::CompositeAlarm",
    },
  ]);
  const { StackResourceSummaries } = await client.send(new ListStackResourcesCommand({ StackName: "App" }));
  expect(StackResourceSummaries!.map(({ LogicalResourceId }) => LogicalResourceId).sort()).toEqual([
    "Inner",
    "Key",
    "Setting",
  ]);
  const { TemplateBody } = await client.send(new GetTemplateCommand({ StackName: "App" }));
  expect(JSON.parse(TemplateBody!)).toEqual(TEMPLATE);
  const { Exports } = await client.send(new ListExportsCommand({}));
  expect(Exports!.map(({ Name }) => Name)).toEqual(["app-key"]);
});

test("a stack that is not there is a ValidationError", async () => {
  const { client } = await cloud();
  await expect(client.send(new DescribeStacksCommand({ StackName: "Other" }))).rejects.toMatchObject({
    name: "ValidationError",
    message: "Stack with id Other does not exist",
  });
});

test("parameters of the template are read under their name and their ARN", async () => {
  const { kernel } = await cloud();
  const { Parameter } = await kernel.call("ssm", "GetParameter", { Name: "/app/setting" });
  expect(Parameter).toMatchObject({
    Name: "/app/setting",
    Value: "arn:aws:cloudwatch:us-east-1:000000000000:alarm:late & <slow>",
    Version: 1,
  });
  expect((await kernel.call("ssm", "GetParameter", { Name: Parameter.ARN })).Parameter).toEqual(Parameter);
  await expect(kernel.call("ssm", "GetParameter", { Name: "/app" })).rejects.toMatchObject({
    code: "ParameterNotFound",
  });
  const several = await kernel.call("ssm", "GetParameters", { Names: ["/app/setting", "/other"] });
  expect(several).toMatchObject({ Parameters: [{ Name: "/app/setting" }], InvalidParameters: ["/other"] });
});

test("a caller learns its own identity", async () => {
  const { url } = await cloud();
  const ask = async (key: string) => {
    const authorization = `AWS4-HMAC-SHA256 Credential=${key}/20270101/us-east-1/sts/aws4_request, SignedHeaders=host, Signature=0`;
    const headers = { authorization, "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(url, {
      method: "POST",
      headers,
      body: "Action=GetCallerIdentity&Version=2011-06-15",
    });
    return /<Arn>(.*)<\/Arn>/.exec(await response.text())?.[1];
  };
  expect(await ask("test")).toBe("arn:aws:iam::000000000000:root");
  expect(await ask("ROLE")).toBe("arn:aws:sts::000000000000:assumed-role/worker/local");
});
