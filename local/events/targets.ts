import type { TargetParameters } from "./destinations/request.ts";
import { type InputSettings, undefinedPlaceholder } from "./input.ts";
import { parseJsonPath } from "./json-path.ts";
import { NAME, requireNumber, requireShape, requireText, validation } from "./validation.ts";

/** A target of a rule, in the API's members. */
export interface Target extends InputSettings {
  Id: string;
  Arn: string;
  RoleArn?: string;
  SqsParameters?: { MessageGroupId?: string };
  HttpParameters?: TargetParameters;
  DeadLetterConfig?: { Arn?: string };
  RetryPolicy?: { MaximumRetryAttempts?: number; MaximumEventAgeInSeconds?: number };
}

/** The supported members of a target, with their types. */
const MEMBERS: Record<string, "string" | "structure"> = {
  Id: "string",
  Arn: "string",
  RoleArn: "string",
  Input: "string",
  InputPath: "string",
  InputTransformer: "structure",
  SqsParameters: "structure",
  HttpParameters: "structure",
  DeadLetterConfig: "structure",
  RetryPolicy: "structure",
};

export type TargetService = "sqs" | "sns" | "lambda" | "states" | "events" | "logs" | "api-destination";

/** The service of a supported target's ARN; undefined for others. */
export function targetService(arn: string): TargetService | undefined {
  const [, , service, , , type = "", name = ""] = arn.split(":");
  if ((service === "sqs" || service === "sns") && type !== "") return service;
  if (service === "lambda" && type === "function") return service;
  if (service === "states" && type === "stateMachine" && name !== "") return service;
  if (service === "events" && type.startsWith("event-bus/")) return service;
  if (service === "events" && type.startsWith("api-destination/")) return "api-destination";
  if (service === "logs" && type === "log-group" && name !== "") return service;
  return undefined;
}

/** Refuses an unsupported target. `position` counts from 1, for messages. */
export function checkTarget(target: Target, position: number): void {
  const member = (name: string) => `targets.${position}.member.${name}`;
  requireShape(target, `targets.${position}.member`, "structure");
  const id = requireText(target.Id, member("id"), { pattern: NAME, most: 64 });
  const arn = requireText(target.Arn, member("arn"), { most: 1600 });

  for (const [name, value] of Object.entries(target)) {
    if (value === undefined) continue;
    const shape = Object.hasOwn(MEMBERS, name) ? MEMBERS[name] : undefined;
    if (!shape) throw validation(`The local cloud does not serve ${name} (target ${id}).`);
    requireShape(value, member(name), shape);
  }

  const service = targetService(arn);
  if (!service) {
    throw validation(
      `The local cloud does not deliver to ${arn} (target ${id}): it serves queues, topics, functions, state machines, event buses, API destinations and log groups.`,
    );
  }
  if ((service === "states" || service === "api-destination") && target.RoleArn === undefined)
    throw validation(`RoleArn is required for target ${arn}.`);
  if (service === "sqs" && arn.endsWith(".fifo") && !target.SqsParameters?.MessageGroupId) {
    throw validation(`Parameter(s) SqsParameters must be specified for target: ${id}.`);
  }
  if (target.HttpParameters !== undefined && service !== "api-destination") {
    throw validation(`The local cloud serves HttpParameters of API destinations only (target ${id}).`);
  }
  const { SqsParameters, DeadLetterConfig } = target;
  if (SqsParameters?.MessageGroupId !== undefined) {
    requireText(SqsParameters.MessageGroupId, member("sqsParameters.messageGroupId"), { most: 100 });
  }
  if (DeadLetterConfig?.Arn !== undefined) {
    requireText(DeadLetterConfig.Arn, member("deadLetterConfig.arn"), { most: 1600 });
  }
  checkInput(target);
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = target.RetryPolicy ?? {};
  if (MaximumRetryAttempts !== undefined) {
    requireNumber(MaximumRetryAttempts, member("retryPolicy.maximumRetryAttempts"), 0, 185);
  }
  if (MaximumEventAgeInSeconds !== undefined) {
    requireNumber(MaximumEventAgeInSeconds, member("retryPolicy.maximumEventAgeInSeconds"), 60, 86400);
  }
}

function checkInput({ Id, Input, InputPath, InputTransformer }: Target): void {
  if ([Input, InputPath, InputTransformer].filter((input) => input !== undefined).length > 1) {
    throw validation(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  }
  if (Input !== undefined) {
    try {
      JSON.parse(Input);
    } catch {
      throw validation(`JSON syntax error in input for target ${Id}.`);
    }
  }
  for (const path of Object.values(InputTransformer?.InputPathsMap ?? {})) requireText(path, "inputPathsMap");
  const paths = [InputPath ?? "$", ...Object.values(InputTransformer?.InputPathsMap ?? {})];
  const invalid = paths.find((path) => !parseJsonPath(path));
  if (invalid !== undefined) throw validation(`InputPath for target ${Id} is invalid: ${invalid}.`);
  if (!InputTransformer) return;
  requireText(InputTransformer.InputTemplate, "inputTemplate", { most: 8192 });
  const reserved = Object.keys(InputTransformer.InputPathsMap ?? {}).find((name) => /^aws\./i.test(name));
  if (reserved !== undefined) throw validation(`InputPathsMap for target ${Id} must not define ${reserved}.`);
  const placeholder = undefinedPlaceholder(InputTransformer);
  if (placeholder !== undefined) {
    throw validation(`InputTemplate for target ${Id} contains invalid placeholder ${placeholder}.`);
  }
}
