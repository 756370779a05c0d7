import { tryParseObject } from "../kernel/json-text.ts";
import {
  fifoOnlyAttribute,
  invalidAttributeValue,
  invalidParameter,
  invalidValue,
  twoEncryptions,
  unknownAttribute,
} from "./errors.ts";
import { checkPolicySize } from "./policy-limits.ts";

/** What the engine reads of a queue's attributes. Durations in milliseconds. */
export interface QueueSettings {
  visibilityTimeout: number;
  delay: number;
  retention: number;
  wait: number;
  maximumMessageSize: number;
  redrive: RedrivePolicy | undefined;
  contentBasedDeduplication: boolean;
  deduplicateByGroup: boolean;
}

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

export type Attributes = Record<string, string>;

/** [least, most, default] */
const NUMBERS: Record<string, readonly [number, number, number]> = {
  DelaySeconds: [0, 900, 0],
  MaximumMessageSize: [1024, 1_048_576, 1_048_576],
  MessageRetentionPeriod: [60, 1_209_600, 345_600],
  ReceiveMessageWaitTimeSeconds: [0, 20, 0],
  VisibilityTimeout: [0, 43_200, 30],
  KmsDataKeyReusePeriodSeconds: [60, 86_400, 300],
};

/** The allowed values; the first is the default. */
const CHOICES: Record<string, readonly string[]> = {
  SqsManagedSseEnabled: ["true", "false"],
  ContentBasedDeduplication: ["false", "true"],
  DeduplicationScope: ["queue", "messageGroup"],
  FifoThroughputLimit: ["perQueue", "perMessageGroupId"],
};
const FIFO_ONLY = new Set(["ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"]);

/** Attributes without a default, absent until set; an empty text takes them away again. */
const OPTIONAL = new Set(["Policy", "RedrivePolicy", "RedriveAllowPolicy", "KmsMasterKeyId"]);

/** An attribute that is returned only if it differs from its default. */
const HIDDEN_DEFAULT = "KmsDataKeyReusePeriodSeconds";

const COMPUTED_ATTRIBUTES = [
  "ApproximateNumberOfMessages",
  "ApproximateNumberOfMessagesNotVisible",
  "ApproximateNumberOfMessagesDelayed",
  "CreatedTimestamp",
  "LastModifiedTimestamp",
  "QueueArn",
] as const;

const KNOWN = new Set([
  ...Object.keys(NUMBERS),
  ...Object.keys(CHOICES),
  ...OPTIONAL,
  ...COMPUTED_ATTRIBUTES,
  "FifoQueue",
  "All",
]);

/** Throws InvalidAttributeName for a name that GetQueueAttributes does not know. */
export function checkKnown(name: string): void {
  if (!KNOWN.has(name)) throw unknownAttribute(name);
}

export function defaultAttributes(fifo: boolean): Attributes {
  const attributes: Attributes = {};
  for (const [name, [, , standard]] of Object.entries(NUMBERS)) {
    if (name !== HIDDEN_DEFAULT) attributes[name] = String(standard);
  }
  for (const [name, values] of Object.entries(CHOICES)) {
    if (fifo || !FIFO_ONLY.has(name)) attributes[name] = values[0]!;
  }
  if (fifo) attributes.FifoQueue = "true";
  return attributes;
}

const TRUTHS = new Set(["FifoQueue", "ContentBasedDeduplication", "SqsManagedSseEnabled"]);

/** A value as the queue shows it: "True" is taken for "true". */
export function written(name: string, value: string): string {
  return TRUTHS.has(name) ? value.toLowerCase() : value;
}

/** `current` with `changes`, each checked. Throws InvalidAttributeName or InvalidAttributeValue. */
export function withAttributes(fifo: boolean, current: Attributes, changes: Attributes): Attributes {
  if (
    changes.KmsMasterKeyId &&
    written("SqsManagedSseEnabled", changes.SqsManagedSseEnabled ?? "") === "true"
  ) {
    throw twoEncryptions();
  }
  const result = { ...current };
  // A key of the user's takes the place of SQS's own.
  if (changes.KmsMasterKeyId) result.SqsManagedSseEnabled = "false";
  for (const [name, given] of Object.entries(changes)) {
    const value = written(name, String(given));
    if (FIFO_ONLY.has(name) && !fifo) {
      throw name === "ContentBasedDeduplication" ? unknownAttribute(name) : fifoOnlyAttribute(name);
    }
    const range = NUMBERS[name];
    const choices = CHOICES[name];
    if (range) {
      if (!/^\d+$/.test(value) || Number(value) < range[0] || Number(value) > range[1]) {
        throw invalidAttributeValue(name);
      }
      result[name] = String(Number(value));
    } else if (choices) {
      if (!choices.includes(value)) throw invalidAttributeValue(name);
      result[name] = value;
    } else if (OPTIONAL.has(name)) {
      setOptional(result, name, value);
    } else if (name === "FifoQueue") {
      if (!fifo) throw unknownAttribute(name);
      if (value !== "true") throw invalidAttributeValue(name, "Modifying queue type is not supported.");
    } else {
      throw unknownAttribute(name);
    }
  }
  if (result.FifoThroughputLimit === "perMessageGroupId" && result.DeduplicationScope !== "messageGroup") {
    throw invalidAttributeValue(
      "FifoThroughputLimit",
      "It can be set to perMessageGroupId only when DeduplicationScope is messageGroup.",
    );
  }
  if (result[HIDDEN_DEFAULT] === String(NUMBERS[HIDDEN_DEFAULT]![2])) delete result[HIDDEN_DEFAULT];
  return result;
}

function setOptional(attributes: Attributes, name: string, value: string): void {
  if (value === "") {
    delete attributes[name];
    return;
  }
  if (name === "RedrivePolicy") parseRedrivePolicy(value);
  else if (name === "Policy") checkPolicy(value);
  else if (name !== "KmsMasterKeyId" && !tryParseObject(value)) throw invalidAttributeValue(name);
  attributes[name] = value;
}

export function readSettings(attributes: Attributes): QueueSettings {
  return {
    visibilityTimeout: Number(attributes.VisibilityTimeout) * 1000,
    delay: Number(attributes.DelaySeconds) * 1000,
    retention: Number(attributes.MessageRetentionPeriod) * 1000,
    wait: Number(attributes.ReceiveMessageWaitTimeSeconds) * 1000,
    maximumMessageSize: Number(attributes.MaximumMessageSize),
    redrive:
      attributes.RedrivePolicy === undefined ? undefined : parseRedrivePolicy(attributes.RedrivePolicy),
    contentBasedDeduplication: attributes.ContentBasedDeduplication === "true",
    deduplicateByGroup: attributes.DeduplicationScope === "messageGroup",
  };
}

/** Throws InvalidParameterValue; whether the target exists is not checked here. */
export function parseRedrivePolicy(text: string): RedrivePolicy {
  const invalid = (reason: string) => invalidValue(text, "RedrivePolicy", reason);
  const policy = tryParseObject(text);
  if (!policy) throw invalid("Redrive policy is not a valid JSON map.");
  const { deadLetterTargetArn, maxReceiveCount } = policy;
  if (typeof deadLetterTargetArn !== "string") {
    throw invalidParameter("The required parameter 'deadLetterTargetArn' is missing");
  }
  if (maxReceiveCount === undefined) {
    throw invalidParameter("The required parameter 'maxReceiveCount' is missing");
  }
  const count = Number(maxReceiveCount);
  if (!Number.isInteger(count) || count < 1 || count > 1000) {
    throw invalid(
      `Invalid value for maxReceiveCount: ${maxReceiveCount}, valid values are from 1 to 1000 both inclusive.`,
    );
  }
  return { deadLetterTargetArn, maxReceiveCount: count };
}

/** Whether a queue with this RedriveAllowPolicy takes dead letters from `sourceArn`. */
export function admitsSource(redriveAllowPolicy: string | undefined, sourceArn: string): boolean {
  const policy = redriveAllowPolicy === undefined ? undefined : tryParseObject(redriveAllowPolicy);
  if (policy?.redrivePermission === "denyAll") return false;
  if (policy?.redrivePermission === "byQueue") return policy.sourceQueueArns?.includes(sourceArn) === true;
  return true;
}

function checkPolicy(text: string): void {
  const policy = tryParseObject(text);
  if (!policy || !hasStatements(policy)) throw invalidAttributeValue("Policy");
  checkPolicySize(text, policy);
}

/** Whether a policy has statements, of which each says whether it allows or denies. */
function hasStatements(policy: Record<string, any> | undefined): boolean {
  const statements = [policy?.Statement].flat();
  return statements.every((statement) => ["Allow", "Deny"].includes(statement?.Effect));
}
