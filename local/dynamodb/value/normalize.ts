import { invalidValue, serialization, validation } from "../errors.ts";
import {
  ATTRIBUTE_TYPES,
  type AttributeMap,
  type AttributeType,
  type AttributeValue,
  emptyMap,
} from "./attribute-value.ts";
import { normalizeNumber } from "./decimal.ts";

const DEEPEST_NESTING = 32;
const TYPES = new Set<string>(ATTRIBUTE_TYPES);

/**
 * Checks values of a request and returns them in the stored form (numbers normalized). Throws the service's
 * SerializationException or ValidationException.
 */
export function normalizeMap(map: unknown, depth = 0): AttributeMap {
  if (typeof map !== "object" || map === null) throw serialization("Unexpected field type");
  if (Array.isArray(map)) {
    throw serialization(
      "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
    );
  }
  const normalized = emptyMap();
  for (const name of Object.keys(map))
    normalized[name] = normalizeValue((map as Record<string, unknown>)[name], depth);
  return normalized;
}

export function normalizeValue(value: unknown, depth = 0): AttributeValue {
  if (typeof value !== "object" || value === null) throw serialization("Unexpected value type in payload");
  const members = value as Record<string, unknown>;
  const names = Object.keys(value);
  const name = names[0]!;
  if (names.length === 1 && TYPES.has(name) && members[name] != null) {
    return normalizeAs(name as AttributeType, members[name], depth);
  }
  const [type, ...others] = ATTRIBUTE_TYPES.filter((one) => members[one] != null);
  if (!type) {
    throw validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  const normalized = normalizeAs(type, members[type], depth);
  if (others.length === 0) return normalized;
  for (const other of others) normalizeAs(other, members[other], depth);
  throw validation(
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  );
}

function normalizeAs(type: AttributeType, content: unknown, depth: number): AttributeValue {
  switch (type) {
    case "S":
      return { S: text(content) };
    case "N":
      return { N: normalizeNumber(text(content)) };
    case "B":
      return { B: binary(content) };
    case "BOOL":
      return { BOOL: flag(content) };
    case "NULL":
      if (!flag(content)) throw invalidValue("Null attribute value types must have the value of true");
      return { NULL: true };
    case "SS":
      return {
        SS: set(list(content).map(text), "An string set  may not be empty", (values) =>
          invalidValue(`Input collection [${values.join(", ")}] contains duplicates.`),
        ),
      };
    case "NS":
      return {
        NS: set(
          list(content).map((number) => normalizeNumber(text(number))),
          "An number set  may not be empty",
          () => validation("Input collection contains duplicates"),
        ),
      };
    case "BS":
      return {
        BS: set(list(content).map(binary), "Binary sets should not be empty", (values) =>
          invalidValue(`Input collection [${values.join(", ")}]of type BS contains duplicates.`),
        ),
      };
    case "L":
      return { L: list(content).map((element) => normalizeValue(element, deeper(depth))) };
    case "M":
      return { M: normalizeMap(content, deeper(depth)) };
  }
}

/** Throws if an update has nested a value too deeply, although neither of its parts was. */
export function checkDepth(value: AttributeValue, depth = 0): void {
  if (depth >= DEEPEST_NESTING) throw validation("Nesting Levels have exceeded supported limits");
  if ("L" in value) for (const member of value.L) checkDepth(member, depth + 1);
  if ("M" in value) for (const name in value.M) checkDepth(value.M[name]!, depth + 1);
}

function deeper(depth: number): number {
  if (depth + 1 >= DEEPEST_NESTING) {
    throw validation(
      "Nesting Levels have exceeded supported limits: Attributes in the item have nested levels beyond supported limit",
    );
  }
  return depth + 1;
}

function set(values: string[], empty: string, duplicates: (values: string[]) => Error): string[] {
  if (values.length === 0) throw invalidValue(empty);
  if (new Set(values).size < values.length) throw duplicates(values);
  return values;
}

function text(content: unknown): string {
  if (typeof content === "string") return content;
  throw wrongKind(content, "String");
}

function flag(content: unknown): boolean {
  if (typeof content === "boolean") return content;
  throw wrongKind(content, "Boolean");
}

function list(content: unknown): unknown[] {
  if (Array.isArray(content)) return content;
  throw serialization(
    typeof content === "object"
      ? "Start of structure or map found where not expected"
      : "Unexpected field type",
  );
}

function binary(content: unknown): string {
  if (typeof content !== "string")
    throw serialization("only base-64-encoded strings are convertible to bytes");
  if (content.length % 4 !== 0) {
    throw serialization(
      `Base64 encoded length is expected a multiple of 4 bytes but found: ${content.length}`,
    );
  }
  if (Buffer.from(content, "base64").toString("base64") !== content) {
    throw serialization("Invalid last non-pad Base64 character dectected");
  }
  return content;
}

function wrongKind(content: unknown, expected: string): Error {
  if (Array.isArray(content))
    return serialization(`Unrecognized collection type class java.lang.${expected}`);
  if (typeof content === "object") return serialization("Start of structure or map found where not expected");
  if (typeof content === "boolean") {
    return serialization(`${content ? "TRUE_VALUE" : "FALSE_VALUE"} cannot be converted to ${expected}`);
  }
  if (typeof content === "number") {
    return serialization(
      `${Number.isInteger(content) ? "NUMBER_VALUE" : "DECIMAL_VALUE"} cannot be converted to ${expected}`,
    );
  }
  return serialization("Unexpected token received from parser");
}
