import { validation } from "../errors.ts";
import {
  type Comparator,
  type Condition,
  type ConditionFunction,
  type Operand,
  refuseArguments,
  refuseBounds,
  refuseUnordered,
} from "../expression/condition.ts";
import type { AttributeValue } from "../value/attribute-value.ts";
import { refusedAt } from "./errors.ts";
import { TYPE_NAMES } from "./keywords.ts";
import type { Expression } from "./syntax.ts";
import { isConstant, valueOfConstant } from "./values.ts";

const FUNCTIONS = ["attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains"];
const COMPARATORS = ["=", "<>", "<", "<=", ">", ">="];
const MOST_CANDIDATES = 100;

/** Parses a WHERE clause as a condition on an item. Throws ValidationException. */
export function conditionOf(where: Expression, parameters: AttributeValue[]): Condition {
  switch (where.kind) {
    case "is":
      return typeTest(where, parameters);
    case "call":
      if (FUNCTIONS.includes(where.name)) return functionCall(where, parameters);
      throw refusedAt(`Unrecognized function: ${where.name}`, where.at);
    case "operator":
      return operation(where, parameters);
    default:
      throw validation("WHERE clause must contain an expression that resolves to a boolean");
  }
}

function operation(
  { operator, operands }: Expression & { kind: "operator" },
  parameters: AttributeValue[],
): Condition {
  if (operator === "AND" || operator === "OR") {
    const left = conditionOf(operands[0]!, parameters);
    return { kind: operator === "AND" ? "and" : "or", left, right: conditionOf(operands[1]!, parameters) };
  }
  if (operator === "NOT") return { kind: "not", condition: conditionOf(operands[0]!, parameters) };
  const [first, ...rest] = operands.map((operand) => operandOf(operand, parameters));
  if (operator === "IN") {
    if ((first!.kind !== "path" && first!.kind !== "condition") || rest.length === 0) {
      throw validation(
        "IN operator must have a left hand argument of type Variable Reference and right hand argument of type Seq with at least one member",
      );
    }
    if (rest.length > MOST_CANDIDATES) {
      throw validation(
        `The IN operator is provided with too many operands; number of operands: ${rest.length}`,
      );
    }
    return { kind: "in", operand: first!, candidates: rest };
  }
  if (operator === "BETWEEN") {
    for (const operand of [first!, ...rest]) refuseUnordered(operator, operand);
    refuseBounds(rest[0]!, rest[1]!);
    return { kind: "between", operand: first!, lower: rest[0]!, upper: rest[1]! };
  }
  if (!COMPARATORS.includes(operator)) {
    throw validation(`Unsupported operator in Condition Expression. Operator: ${operator}`);
  }
  if (operator !== "=" && operator !== "<>") {
    for (const operand of [first!, rest[0]!]) refuseUnordered(operator, operand);
  }
  return { kind: "compare", comparator: operator as Comparator, left: first!, right: rest[0]! };
}

function operandOf(expression: Expression, parameters: AttributeValue[]): Operand {
  if (expression.kind === "path") return { kind: "path", path: expression.path };
  if (isConstant(expression) || expression.kind === "missing") {
    return { kind: "value", value: valueOfConstant(expression, parameters) };
  }
  if (expression.kind === "call" && expression.name === "size") {
    const operands = expression.arguments.map((argument) => operandOf(argument, parameters));
    refuseArguments("size", operands);
    return { kind: "size", of: operands[0]! };
  }
  return { kind: "condition", condition: conditionOf(expression, parameters) };
}

function functionCall(
  { name, arguments: given }: Expression & { kind: "call" },
  parameters: AttributeValue[],
): Condition {
  const operands = given.map((argument) => operandOf(argument, parameters));
  refuseArguments(name, operands);
  return { kind: "function", name: name as ConditionFunction, arguments: operands };
}

function typeTest({ operand, type }: Expression & { kind: "is" }, parameters: AttributeValue[]): Condition {
  const wanted = TYPE_NAMES.get(type);
  if (!wanted) {
    throw validation(
      `Unsupported data type for IS operator: ${type.toUpperCase()}. Supported data types are [MISSING, NULL, BOOLEAN, BLOB, STRING, NUMERIC, STRUCT, TUPLE, LIST]`,
    );
  }
  if (operand.kind !== "path" && !isConstant(operand)) {
    throw validation("The left hand side argument to IS must be a Variable Reference, Literal, or Path");
  }
  const tested = operandOf(operand, parameters);
  if (wanted === "MISSING") return { kind: "function", name: "attribute_not_exists", arguments: [tested] };
  const name: Operand = { kind: "value", value: { S: wanted } };
  return { kind: "function", name: "attribute_type", arguments: [tested, name] };
}
