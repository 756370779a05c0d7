import {
  type AttributeMap,
  type AttributeValue,
  attributeOf,
  contentOf,
  typeOf,
} from "../value/attribute-value.ts";
import { bytesOf, equalValues, orderOf } from "../value/compare.ts";
import type { Comparator, Condition, ConditionFunction, Operand } from "./condition.ts";
import type { Path } from "./placeholders.ts";

/**
 * Whether the item matches the condition. A missing value, or one of another type, matches no comparison
 * except `<>`.
 */
export function meets(item: AttributeMap, condition: Condition): boolean {
  switch (condition.kind) {
    case "and":
      return meets(item, condition.left) && meets(item, condition.right);
    case "or":
      return meets(item, condition.left) || meets(item, condition.right);
    case "not":
      return !meets(item, condition.condition);
    case "compare":
      return compare(
        condition.comparator,
        operandValue(item, condition.left),
        operandValue(item, condition.right),
      );
    case "between": {
      const value = operandValue(item, condition.operand);
      return (
        compare(">=", value, operandValue(item, condition.lower)) &&
        compare("<=", value, operandValue(item, condition.upper))
      );
    }
    case "in": {
      const value = operandValue(item, condition.operand);
      return condition.candidates.some((candidate) => compare("=", value, operandValue(item, candidate)));
    }
    case "function":
      return FUNCTIONS[condition.name](
        ...condition.arguments.map((argument) => operandValue(item, argument)),
      );
  }
}

/** The value at the path, or undefined. */
export function valueAt(item: AttributeMap, path: Path): AttributeValue | undefined {
  let found: AttributeValue | undefined = { M: item };
  for (const step of path) {
    found = found && memberOf(found, step);
  }
  return found;
}

function memberOf(value: AttributeValue, step: string | number): AttributeValue | undefined {
  if (typeof step === "number") return "L" in value ? value.L[step] : undefined;
  return "M" in value ? attributeOf(value.M, step) : undefined;
}

type Maybe = AttributeValue | undefined;

const FUNCTIONS: Record<ConditionFunction, (...operands: Maybe[]) => boolean> = {
  attribute_exists: (value) => value !== undefined,
  attribute_not_exists: (value) => value === undefined,
  attribute_type: (value, type) => value !== undefined && typeOf(value) === contentOf(type!),
  begins_with: (value, prefix) => {
    if (!value || !prefix) return false;
    if ("S" in value && "S" in prefix) return value.S.startsWith(prefix.S);
    if (!("B" in value && "B" in prefix)) return false;
    const start = bytesOf(prefix.B);
    return bytesOf(value.B).subarray(0, start.length).equals(start);
  },
  contains: (value, part) => {
    if (!value || !part) return false;
    if ("L" in value) return value.L.some((member) => equalValues(member, part));
    if ("S" in part)
      return "S" in value ? value.S.includes(part.S) : "SS" in value && value.SS.includes(part.S);
    if ("N" in part) return "NS" in value && value.NS.includes(part.N);
    if (!("B" in part)) return false;
    return "B" in value
      ? bytesOf(value.B).includes(bytesOf(part.B))
      : "BS" in value && value.BS.includes(part.B);
  },
};

function operandValue(item: AttributeMap, operand: Operand): Maybe {
  if (operand.kind === "value") return operand.value;
  if (operand.kind === "path") return valueAt(item, operand.path);
  if (operand.kind === "condition") return { BOOL: meets(item, operand.condition) };
  const value = operandValue(item, operand.of);
  const size = value && sizeOf(value);
  return size === undefined ? undefined : { N: String(size) };
}

/** Characters of a string, bytes of a binary, members of a set, list or map; undefined for a type that has no size. */
function sizeOf(value: AttributeValue): number | undefined {
  if ("S" in value) return value.S.length;
  if ("B" in value) return bytesOf(value.B).length;
  if ("M" in value) return Object.keys(value.M).length;
  const members = contentOf(value);
  return Array.isArray(members) ? members.length : undefined;
}

function compare(comparator: Comparator, left: Maybe, right: Maybe): boolean {
  if (comparator === "<>") return !compare("=", left, right);
  if (!left || !right) return false;
  if (comparator === "=") return equalValues(left, right);
  const order = orderOf(left, right);
  if (order === undefined) return false;
  switch (comparator) {
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
  }
}
