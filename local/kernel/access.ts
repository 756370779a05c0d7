/** What a call does to one resource, as IAM sees it. */
export interface Access {
  /** "sqs:SendMessage" */
  action: string;
  /** The ARN it is done to; undefined where the call does not say (a task token, a shard iterator). */
  resource: string | undefined;
  /** Read only where a policy has conditions. */
  readonly context: ConditionValues;
}

/** Several values where the key has several ("dynamodb:LeadingKeys"); undefined where the request has none. */
export type ConditionValue = string | string[] | undefined;

/**
 * Values by condition key in lower case. What takes work to find out is a function, called when a policy asks for it.
 * The function throws the service's refusal of a request that cannot be read.
 */
export type ConditionValues = { readonly [key: string]: ConditionValue | (() => ConditionValue) };

export function access(
  action: string,
  resource: string | undefined,
  context: Access["context"] = {},
): Access {
  return { action, resource, context };
}

/** An ARN stays as it is; a name becomes the ARN of the kind. */
export function arnOf(value: unknown, build: (name: string) => string): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.startsWith("arn:") ? value : build(value);
}
