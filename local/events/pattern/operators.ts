import { isDataObject, isRawNumber } from "../../kernel/raw-number.ts";
import type { Scalar } from "./json.ts";
import type { Test } from "./tests.ts";
import * as is from "./tests.ts";

/** A pattern that the service refuses; the message is its reason. */
export class PatternError extends Error {}

/** Parses one element of a field's list: a value to equal, or an object with one operator. */
export function parseTest(value: unknown): Test | "absent" {
  if (Array.isArray(value))
    throw new PatternError("Match value must be String, number, true, false, or null");
  if (!isDataObject(value)) return is.equal(value as Scalar);
  const [name, ...more] = Object.keys(value);
  if (name === undefined) throw new PatternError("Match expression name not found");
  const parse = OPERATORS.get(name);
  if (!parse) throw new PatternError(`Unrecognized match type ${name}`);
  const test = parse((value as Record<string, unknown>)[name]);
  if (more.length > 0) {
    const counted = name === "anything-but" || name === "numeric";
    throw new PatternError(
      counted ? "Too many elements in numeric expression" : "Only one key allowed in match expression",
    );
  }
  return test;
}

const OPERATORS = new Map<string, (operand: unknown) => Test | "absent">([
  ["exactly", (operand) => is.equal(string(operand, "exact match pattern must be a string"))],
  ["prefix", (operand) => affix("prefix", operand)],
  ["suffix", (operand) => affix("suffix", operand)],
  ["equals-ignore-case", (operand) => is.text(is.ignoringCase(caseless(operand), "whole"))],
  ["wildcard", (operand) => valid(() => is.like(string(operand, WILDCARD_TEXT)))],
  [
    "cidr",
    (operand) => is.text(valid(() => is.cidr(string(operand, "prefix match pattern must be a string")))),
  ],
  ["numeric", parseNumeric],
  ["anything-but", parseAnythingBut],
  ["exists", parseExists],
]);

const WILDCARD_TEXT = "wildcard match pattern must be a string";

function affix(place: "prefix" | "suffix", operand: unknown): Test {
  if (!isDataObject(operand)) {
    const wanted = string(operand, `${place} match pattern must be a string`);
    return place === "prefix" ? is.text(is.prefix(wanted), wanted) : is.text(is.suffix(wanted));
  }
  const [name, ...more] = Object.keys(operand);
  if (name === undefined)
    throw new PatternError(`${place === "prefix" ? "Prefix" : "Suffix"} expression name not found`);
  if (name !== "equals-ignore-case") throw new PatternError(`Unsupported ${place} pattern: ${name}`);
  const wanted = caseless((operand as Record<string, unknown>)[name]);
  if (more.length > 0) throw new PatternError("Only one key allowed in match expression");
  return is.text(is.ignoringCase(wanted, place));
}

function parseExists(operand: unknown): Test | "absent" {
  if (typeof operand !== "boolean")
    throw new PatternError("exists match pattern must be either true or false.");
  return operand ? is.present : "absent";
}

function parseNumeric(operand: unknown): Test {
  if (!Array.isArray(operand)) throw new PatternError("Value of numeric must be an array.");
  const [operator, bound, upperOperator, upperBound, ...more] = operand;
  if (typeof operator !== "string") throw new PatternError(`Invalid member in numeric match: ${operator}`);
  if (!["=", "<", "<=", ">", ">="].includes(operator)) {
    throw new PatternError(`Unrecognized numeric range operator: ${operator}`);
  }
  const lower = {
    operator,
    bound: number(bound, `Value of ${operator === "=" ? "equals" : operator} must be numeric`),
  };
  if (operand.length <= 2) return is.numeric([lower]);
  if (!operator.startsWith(">")) throw new PatternError("Too many elements in numeric expression");
  if (typeof upperOperator !== "string")
    throw new PatternError(`Bad value in numeric range: ${upperOperator}`);
  if (!upperOperator.startsWith("<") || upperOperator.length > 2) {
    throw new PatternError(`Bad numeric range operator: ${upperOperator}`);
  }
  const upper = {
    operator: upperOperator,
    bound: number(upperBound, `Value of ${upperOperator} must be numeric`),
  };
  if (more.length > 0) throw new PatternError("Too many terms in numeric range expression");
  if (lower.bound >= upper.bound) throw new PatternError("Bottom must be less than top");
  return is.numeric([lower, upper]);
}

/** The operators inside `anything-but`, how their texts are parsed, and the error for another value. */
const EXCLUSIONS: Record<string, { read: (value: string) => (text: string) => boolean; otherwise: string }> =
  {
    prefix: {
      read: (value) => is.prefix(filled(value)),
      otherwise: "prefix/suffix match pattern must be a string",
    },
    suffix: {
      read: (value) => is.suffix(filled(value)),
      otherwise: "prefix/suffix match pattern must be a string",
    },
    "equals-ignore-case": {
      read: (value) => is.ignoringCase(value, "whole"),
      otherwise: "Inside anything-but/equals-ignore-case list, number|start|null|boolean is not supported.",
    },
    wildcard: { read: is.wildcard, otherwise: WILDCARD_TEXT },
  };

function parseAnythingBut(operand: unknown): Test {
  if (!isDataObject(operand)) return otherThan(operand);
  const [name, ...more] = Object.keys(operand);
  if (name === undefined) throw new PatternError("Anything-But expression name not found");
  const exclusion = Object.hasOwn(EXCLUSIONS, name) ? EXCLUSIONS[name] : undefined;
  if (!exclusion) throw new PatternError(`Unsupported anything-but pattern: ${name}`);
  const values = excluded((operand as Record<string, unknown>)[name]);
  if (values.length === 0) throw new PatternError("Empty arrays are not allowed");
  const tests = values.map((value) => valid(() => exclusion.read(string(value, exclusion.otherwise))));
  if (more.length > 0) throw new PatternError("Too many elements in numeric expression");
  return is.noneOf(tests);
}

function otherThan(operand: unknown): Test {
  const values = excluded(operand).map((value) => {
    if (typeof value === "string") return value;
    return number(value, "Inside anything but list, start|null|boolean is not supported.");
  });
  if (new Set(values.map((value) => typeof value)).size !== 1) {
    throw new PatternError(
      "Inside anything but list, either all values are number or string, mixed type is not supported",
    );
  }
  return is.otherThan(values);
}

function excluded(operand: unknown): unknown[] {
  if (Array.isArray(operand)) return operand;
  if (typeof operand === "string" || typeof operand === "number" || isRawNumber(operand)) return [operand];
  throw new PatternError("Value of anything-but must be an array or single string/number value.");
}

function caseless(operand: unknown): string {
  return string(operand, "equals-ignore-case match pattern must be a string");
}

function filled(value: string): string {
  if (value === "") throw new PatternError("Null prefix/suffix not allowed");
  return value;
}

function string(value: unknown, otherwise: string): string {
  if (typeof value !== "string") throw new PatternError(otherwise);
  return value;
}

function number(value: unknown, otherwise: string): number {
  if (isRawNumber(value)) throw new PatternError(`Cannot compare number : ${value.rawJSON}`);
  if (typeof value !== "number") throw new PatternError(otherwise);
  return value;
}

function valid<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof PatternError ? error : new PatternError((error as Error).message);
  }
}
