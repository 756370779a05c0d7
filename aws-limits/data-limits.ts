import type { AwsLimit } from "./limit.ts";

const STATES = "https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html";
const DYNAMODB = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html";
const SQS = "https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/quotas-messages.html";
const EVENTS = "https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html";

/** Maximum sizes of an execution, item, message or call. All are hard limits. Read in November 2026. */
export const DATA_LIMITS = {
  stateData: limit("Step Functions", "input or result of a state, or a variable", 262_144, "bytes", STATES),
  historyEvents: limit("Step Functions", "history of an execution", 25_000, "events", STATES),
  item: limit("DynamoDB", "an item, with the names of its attributes", 409_600, "bytes", DYNAMODB),
  transaction: limit("DynamoDB", "items of a transaction together", 4_194_304, "bytes", DYNAMODB),
  message: limit("SQS", "a message, or the messages of one call together", 1_048_576, "bytes", SQS),
  putEvents: limit("EventBridge", "entries of a call of PutEvents together", 1_048_576, "bytes", EVENTS),
} as const satisfies Record<string, AwsLimit>;

function limit(service: string, what: string, most: number, unit: string, source: string): AwsLimit {
  return { service, what, most, unit, kind: "hard", source };
}
