import { ServiceError } from "../kernel/errors.ts";
import { deserializing, type Kinds } from "../kernel/input.ts";
import type { Operation } from "../kernel/service.ts";

/** https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_Operations.html */
const KINDS: Record<string, Kinds> = {
  CreateSecret: { Name: "text", Description: "text", ...value() },
  PutSecretValue: { SecretId: "text", VersionStages: ["text"], ...value() },
  GetSecretValue: { SecretId: "text", VersionId: "text", VersionStage: "text" },
  DescribeSecret: { SecretId: "text" },
  DeleteSecret: { SecretId: "text", RecoveryWindowInDays: "number", ForceDeleteWithoutRecovery: "flag" },
  RestoreSecret: { SecretId: "text" },
  ListSecrets: {
    MaxResults: "number",
    NextToken: "text",
    SortOrder: "text",
    SortBy: "text",
    IncludePlannedDeletion: "flag",
    Filters: [{ members: { Key: "text", Values: ["text"] } }],
  },
};

function value(): Kinds {
  return { ClientRequestToken: "text", SecretString: "text", SecretBinary: "text" };
}

/** [minimum, maximum] of texts' lengths and of numbers. */
const RANGES: Record<string, [number, number]> = {
  SecretId: [1, 2048],
  VersionId: [32, 64],
  VersionStage: [1, 256],
  Description: [0, 2048],
  ClientRequestToken: [32, 64],
  SecretString: [1, 65_536],
  MaxResults: [1, 100],
  NextToken: [1, 4096],
};

/** The operations, which first refuse members that are missing, too long or of another type. */
export function checked(operations: Record<string, Operation>): Record<string, Operation> {
  const constrained = Object.fromEntries(
    Object.entries(operations).map(([name, run]): [string, Operation] => [
      name,
      (input, context) => {
        if ("SecretId" in (KINDS[name] ?? {}) && input.SecretId === undefined) {
          throw invalid("Value null at 'secretId' failed to satisfy constraint: Member must not be null");
        }
        for (const [member, given] of Object.entries(input)) checkRange(member, given);
        return run(input, context);
      },
    ]),
  );
  return deserializing(KINDS, constrained);
}

function checkRange(member: string, given: unknown): void {
  const [least, most] = RANGES[member] ?? [];
  if (least === undefined || most === undefined) return;
  const isText = typeof given === "string";
  const size = isText ? given.length : Number(given);
  if (size >= least && size <= most) return;
  const at = member.slice(0, 1).toLowerCase() + member.slice(1);
  const bound = size < least ? `greater than or equal to ${least}` : `less than or equal to ${most}`;
  // A value may be the secret itself.
  throw invalid(
    `Value at '${at}' failed to satisfy constraint: Member must have ${isText ? "length" : "value"} ${bound}`,
  );
}

const invalid = (problem: string) =>
  new ServiceError("ValidationException", `1 validation error detected: ${problem}`);
