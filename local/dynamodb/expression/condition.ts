import { remembered } from "../../kernel/remembered.ts";
import { validation } from "../errors.ts";
import {
  ATTRIBUTE_TYPES,
  type AttributeType,
  type AttributeValue,
  contentOf,
  typeOf,
} from "../value/attribute-value.ts";
import { orderOf } from "../value/compare.ts";
import { type Path, type Placeholders, refuseReserved, writePath } from "./placeholders.ts";
import { parseCondition, type Syntax } from "./syntax.ts";

export type Operand =
  | { kind: "path"; path: Path }
  | { kind: "value"; value: AttributeValue }
  | { kind: "size"; of: Operand }
  /** Whether a condition holds, by PartiQL's rules of comparison. */
  | { kind: "condition"; condition: Condition };

export type Comparator = "=" | "<>" | "<" | "<=" | ">" | ">=";

/** The functions that are conditions; `size` is an operand. */
export type ConditionFunction =
  | "attribute_exists"
  | "attribute_not_exists"
  | "attribute_type"
  | "begins_with"
  | "contains";

/** A well-formed condition with its names and values resolved. */
export type Condition =
  | { kind: "and" | "or"; left: Condition; right: Condition }
  | { kind: "not"; condition: Condition }
  | { kind: "compare"; comparator: Comparator; left: Operand; right: Operand }
  | { kind: "between"; operand: Operand; lower: Operand; upper: Operand }
  | { kind: "in"; operand: Operand; candidates: Operand[] }
  | { kind: "function"; name: ConditionFunction; arguments: Operand[] };

const OPERAND_COUNTS = new Map([
  ["attribute_exists", 1],
  ["attribute_not_exists", 1],
  ["attribute_type", 2],
  ["begins_with", 2],
  ["contains", 2],
  ["size", 1],
]);

/** Parses a condition, filter or key condition. Throws ValidationException without the parameter's name. */
export function compileCondition(expression: string, placeholders: Placeholders): Condition {
  return resolveCondition(wellFormedCondition(expression), placeholders);
}

/** Programs use few distinct expressions, which differ in their values. */
const MOST_EXPRESSIONS = 1000;

/** A condition as written, checked by the rules that need no names and values. */
export const wellFormedCondition = remembered(MOST_EXPRESSIONS, (expression): Syntax => {
  const syntax = parseCondition(expression);
  refuseUnknownFunctions(syntax);
  refuseMisusedFunctions(syntax);
  refuseReserved(syntax);
  return syntax;
});

/** The paths of a condition, in the order in which they are written. */
export function pathsOf(condition: Condition): Path[] {
  return operandsOf(condition).flatMap(function paths(operand: Operand): Path[] {
    if (operand.kind === "path") return [operand.path];
    if (operand.kind === "condition") return pathsOf(operand.condition);
    return operand.kind === "size" ? paths(operand.of) : [];
  });
}

function operandsOf(condition: Condition): Operand[] {
  switch (condition.kind) {
    case "and":
    case "or":
      return [...operandsOf(condition.left), ...operandsOf(condition.right)];
    case "not":
      return operandsOf(condition.condition);
    case "compare":
      return [condition.left, condition.right];
    case "between":
      return [condition.operand, condition.lower, condition.upper];
    case "in":
      return [condition.operand, ...condition.candidates];
    case "function":
      return condition.arguments;
  }
}

function refuseUnknownFunctions(syntax: Syntax): void {
  if (syntax.kind === "operator") syntax.operands.forEach(refuseUnknownFunctions);
  if (syntax.kind !== "call") return;
  syntax.arguments.forEach(refuseUnknownFunctions);
  if (!OPERAND_COUNTS.has(syntax.name)) throw validation(`Invalid function name; function: ${syntax.name}`);
}

/** `size` is no condition, and a condition is no operand. */
function refuseMisusedFunctions(syntax: Syntax, wanted: "condition" | "operand" = "condition"): void {
  if (syntax.kind === "operator") {
    const inner = ["AND", "OR", "NOT"].includes(syntax.operator) ? "condition" : "operand";
    for (const operand of syntax.operands) refuseMisusedFunctions(operand, inner);
  }
  if (syntax.kind !== "call") return;
  for (const argument of syntax.arguments) refuseMisusedFunctions(argument, "operand");
  if ((syntax.name === "size") === (wanted === "condition")) {
    throw validation(
      `The function is not allowed to be used this way in an expression; function: ${syntax.name}`,
    );
  }
}

function resolveCondition(syntax: Syntax, placeholders: Placeholders): Condition {
  if (syntax.kind === "call") {
    const operands = syntax.arguments.map((argument) => resolveOperand(argument, placeholders));
    refuseArguments(syntax.name, operands);
    return { kind: "function", name: syntax.name as ConditionFunction, arguments: operands };
  }
  if (syntax.kind !== "operator") throw new Error("The parser let an operand stand for a condition");
  const { operator } = syntax;
  if (operator === "AND" || operator === "OR") {
    const [left, right] = syntax.operands.map((operand) => resolveCondition(operand, placeholders));
    return { kind: operator === "AND" ? "and" : "or", left: left!, right: right! };
  }
  if (operator === "NOT")
    return { kind: "not", condition: resolveCondition(syntax.operands[0]!, placeholders) };
  const [first, ...rest] = syntax.operands.map((operand) => resolveOperand(operand, placeholders));
  if (operator === "IN") return { kind: "in", operand: first!, candidates: withinLimit(rest) };
  if (operator === "BETWEEN") {
    for (const operand of [first!, ...rest]) refuseUnordered(operator, operand);
    refuseBounds(rest[0]!, rest[1]!);
    return { kind: "between", operand: first!, lower: rest[0]!, upper: rest[1]! };
  }
  refuseSamePath(operator, [first!, rest[0]!]);
  if (operator !== "=" && operator !== "<>") {
    for (const operand of [first!, rest[0]!]) refuseUnordered(operator, operand);
  }
  return { kind: "compare", comparator: operator as Comparator, left: first!, right: rest[0]! };
}

function resolveOperand(syntax: Syntax, placeholders: Placeholders): Operand {
  if (syntax.kind === "path") return { kind: "path", path: placeholders.path(syntax.steps) };
  if (syntax.kind === "value") return { kind: "value", value: placeholders.value(syntax.placeholder) };
  if (syntax.kind !== "call") throw new Error("The parser let a condition stand for an operand");
  const operands = syntax.arguments.map((argument) => resolveOperand(argument, placeholders));
  refuseArguments(syntax.name, operands);
  return { kind: "size", of: operands[0]! };
}

function withinLimit(candidates: Operand[]): Operand[] {
  if (candidates.length <= 100) return candidates;
  throw validation(
    `Invalid number of operands for operator or function; operator or function: IN, number of operands: ${candidates.length + 1}`,
  );
}

export function refuseArguments(name: string, operands: Operand[]): void {
  if (operands.length !== OPERAND_COUNTS.get(name)) {
    throw validation(
      `Incorrect number of operands for operator or function; operator or function: ${name}, number of operands: ${operands.length}`,
    );
  }
  refuseSamePath(name, operands);
  const [first, second] = operands;
  if ((name === "attribute_exists" || name === "attribute_not_exists") && first!.kind !== "path") {
    throw validation(`Operator or function requires a document path; operator or function: ${name}`);
  }
  if (name === "begins_with") {
    for (const operand of operands) refuseType(name, operand, (type) => type === "S" || type === "B");
  }
  if (name === "size") refuseType(name, first!, (type) => !["N", "BOOL", "NULL"].includes(type));
  if (name === "attribute_type") refuseTypeName(second!);
}

function refuseTypeName(operand: Operand): void {
  if (operand.kind === "path") {
    throw incorrectType("attribute_type", "{NS,SS,L,BS,N,M,B,BOOL,NULL,S}");
  }
  refuseType("attribute_type", operand, (type) => type === "S");
  const name = operand.kind === "value" ? contentOf(operand.value) : "";
  if (!(ATTRIBUTE_TYPES as readonly string[]).includes(name)) {
    throw validation(
      `Invalid attribute type name found; type: ${name}, valid types: {B,NULL,SS,BOOL,L,BS,N,NS,S,M}`,
    );
  }
}

function refuseType(name: string, operand: Operand, fits: (type: AttributeType) => boolean): void {
  const type = operand.kind === "value" ? typeOf(operand.value) : operand.kind === "size" ? "N" : undefined;
  if (type !== undefined && !fits(type)) throw incorrectType(name, type);
}

/** Refuses a constant whose type has no order. A path to such a value is not refused: the comparison is false. */
export function refuseUnordered(operator: string, operand: Operand): void {
  if (operand.kind === "condition") throw incorrectType(operator, "BOOL");
  refuseType(operator, operand, (type) => type === "S" || type === "N" || type === "B");
}

function incorrectType(name: string, type: string): Error {
  return validation(
    `Incorrect operand type for operator or function; operator or function: ${name}, operand type: ${type}`,
  );
}

function refuseSamePath(operator: string, [first, second]: Operand[]): void {
  if (first?.kind !== "path" || second?.kind !== "path") return;
  if (writePath(first.path) !== writePath(second.path)) return;
  throw validation(
    `The first operand must be distinct from the remaining operands for this operator or function; operator: ${operator}, first operand: ${writePath(first.path)}`,
  );
}

export function refuseBounds(lower: Operand, upper: Operand): void {
  if (lower.kind !== "value" || upper.kind !== "value") return;
  const bounds = `lower bound operand: AttributeValue: ${writeValue(lower.value)}, upper bound operand: AttributeValue: ${writeValue(upper.value)}`;
  if (typeOf(lower.value) !== typeOf(upper.value)) {
    throw validation(`The BETWEEN operator requires same data type for lower and upper bounds; ${bounds}`);
  }
  if ((orderOf(lower.value, upper.value) ?? 0) > 0) {
    throw validation(
      `The BETWEEN operator requires upper bound to be greater than or equal to lower bound; ${bounds}`,
    );
  }
}

function writeValue(value: AttributeValue): string {
  return `{${typeOf(value)}:${contentOf(value)}}`;
}
