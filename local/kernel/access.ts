/** One access of a call to a resource, for IAM. */
export interface Access {
  /** "sqs:SendMessage" */
  action: string;
  /** The ARN of the resource; undefined if the call does not name it (a task token, a shard iterator). */
  resource: string | undefined;
  /** Called only if a policy has conditions. */
  context(): ConditionValues;
}

/** Several values if the key has several ("dynamodb:LeadingKeys"); undefined if the request has none. */
export type ConditionValue = string | string[] | undefined;

/**
 * Values by condition key in lower case. An expensive value is a function, called when a policy needs it. The
 * function throws the service's error for a request that cannot be parsed.
 */
export type ConditionValues = { readonly [key: string]: ConditionValue | (() => ConditionValue) };

export function access(action: string, resource: string | undefined, context: ConditionValues = {}): Access {
  return { action, resource, context: () => context };
}

/** An ARN stays as it is; a name becomes the ARN of the kind. */
export function arnOf(value: unknown, build: (name: string) => string): string | undefined {
  if (typeof value !== "string") return undefined;
  return value.startsWith("arn:") ? value : build(value);
}
