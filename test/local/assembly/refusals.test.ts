import { expect, test } from "vitest";
import { plan } from "../../../local/assembly/plan.ts";
import type { Template } from "../../../local/assembly/template.ts";
import { customResource } from "../../../local/cloudformation/custom/provider.ts";
import { lambdaResources } from "../../../local/lambda/resources.ts";

function refusal(Resources: Template["Resources"]): string {
  try {
    plan({
      stacks: [{ name: "App", template: { Resources }, dependsOn: [] }],
      template: () => ({}),
      providers: [...lambdaResources, customResource],
      account: "000000000000",
      region: "us-east-1",
    });
  } catch (error) {
    return (error as Error).message;
  }
  return "";
}

const lambda = (properties: Record<string, unknown>) => ({
  Type: "AWS::Lambda::Function",
  Properties: { Handler: "index.handler", Code: { S3Key: "a.zip" }, Role: "arn", ...properties },
});

test("every function that cannot run is named before anything is created", () => {
  const message = refusal({
    Resize: lambda({ Runtime: "python3.13" }),
    Notify: lambda({ Runtime: "nodejs16.x" }),
    Fetch: lambda({ Runtime: "nodejs24.x", VpcConfig: { SubnetIds: ["subnet-1"] } }),
    Plain: lambda({ Runtime: "nodejs24.x", Layers: [] }),
  });
  expect(message).toContain("App/Resize (AWS::Lambda::Function): The local cloud runs Node.js functions");
  expect(message).toContain("the runtime is python3.13.");
  expect(message).toContain("the runtime is nodejs16.x.");
  expect(message).toContain("App/Fetch (AWS::Lambda::Function): The local cloud does not serve VpcConfig");
  expect(message).not.toContain("App/Plain");
});

test("a runtime that is a reference is left to the deployment", () => {
  const Runtime = { "Fn::If": ["Old", "nodejs16.x", "nodejs22.x"] };
  expect(refusal({ Resize: lambda({ Runtime: { "Fn::Select": [0, ["nodejs24.x"]] } }) })).toBe("");
  expect(refusal({ Resize: lambda({ Runtime }) })).toContain("Old");
});

test.each(["Custom::Seed", "AWS::CloudFormation::CustomResource"])(
  "%s that no function of the app serves is refused with the reason",
  (Type) => {
    expect(refusal({ Seed: { Type, Properties: { ServiceToken: "arn" } } })).toContain(
      `App/Seed (${Type}): the ServiceToken "arn" is no reference to a function of the app.`,
    );
  },
);
