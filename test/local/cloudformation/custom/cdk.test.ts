import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, CfnOutput, CustomResource, Stack } from "aws-cdk-lib";
import { Code, Function as LambdaFunction, Runtime } from "aws-cdk-lib/aws-lambda";
import { StringParameter } from "aws-cdk-lib/aws-ssm";
import {
  AwsCustomResource,
  AwsCustomResourcePolicy,
  PhysicalResourceId,
  Provider,
} from "aws-cdk-lib/custom-resources";
import { afterEach, expect, test } from "vitest";
import { type Cloud, startCloud } from "../../../../local/cloud.ts";

let cloud: Cloud | undefined;
afterEach(() => cloud?.close());

/** Deploys a stack and answers what it puts out under "Result". */
async function deploy(fill: (stack: Stack) => string): Promise<string> {
  const app = new App({ outdir: mkdtempSync(join(tmpdir(), "custom-cdk-")) });
  const stack = new Stack(app, "App");
  new CfnOutput(stack, "Result", { value: fill(stack) });
  cloud = await startCloud({ assembly: app.synth().directory, data: undefined, port: 0 });
  const { Stacks } = await cloud.kernel.call("cloudformation", "DescribeStacks", { StackName: "App" });
  return Stacks[0].Outputs.find(({ OutputKey }: any) => OutputKey === "Result").OutputValue;
}

test("the CDK's Provider runs its own function around the app's", async () => {
  const folder = mkdtempSync(join(tmpdir(), "custom-cdk-handler-"));
  writeFileSync(
    join(folder, "index.mjs"),
    `export const handler = async ({ RequestType, ResourceProperties }) =>
      ({ PhysicalResourceId: "seed", Data: { Said: RequestType + " " + ResourceProperties.Name } });`,
  );
  const result = await deploy((stack) => {
    const onEventHandler = new LambdaFunction(stack, "Seed", {
      runtime: Runtime.NODEJS_24_X,
      handler: "index.handler",
      code: Code.fromAsset(folder),
    });
    const { serviceToken } = new Provider(stack, "Provider", { onEventHandler });
    return new CustomResource(stack, "Custom", { serviceToken, properties: { Name: "a" } }).getAttString(
      "Said",
    );
  });
  expect(result).toBe("Create a");
}, 60_000);

/** A value that is read from a parameter by an AWS API, with a grant for these resources. */
function readParameter(stack: Stack, granted: (parameter: StringParameter) => string): string {
  const parameter = new StringParameter(stack, "Parameter", { stringValue: "forty-two" });
  const call = new AwsCustomResource(stack, "Call", {
    installLatestAwsSdk: true,
    policy: AwsCustomResourcePolicy.fromSdkCalls({ resources: [granted(parameter)] }),
    onUpdate: {
      service: "SSM",
      action: "getParameter",
      parameters: { Name: parameter.parameterName },
      physicalResourceId: PhysicalResourceId.of("call"),
    },
  });
  return call.getResponseField("Parameter.Value");
}

test("the CDK's AwsCustomResource calls an AWS API of the local cloud", async () => {
  const result = await deploy((stack) => readParameter(stack, ({ parameterArn }) => parameterArn));
  expect(result).toBe("forty-two");
}, 60_000);

test("a function has the same permissions while the app is deployed as later", async () => {
  const attempt = deploy((stack) =>
    readParameter(stack, () => "arn:aws:ssm:us-east-1:000000000000:parameter/another"),
  );
  await expect(attempt).rejects.toThrow(/Create failed: .*not authorized to perform: ssm:GetParameter/);
}, 60_000);
