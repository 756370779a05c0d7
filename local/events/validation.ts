import { ServiceError } from "../kernel/errors.ts";
import type { Operation } from "../kernel/service.ts";
import { type Alternative, PatternError, parsePattern } from "./pattern/index.ts";

export const NAME = /^[.\-_A-Za-z0-9]+$/;
export const BUS_NAME = /^[/.\-_A-Za-z0-9]+$/;

export function validation(message: string): ServiceError {
  return new ServiceError("ValidationException", message);
}

export function notFound(message: string): ServiceError {
  return new ServiceError("ResourceNotFoundException", message);
}

export function alreadyExists(message: string): ServiceError {
  return new ServiceError("ResourceAlreadyExistsException", message);
}

export function limitExceeded(): ServiceError {
  return new ServiceError(
    "LimitExceededException",
    "The requested resource exceeds the maximum number allowed.",
  );
}

/** The members of inputs that are not texts; the same name has the same type in every operation. */
const SHAPES: Record<string, "number" | "boolean" | "list" | "structure"> = {
  Limit: "number",
  RetentionDays: "number",
  EventStartTime: "number",
  EventEndTime: "number",
  Force: "boolean",
  RemoveAllPermissions: "boolean",
  Entries: "list",
  Targets: "list",
  Ids: "list",
  Tags: "list",
  TagKeys: "list",
  Destination: "structure",
  Condition: "structure",
  DeadLetterConfig: "structure",
  LogConfig: "structure",
  AuthParameters: "structure",
  InvocationConnectivityParameters: "structure",
  HttpParameters: "structure",
  InvocationRateLimitPerSecond: "number",
};

/** An operation with these input members; any other member, and any other type, is refused by name. */
export function operation(members: string[], run: Operation): Operation {
  const known = new Set(members);
  return (input, context) => {
    const present = withoutNull(input);
    for (const [member, value] of Object.entries(present)) {
      if (!known.has(member)) throw validation(`The local cloud does not serve the parameter ${member}.`);
      requireShape(value, member, SHAPES[member] ?? "string");
    }
    return run(present, context);
  };
}

/** The given members: an explicit null counts as missing. */
export function withoutNull(input: object): Record<string, any> {
  return Object.fromEntries(
    Object.entries(input).filter(([, value]) => value !== undefined && value !== null),
  );
}

/** Refuses a value of another type: "string", "number", "boolean", "list" or "structure". */
export function requireShape(value: unknown, member: string, shape: string): void {
  const actual = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  if ((actual === "object" ? "structure" : actual) === shape) return;
  throw new ServiceError("SerializationException", `${member} must be a ${shape}.`);
}

export interface Constraint {
  pattern?: RegExp;
  most?: number;
  least?: number;
}

/**
 * Refuses a text that is missing or breaks the constraint; `member` is its name in the service's notation:
 * "targets.1.member.id".
 */
export function requireText(
  value: unknown,
  member: string,
  { pattern, most, least = 1 }: Constraint = {},
): string {
  if (value === undefined || value === null) throw constraint("null", member, "Member must not be null");
  if (typeof value !== "string")
    throw new ServiceError("SerializationException", `${member} must be a string.`);
  if (value.length < least)
    throw constraint(value, member, `Member must have length greater than or equal to ${least}`);
  if (most !== undefined && value.length > most) {
    throw constraint(value, member, `Member must have length less than or equal to ${most}`);
  }
  if (pattern && !pattern.test(value)) {
    throw constraint(
      value,
      member,
      `Member must satisfy regular expression pattern: ${pattern.source.slice(1, -1)}`,
    );
  }
  return value;
}

/** A text that is one of these. */
export function requireOneOf(value: unknown, member: string, allowed: readonly string[]): string {
  const text = requireText(value, member);
  if (allowed.includes(text)) return text;
  throw constraint(text, member, `Member must satisfy enum value set: [${allowed.join(", ")}]`);
}

export function requireNumber(value: unknown, member: string, least: number, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    throw new ServiceError("SerializationException", `${member} must be an integer.`);
  }
  if (value < least)
    throw constraint(`${value}`, member, `Member must have value greater than or equal to ${least}`);
  if (value > most)
    throw constraint(`${value}`, member, `Member must have value less than or equal to ${most}`);
  return value;
}

/** A list of at least one and at most `most` members. */
export function requireList(value: unknown[] | undefined, member: string, most: number): any[] {
  if (value === undefined) throw constraint("null", member, "Member must not be null");
  if (value.length < 1) throw constraint("[]", member, "Member must have length greater than or equal to 1");
  if (value.length > most) {
    throw constraint(JSON.stringify(value), member, `Member must have length less than or equal to ${most}`);
  }
  return value;
}

function constraint(value: string, member: string, rule: string): ServiceError {
  const shown = value === "null" ? "Value null" : `Value '${value}'`;
  return validation(
    `1 validation error detected: ${shown} at '${member}' failed to satisfy constraint: ${rule}`,
  );
}

/** Parses an event pattern; the errors are the service's. */
export function requirePattern(pattern: string): Alternative[] {
  try {
    return parsePattern(requireText(pattern, "eventPattern", { most: 4096 }));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    throw new ServiceError(
      "InvalidEventPatternException",
      `Event pattern is not valid. Reason: ${error.message}`,
    );
  }
}
