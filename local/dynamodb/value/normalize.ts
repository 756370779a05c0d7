import { invalidValue, serialization, validation } from "../errors.ts";
import {
  ATTRIBUTE_TYPES,
  type AttributeMap,
  type AttributeType,
  type AttributeValue,
  copyOf,
} from "./attribute-value.ts";
import { normalizeNumber } from "./decimal.ts";

const DEEPEST_NESTING = 32;
const TYPES = new Set<string>(ATTRIBUTE_TYPES);

/**
 * Checks values of a request and returns them in the stored form (numbers normalized). What has that form already is
 * returned itself, since no input is ever changed. Throws the service's SerializationException or ValidationException.
 */
export function normalizeMap(map: unknown, depth = 0): AttributeMap {
  if (typeof map !== "object" || map === null) throw serialization("Unexpected field type");
  if (Array.isArray(map)) {
    throw serialization(
      "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>",
    );
  }
  const given = map as AttributeMap;
  let changed: AttributeMap | undefined;
  for (const name in given) {
    const normalized = normalizeValue(given[name], depth);
    if (normalized === given[name]) continue;
    changed ??= copyOf(given);
    changed[name] = normalized;
  }
  return changed ?? given;
}

export function normalizeValue(value: unknown, depth = 0): AttributeValue {
  if (typeof value !== "object" || value === null) throw serialization("Unexpected value type in payload");
  const members = value as Record<string, unknown>;
  const only = onlyMember(members);
  if (only !== undefined && TYPES.has(only) && members[only] != null) {
    const content = normalizeContent(only as AttributeType, members[only], depth);
    return content === members[only] ? (value as AttributeValue) : valueWith(only as AttributeType, content);
  }
  const [type, ...others] = ATTRIBUTE_TYPES.filter((one) => members[one] != null);
  if (!type) {
    throw validation("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes");
  }
  const content = normalizeContent(type, members[type], depth);
  if (others.length === 0) return valueWith(type, content);
  for (const other of others) normalizeContent(other, members[other], depth);
  throw validation(
    "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes",
  );
}

/** The name of the object's member; undefined if there are several. */
function onlyMember(members: object): string | undefined {
  let only: string | undefined;
  for (const name in members) {
    if (only !== undefined) return undefined;
    only = name;
  }
  return only;
}

const valueWith = (type: AttributeType, content: unknown) => ({ [type]: content }) as AttributeValue;

function normalizeContent(type: AttributeType, content: unknown, depth: number): unknown {
  switch (type) {
    case "S":
      return text(content);
    case "N":
      return normalizeNumber(text(content));
    case "B":
      return binary(content);
    case "BOOL":
      return flag(content);
    case "NULL":
      if (!flag(content)) throw invalidValue("Null attribute value types must have the value of true");
      return true;
    case "SS":
      return set(mapped(list(content), text), "An string set  may not be empty", (values) =>
        invalidValue(`Input collection [${values.join(", ")}] contains duplicates.`),
      );
    case "NS":
      return set(
        mapped(list(content), (number) => normalizeNumber(text(number))),
        "An number set  may not be empty",
        () => validation("Input collection contains duplicates"),
      );
    case "BS":
      return set(mapped(list(content), binary), "Binary sets should not be empty", (values) =>
        invalidValue(`Input collection [${values.join(", ")}]of type BS contains duplicates.`),
      );
    case "L":
      return mapped(list(content), (element) => normalizeValue(element, deeper(depth)));
    case "M":
      return normalizeMap(content, deeper(depth));
  }
}

/** The list itself if nothing in it changes. */
function mapped<Member>(members: unknown[], normalize: (member: unknown) => Member): Member[] {
  let changed: Member[] | undefined;
  for (let at = 0; at < members.length; at++) {
    const normalized = normalize(members[at]);
    if (normalized === members[at]) continue;
    changed ??= [...(members as Member[])];
    changed[at] = normalized;
  }
  return changed ?? (members as Member[]);
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
