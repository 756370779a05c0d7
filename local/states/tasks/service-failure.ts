import type { ServiceError } from "../../kernel/errors.ts";
import type { Failure } from "../failure.ts";

interface Names {
  /** How error names begin in an optimized integration, and how its SDK names the service. */
  prefix: string;
  service: string;
  /** The name of an error that the SDK has no class for. */
  generic: string;
}

const OPTIMIZED: Record<string, Names> = {
  lambda: { prefix: "Lambda", service: "AWSLambda", generic: "AWSLambdaException" },
  sqs: { prefix: "SQS", service: "AmazonSQS", generic: "AmazonSQSException" },
  sns: { prefix: "SNS", service: "AmazonSNS", generic: "AmazonSNSException" },
  dynamodb: { prefix: "DynamoDB", service: "AmazonDynamoDBv2", generic: "AmazonDynamoDBException" },
  events: { prefix: "EventBridge", service: "AmazonEventBridge", generic: "AmazonEventBridgeException" },
  states: { prefix: "StepFunctions", service: "AWSStepFunctions", generic: "AWSStepFunctionsException" },
};

/** Codes that are not modelled as errors of the service: SDKs show them as the service's generic exception. */
const UNMODELLED = new Set([
  "MissingParameter",
  "ValidationException",
  "ValidationError",
  "SerializationException",
  "AccessDeniedException",
]);

/** The failure of an optimized integration, named as the service names it: "DynamoDB.ConditionalCheckFailedException". */
export function serviceFailure(type: string, error: ServiceError, requestId: string): Failure {
  const { prefix, service, generic } = OPTIMIZED[type] ?? {
    prefix: type,
    service: type,
    generic: "ServiceException",
  };
  // These integrations speak the older protocols, where a service has them.
  const code = String(error.details.queryErrorCode ?? error.code);
  const name = UNMODELLED.has(code) ? generic : exceptionName(error.code);
  const cause =
    `${error.message} (Service: ${service}; Status Code: ${error.status}; Error Code: ${code}; ` +
    `Request ID: ${requestId}; Proxy: null)`;
  return { error: `${prefix}.${name}`, cause };
}

/** The failure of an `aws-sdk` integration: "Sfn.InvalidTokenException". */
export function sdkFailure(service: string, error: ServiceError, requestId: string): Failure {
  const name = sdkName(service);
  const exception = UNMODELLED.has(error.code) ? `${name}Exception` : exceptionName(error.code);
  const extended =
    service === "s3" ? `, Extended Request ID: ${Buffer.from(requestId).toString("base64")}` : "";
  const cause =
    `${error.message} (Service: ${name}, Status Code: ${error.status}, Request ID: ${requestId}${extended}) ` +
    "(SDK Attempt Count: 1)";
  return { error: `${name}.${exception}`, cause };
}

const SDK_NAMES: Record<string, string> = {
  cloudwatchlogs: "CloudWatchLogs",
  dynamodb: "DynamoDb",
  eventbridge: "EventBridge",
  secretsmanager: "SecretsManager",
};

function sdkName(service: string): string {
  return SDK_NAMES[service] ?? service[0]!.toUpperCase() + service.slice(1);
}

/** "QueueDoesNotExistException" for "AWS.SimpleQueueService.QueueDoesNotExist" and the like. */
function exceptionName(code: string): string {
  const name = code.split(/[.#]/).at(-1)!;
  return name.endsWith("Exception") ? name : `${name}Exception`;
}
