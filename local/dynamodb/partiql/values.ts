import { invalidValue, validation } from "../errors.ts";
import { type AttributeMap, type AttributeValue, copyOf, emptyMap } from "../value/attribute-value.ts";
import { normalizeNumber } from "../value/decimal.ts";
import { normalizeValue } from "../value/normalize.ts";
import { refusedAt } from "./errors.ts";
import type { Expression } from "./syntax.ts";

const DEEPEST_NESTING = 32;

/** The parameters of a request in the stored form. They are checked before the statement. */
export function readParameters(parameters: unknown[] | null | undefined): AttributeValue[] {
  return (parameters ?? []).map((value) => normalizeValue(value));
}

/** Whether an expression has a value that does not depend on the item. */
export function isConstant({ kind }: Expression): boolean {
  return !["path", "call", "operator", "is", "missing"].includes(kind);
}

/** A constant. Throws ValidationException for one that DynamoDB cannot store. */
export function valueOfConstant(expression: Expression, parameters: AttributeValue[]): AttributeValue {
  if (expression.kind === "parameter") return parameterAt(expression.index, parameters);
  return literal(expression, "root", 0);
}

/** The item of an INSERT, whose attributes may be parameters. */
export function valueOfItem(expression: Expression, parameters: AttributeValue[]): AttributeMap {
  if (expression.kind === "parameter") {
    const value = parameterAt(expression.index, parameters);
    if ("M" in value) return value.M;
  }
  if (expression.kind !== "struct") {
    throw validation(
      "Unsupported format in item expression. Please use struct format {...} to express item values for insert statement.",
    );
  }
  return membersOf(expression.members, "root", (value) => valueOfConstant(value, parameters));
}

function parameterAt(index: number, parameters: AttributeValue[]): AttributeValue {
  const value = parameters[index];
  if (value) return value;
  throw validation("Number of parameters in request and statement don't match.");
}

/** `under` is the path to the value, for messages. */
function literal(expression: Expression, under: string, depth: number): AttributeValue {
  if (depth >= DEEPEST_NESTING) {
    throw validation(`Nesting Levels have exceeded supported limits under ${under}`);
  }
  switch (expression.kind) {
    case "string":
      return { S: expression.value };
    case "number":
      return { N: numberUnder(expression.text, under) };
    case "boolean":
      return { BOOL: expression.value };
    case "null":
      return { NULL: true };
    case "list":
      return {
        L: expression.members.map((member, at) => literal(member, `${under}[${at}]`, depth + 1)),
      };
    case "struct":
      return {
        M: membersOf(expression.members, under, (value, name) =>
          literal(value, `${under}.${name}`, depth + 1),
        ),
      };
    case "bag":
      return bag(expression.members, under);
    case "missing":
      throw validation("MISSING must be compared using IS operator");
    default:
      throw refusedAt(`Unsupported data type: ${nameOf(expression)} under key ${under}`, expression.at);
  }
}

function membersOf(
  members: [Expression, Expression][],
  under: string,
  read: (value: Expression, name: string) => AttributeValue,
): AttributeMap {
  const map = emptyMap();
  for (const [key, value] of members) {
    if (key.kind !== "string") {
      throw validation(`Tuple keys must be of type String. Actual type: ${nameOf(key)} under ${under}`);
    }
    if (key.value in map) throw validation(`Duplicate keys in tuple. Key: ${key.value} under ${under}`);
    map[key.value] = read(value, key.value);
  }
  return copyOf(map);
}

/** A set of strings or of numbers. */
function bag(members: Expression[], under: string): AttributeValue {
  if (members.length === 0) throw validation("Empty bags are not supported");
  const strings = members.flatMap((member) => (member.kind === "string" ? [member.value] : []));
  if (strings.length === members.length) {
    if (new Set(strings).size === strings.length) return { SS: strings };
    throw invalidValue(`Input collection [${strings.join(", ")}] contains duplicates.`);
  }
  const written = members.flatMap((member) => (member.kind === "number" ? [member.text] : []));
  if (written.length < members.length) {
    throw validation(
      "Unsupported data type in Bag. DynamoDB only supports either numbers or strings in bags",
    );
  }
  const numbers = written.map((text) => numberUnder(text, under));
  if (new Set(numbers).size === numbers.length) return { NS: numbers };
  throw invalidValue(`Input collection [${written.join(", ")}] contains duplicates! under ${under}`);
}

function numberUnder(text: string, under: string): string {
  try {
    return normalizeNumber(text);
  } catch (error) {
    throw validation(`${(error as Error).message} under ${under}`);
  }
}

function nameOf(expression: Expression): string {
  switch (expression.kind) {
    case "call":
      return expression.name;
    case "operator":
      return expression.operator;
    case "path":
      return String(expression.path[0]);
    default:
      return expression.kind.charAt(0).toUpperCase() + expression.kind.slice(1);
  }
}
