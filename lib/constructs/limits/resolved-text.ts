/**
 * Lengths of the values that CloudFormation fills in, the longest common ones: ap-southeast-1, aws-us-gov,
 * twelve digits.
 */
const PSEUDO_PARAMETERS: Record<string, number> = {
  "AWS::Region": 14,
  "AWS::Partition": 10,
  "AWS::AccountId": 12,
  "AWS::URLSuffix": 16,
  "AWS::NoValue": 0,
};
/** An ARN up to the resource: "arn:aws:lambda:ap-southeast-1:123456789012:function:". */
const ARN_PREFIX = 52;
/**
 * CloudFormation's names consist of the stack's name, the logical id and twelve characters, cut at 64 in most
 * services.
 */
const GENERATED_NAME = 64;

/**
 * A value of a template as text of about the length that it has after CloudFormation has filled in names and
 * ARNs, which are written here as "x". Objects and lists are JSON.
 */
export function resolvedText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(resolved(value));
}

function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved);
  if (value === null || typeof value !== "object") return value;
  const entries = Object.entries(value);
  const [name, argument] = entries[0] ?? [];
  if (entries.length === 1 && name !== undefined && isIntrinsic(name)) return intrinsic(name, argument);
  return Object.fromEntries(entries.map(([key, each]) => [key, resolved(each)]));
}

const isIntrinsic = (name: string) => name === "Ref" || name.startsWith("Fn::");

function intrinsic(name: string, argument: any): string {
  if (name === "Fn::Join") return argument[1].map((part: unknown) => plain(resolved(part))).join(argument[0]);
  if (name === "Fn::Sub") return plain(Array.isArray(argument) ? argument[0] : argument);
  if (name === "Ref") return filler(PSEUDO_PARAMETERS[argument] ?? GENERATED_NAME);
  return filler(ARN_PREFIX + GENERATED_NAME);
}

const plain = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
const filler = (length: number) => "x".repeat(length);
