import { App, Stack } from "aws-cdk-lib";
import { Match, Template } from "aws-cdk-lib/assertions";
import { Code } from "aws-cdk-lib/aws-lambda";
import { expect, test } from "vitest";
import { HandlerFunction } from "../../lib/constructs/handler-function.ts";
import {
  connectImageModel,
  connectModel,
  type ImageModels,
  type Models,
} from "../../lib/constructs/models.ts";
import type { ModelSetting } from "../../lib/contract/model.ts";

const prices = { input: 1, output: 5 };
const bedrock = (model: string): ModelSetting => ({ provider: "bedrock", model, prices });

function synthesized(name: string | undefined, models: Models) {
  const stack = new Stack(new App(), "Test", { env: { region: "eu-west-1", account: "123456789012" } });
  const code = Code.fromInline("exports.handler = () => {}");
  connectModel(new HandlerFunction(stack, "Step", { code, description: "Step" }), name, models);
  return Template.fromStack(stack);
}

/** What the function may do with Bedrock. */
function allowed(template: Template): unknown[] {
  return Object.values(template.findResources("AWS::IAM::Policy")).flatMap(({ Properties }) =>
    Properties.PolicyDocument.Statement.filter(({ Action }: { Action: string[] }) =>
      JSON.stringify(Action).includes("bedrock"),
    ).map(({ Resource }: { Resource: unknown }) => Resource),
  );
}

test("A step that names a model may call that one, and no other.", () => {
  const models = { default: bedrock("amazon.nova-lite-v1:0"), writer: bedrock("anthropic.claude-haiku-4-5") };
  const template = synthesized("writer", models);
  expect(JSON.stringify(allowed(template))).toMatch(/foundation-model\/anthropic\.claude-haiku-4-5"/);
  expect(JSON.stringify(allowed(template))).not.toContain("nova");
  template.hasResourceProperties("AWS::Lambda::Function", {
    Environment: { Variables: { MILLRACE_MODEL: JSON.stringify(models.writer) } },
  });
});

test("A name that the deployment does not define means its default.", () => {
  const template = synthesized("writer", { default: bedrock("amazon.nova-lite-v1:0") });
  expect(JSON.stringify(allowed(template))).toContain("amazon.nova-lite-v1:0");
});

test("A model of a profile is called through it, in any of its regions.", () => {
  const [resources] = allowed(synthesized("default", { default: bedrock("eu.anthropic.claude-haiku-4-5") }));
  expect(JSON.stringify(resources)).toContain(
    ":bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic",
  );
  expect(JSON.stringify(resources)).toContain(":bedrock:*::foundation-model/anthropic.claude-haiku-4-5");
});

test.each(["us", "us-gov", "eu", "apac", "jp", "au", "ca", "global"])(
  "A profile of the geography %s is called as one.",
  (geography) => {
    const text = JSON.stringify(
      allowed(synthesized("default", { default: bedrock(`${geography}.amazon.nova-lite-v1:0`) })),
    );
    expect(text).toContain(`inference-profile/${geography}.amazon.nova-lite-v1:0`);
    expect(text).toContain(":bedrock:*::foundation-model/amazon.nova-lite-v1:0");
  },
);

test("A model whose id has two dots is not a profile.", () => {
  const text = JSON.stringify(allowed(synthesized("default", { default: bedrock("zai.glm-4.7") })));
  expect(text).toContain(":bedrock:eu-west-1::foundation-model/zai.glm-4.7");
  expect(text).not.toContain("inference-profile");
});

test("An ARN is called directly; the models of a profile through that profile only.", () => {
  const arn = "arn:aws-us-gov:bedrock:us-gov-west-1:123456789012:application-inference-profile/a1b2c3";
  const statement = {
    Action: ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"],
    Effect: "Allow",
  };
  synthesized("default", { default: bedrock(arn) }).hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: {
      Statement: Match.arrayWith([
        { ...statement, Resource: arn },
        {
          ...statement,
          Resource: "arn:aws-us-gov:bedrock:*::foundation-model/*",
          Condition: { StringEquals: { "bedrock:InferenceProfileArn": arn } },
        },
      ]),
    },
  });
  const provisioned = "arn:aws:bedrock:eu-west-1:123456789012:provisioned-model/a1b2c3";
  expect(allowed(synthesized("default", { default: bedrock(provisioned) }))).toEqual([provisioned]);
});

test("The key of an endpoint is read by the step that asks it, and is in no template.", () => {
  const secret = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:key-AbCdEf";
  const model = {
    provider: "openai-compatible",
    url: "https://host/v1",
    model: "m",
    prices,
    secret,
  } as const;
  synthesized("default", { default: model }).hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Action: "secretsmanager:GetSecretValue", Resource: secret }),
      ]),
    },
  });
});

test("A step that asks no model, or the embedded one, may call none.", () => {
  expect(allowed(synthesized(undefined, { default: bedrock("amazon.nova-lite-v1:0") }))).toEqual([]);
  expect(allowed(synthesized("default", {}))).toEqual([]);
});

function withImages(name: string | undefined, models?: ImageModels) {
  const stack = new Stack(new App(), "Test", { env: { region: "eu-west-1", account: "123456789012" } });
  const code = Code.fromInline("exports.handler = () => {}");
  connectImageModel(new HandlerFunction(stack, "Step", { code, description: "Step" }), name, models);
  return Template.fromStack(stack);
}

test("A step that names an image model may call that one, and no other.", () => {
  const painter = { provider: "bedrock", model: "amazon.nova-canvas-v1:0", price: 0.04 } as const;
  const other = { ...painter, model: "stability.sd3-5-large-v1:0" };
  const template = withImages("default", { default: painter, other });
  const [resource, ...more] = allowed(template);
  expect(JSON.stringify(resource)).toContain("foundation-model/amazon.nova-canvas-v1:0");
  expect(more).toEqual([]);
  template.hasResourceProperties("AWS::Lambda::Function", {
    Environment: { Variables: { MILLRACE_IMAGE_MODEL: JSON.stringify(painter) } },
  });
  template.hasResourceProperties("AWS::IAM::Policy", {
    PolicyDocument: { Statement: Match.arrayWith([Match.objectLike({ Action: "bedrock:InvokeModel" })]) },
  });
});

test("A step that asks for no picture, or the embedded image model, may call none.", () => {
  expect(allowed(withImages(undefined, { default: { provider: "bedrock", model: "m", price: 1 } }))).toEqual(
    [],
  );
  expect(allowed(withImages("default"))).toEqual([]);
});
