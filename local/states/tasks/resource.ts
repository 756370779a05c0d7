/** The service and action that a Task's Resource refers to. */
export type TaskResource =
  | { kind: "function"; arn: string }
  | { kind: "activity"; arn: string }
  | ServiceResource;

export interface ServiceResource {
  kind: "service";
  /** The type of the resource in the history: "sqs", "aws-sdk:s3". */
  type: string;
  /** As the history shows it, with the pattern: "sendMessage.waitForTaskToken". */
  action: string;
  /** The action, without suffixes: "sendMessage". */
  operation: string;
  pattern: "request" | "sync" | "sync:2" | "waitForTaskToken";
}

export function parseResource(resource: string): TaskResource {
  const parts = resource.split(":");
  if (parts[2] === "lambda") return { kind: "function", arn: resource };
  if (parts[5] === "activity") return { kind: "activity", arn: resource };
  const sdk = parts[5] === "aws-sdk";
  const action = parts.slice(sdk ? 7 : 6).join(":");
  const [operation, pattern = "request"] = action.split(".");
  return {
    kind: "service",
    type: sdk ? `aws-sdk:${parts[6]}` : parts[5]!,
    action,
    operation: operation!,
    pattern: pattern as ServiceResource["pattern"],
  };
}
