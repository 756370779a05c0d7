import { invalidValue, validation } from "../errors.ts";
import { type AttributeType, type AttributeValue, typeOf } from "../value/attribute-value.ts";
import { orderOf } from "../value/compare.ts";
import { normalizeValue } from "../value/normalize.ts";
import type { Comparator, Condition, Operand } from "./condition.ts";
import type { Path } from "./placeholders.ts";
import type { UpdateAction } from "./update.ts";

/** The parameters older than expressions, parsed into their equivalents. */

type LegacyOperator =
  | "EQ"
  | "NE"
  | "LE"
  | "LT"
  | "GE"
  | "GT"
  | "NOT_NULL"
  | "NULL"
  | "CONTAINS"
  | "NOT_CONTAINS"
  | "BEGINS_WITH"
  | "IN"
  | "BETWEEN";

/** A member of Expected, or (with fewer parameters) of QueryFilter, ScanFilter and KeyConditions. */
interface LegacyCondition {
  ComparisonOperator?: LegacyOperator;
  AttributeValueList?: unknown[];
  Value?: unknown;
  Exists?: boolean;
}

interface LegacyUpdate {
  Action?: "PUT" | "ADD" | "DELETE";
  Value?: unknown;
}

const COMPARATORS: { readonly [operator: string]: Comparator } = {
  EQ: "=",
  NE: "<>",
  LE: "<=",
  LT: "<",
  GE: ">=",
  GT: ">",
};

const SCALARS: readonly AttributeType[] = ["S", "N", "B"];
const ANY: readonly AttributeType[] = [...SCALARS, "SS", "NS", "BS", "L", "M", "BOOL", "NULL"];

/** How many values an operator takes, and of which types. */
const TAKES: {
  readonly [Operator in LegacyOperator]: readonly [
    least: number,
    most: number,
    types: readonly AttributeType[],
  ];
} = {
  EQ: [1, 1, ANY],
  NE: [1, 1, ANY],
  LE: [1, 1, SCALARS],
  LT: [1, 1, SCALARS],
  GE: [1, 1, SCALARS],
  GT: [1, 1, SCALARS],
  NOT_NULL: [0, 0, []],
  NULL: [0, 0, []],
  CONTAINS: [1, 1, SCALARS],
  NOT_CONTAINS: [1, 1, SCALARS],
  BEGINS_WITH: [1, 1, ["S", "B"]],
  IN: [1, Number.POSITIVE_INFINITY, SCALARS],
  BETWEEN: [2, 2, SCALARS],
};

/** Parses Expected. Throws the service's ValidationException if it contradicts itself. */
export function expectedCondition(
  conditions: { [name: string]: LegacyCondition },
  operator: "AND" | "OR" | undefined,
): Condition | undefined {
  for (const [name, condition] of Object.entries(conditions)) checkExpected(name, condition);
  return legacyCondition(conditions, operator);
}

/** Throws the service's ValidationException for values that an operator does not accept. */
export function legacyCondition(
  conditions: { [name: string]: LegacyCondition },
  operator: "AND" | "OR" | undefined,
): Condition | undefined {
  const kind = operator === "OR" ? "or" : "and";
  return Object.entries(conditions)
    .map(([name, condition]) =>
      condition.ComparisonOperator ? compared(name, condition) : expected(name, condition),
    )
    .reduce<Condition | undefined>((left, right) => (left ? { kind, left, right } : right), undefined);
}

function checkExpected(name: string, condition: LegacyCondition): void {
  const { ComparisonOperator: operator, AttributeValueList: list, Value: value, Exists: exists } = condition;
  const refuse = (message: string) => invalidValue(`${message} for Attribute: ${name}`);
  if (list && value != null) throw refuse("Value and AttributeValueList cannot be used together");
  if (operator) {
    if (exists != null) throw refuse("Exists and ComparisonOperator cannot be used together");
    if (operator !== "NULL" && operator !== "NOT_NULL" && !list && value == null) {
      throw refuse(`Value or AttributeValueList must be used with ComparisonOperator: ${operator}`);
    }
    return;
  }
  if (list) throw refuse("AttributeValueList can only be used with a ComparisonOperator");
  if (exists === false && value != null) throw refuse("Value cannot be used when Exists is false");
  if (exists !== false && value == null)
    throw refuse(`Value must be provided when Exists is ${exists ?? null}`);
}

/** An expected value, or the condition that there is none. */
function expected(name: string, { Value: value }: LegacyCondition): Condition {
  if (value == null) return call("attribute_not_exists", pathTo(name));
  return { kind: "compare", comparator: "=", left: pathTo(name), right: constant(normalizeValue(value)) };
}

function compared(
  name: string,
  { ComparisonOperator, AttributeValueList: list, Value: value }: LegacyCondition,
): Condition {
  const operator = ComparisonOperator!;
  const values = (list ?? (value == null ? [] : [value])).map((each) => normalizeValue(each));
  const [least, most, types] = TAKES[operator];
  if (values.length < least || values.length > most) {
    throw invalidValue(`Invalid number of argument(s) for the ${operator} ComparisonOperator`);
  }
  if (values.some((each) => typeOf(each) !== typeOf(values[0]!))) {
    throw invalidValue("AttributeValues inside AttributeValueList must be of same type");
  }
  const wrong = values.map(typeOf).find((type) => !types.includes(type));
  if (wrong) {
    throw invalidValue(`ComparisonOperator ${operator} is not valid for ${wrong} AttributeValue type`);
  }
  if (operator === "BETWEEN" && orderOf(values[0]!, values[1]!)! > 0) {
    throw validation(
      "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
    );
  }
  return conditionOf(operator, pathTo(name), values.map(constant));
}

function conditionOf(operator: LegacyOperator, path: Operand, values: Operand[]): Condition {
  const [first, second] = values as [Operand, Operand];
  switch (operator) {
    case "NOT_NULL":
      return call("attribute_exists", path);
    case "NULL":
      return call("attribute_not_exists", path);
    case "CONTAINS":
      return call("contains", path, first);
    case "NOT_CONTAINS":
      return { kind: "not", condition: call("contains", path, first) };
    case "BEGINS_WITH":
      return call("begins_with", path, first);
    case "IN":
      return { kind: "in", operand: path, candidates: values };
    case "BETWEEN":
      return { kind: "between", operand: path, lower: first, upper: second };
    default:
      return { kind: "compare", comparator: COMPARATORS[operator]!, left: path, right: first };
  }
}

const pathTo = (name: string): Operand => ({ kind: "path", path: [name] });
const constant = (value: AttributeValue): Operand => ({ kind: "value", value });
const call = (name: Extract<Condition, { kind: "function" }>["name"], ...operands: Operand[]): Condition => ({
  kind: "function",
  name,
  arguments: operands,
});

/** Throws the service's ValidationException for a duplicate name. */
export function legacyProjection(names: string[]): Path[] {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw invalidValue(`Duplicate value in attribute name: ${twice}`);
  return names.map((name) => [name]);
}

/** Throws the service's ValidationException for an action that does not accept its value. */
export function legacyUpdate(updates: { [name: string]: LegacyUpdate }): UpdateAction[] {
  return Object.entries(updates).map(([name, update]) => actionOf([name], update));
}

function actionOf(path: Path, { Action, Value: given }: LegacyUpdate): UpdateAction {
  const action = Action ?? "PUT";
  if (given == null) {
    if (action === "DELETE") return { kind: "REMOVE", path };
    throw invalidValue("Only DELETE action is allowed when no attribute value is specified");
  }
  const value = normalizeValue(given);
  const type = typeOf(value);
  const isSet = type === "SS" || type === "NS" || type === "BS";
  switch (action) {
    case "PUT":
      return { kind: "SET", path, assigned: { kind: "value", value } };
    case "DELETE":
      if (isSet) return { kind: "DELETE", path, value };
      throw invalidValue(`DELETE action with value is not supported for the type ${type}`);
    case "ADD":
      if (isSet || type === "N") return { kind: "ADD", path, value };
      if (type === "L") return appended(path, value);
      throw invalidValue(`ADD action is not supported for the type ${type}`);
  }
}

/** Appends the list to the existing one. */
function appended(path: Path, value: AttributeValue): UpdateAction {
  const none = { kind: "value" as const, value: { L: [] } };
  const before = { kind: "if_not_exists" as const, operands: [{ kind: "path" as const, path }, none] };
  return {
    kind: "SET",
    path,
    assigned: { kind: "list_append", operands: [before, { kind: "value", value }] },
  };
}
