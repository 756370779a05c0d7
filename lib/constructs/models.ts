import { Arn, ArnFormat, Stack } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import { ENVIRONMENT } from "../contract/environment.ts";
import { EMBEDDED_IMAGES, type ImageModelSetting } from "../contract/image-model.ts";
import { EMBEDDED, type ModelSetting } from "../contract/model.ts";
import { foundationModelOf, type ModelPlace } from "../contract/model-place.ts";
import type { HandlerFunction } from "./handler-function.ts";

/** Models by the names that steps use; "default" applies to all other names. */
export type Models = Readonly<Record<string, ModelSetting>>;

/** Image models, likewise. */
export type ImageModels = Readonly<Record<string, ImageModelSetting>>;

/** Lets a function call the model that its step names, and no other. */
export function connectModel(handler: HandlerFunction, name: string | undefined, models: Models = {}): void {
  if (name === undefined) return;
  const setting = models[name] ?? models.default ?? EMBEDDED;
  handler.addEnvironment(ENVIRONMENT.model, JSON.stringify(setting));
  allowCalls(handler, setting, ["bedrock:InvokeModel", "bedrock:InvokeModelWithResponseStream"]);
}

/** Lets a function call the image model that its step names, and no other. */
export function connectImageModel(
  handler: HandlerFunction,
  name: string | undefined,
  models: ImageModels = {},
): void {
  if (name === undefined) return;
  const setting = models[name] ?? models.default ?? EMBEDDED_IMAGES;
  handler.addEnvironment(ENVIRONMENT.imageModel, JSON.stringify(setting));
  allowCalls(handler, setting, ["bedrock:InvokeModel"]);
}

function allowCalls(handler: HandlerFunction, place: ModelPlace, actions: string[]): void {
  if (place.provider === "bedrock") allowBedrock(handler, place.model, actions);
  if (place.provider === "openai-compatible" && place.secret !== undefined) {
    handler.allow(["secretsmanager:GetSecretValue"], place.secret);
  }
}

/**
 * An ARN is called directly. A profile calls its models, which its ARN does not name: they are allowed
 * through it alone.
 */
function allowBedrock(handler: HandlerFunction, model: string, actions: string[]): void {
  const isArn = model.startsWith("arn:");
  handler.allow(actions, ...(isArn ? [model] : arnsOf(model, Stack.of(handler))));
  if (!isArn || !model.includes("inference-profile/")) return;
  handler.function.addToRolePolicy(
    new PolicyStatement({
      actions,
      resources: [`arn:${model.split(":")[1]}:bedrock:*::foundation-model/*`],
      conditions: { StringEquals: { "bedrock:InferenceProfileArn": model } },
    }),
  );
}

/**
 * A model id means the function's region; a model of a profile is called through it, in any of its regions.
 */
function arnsOf(model: string, stack: Stack): string[] {
  const arn = (resource: string, resourceName: string, region: string, account: string) =>
    Arn.format(
      {
        service: "bedrock",
        resource,
        resourceName,
        region,
        account,
        arnFormat: ArnFormat.SLASH_RESOURCE_NAME,
      },
      stack,
    );
  const foundation = foundationModelOf(model);
  if (foundation === model) return [arn("foundation-model", model, stack.region, "")];
  return [
    arn("inference-profile", model, stack.region, stack.account),
    arn("foundation-model", foundation, "*", ""),
  ];
}
