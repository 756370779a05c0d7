import { invalidValue, validation } from "../errors.ts";
import { type KeyAttribute, type Keys, keyAttributes } from "../table.ts";
import { type AttributeValue, typeOf } from "../value/attribute-value.ts";
import { afterPrefix, encodeSortKey } from "../value/key-encoding.ts";
import type { Comparator, Condition, Operand } from "./condition.ts";

type KeyOperator = "=" | "<" | "<=" | ">" | ">=" | "BETWEEN" | "begins_with";

interface KeyTerm {
  operator: KeyOperator;
  values: AttributeValue[];
}

/** One end of a range of encoded sort keys. */
export interface Bound {
  key: Uint8Array;
  inclusive: boolean;
}

/** Where a query looks: one partition, and a range of its sort keys. */
export interface KeyRange {
  hash: AttributeValue;
  lower?: Bound;
  upper?: Bound;
  hasSortCondition: boolean;
}

const MIRRORED: Partial<Record<Comparator, KeyOperator>> = {
  "=": "=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** Reads a key condition against a key schema. Throws the service's ValidationException for what cannot be one. */
export function keyRangeOf(condition: Condition, keys: Keys): KeyRange {
  const terms = new Map<string, KeyTerm>();
  collect(condition, terms);
  if (terms.size > 2) throw validation("Conditions can be of length 1 or 2 only");
  for (const attribute of keyAttributes(keys)) checkTerm(attribute, keys, terms);
  const { values } = terms.get(keys.hash.name)!;
  const sort = keys.range && terms.get(keys.range.name);
  return { hash: values[0]!, ...(sort && boundsOf(sort)), hasSortCondition: sort !== undefined };
}

function collect(condition: Condition, terms: Map<string, KeyTerm>): void {
  switch (condition.kind) {
    case "and":
      collect(condition.left, terms);
      collect(condition.right, terms);
      return;
    case "or":
    case "not":
    case "in":
      throw invalidOperator(condition.kind.toUpperCase());
    case "compare": {
      if (condition.comparator === "<>") throw invalidOperator("<>");
      const [first, second] = [condition.left, condition.right];
      const mirrored = first.kind !== "path";
      const operator = mirrored ? MIRRORED[condition.comparator]! : condition.comparator;
      add(terms, operator, mirrored ? [second, first] : [first, second]);
      return;
    }
    case "between":
      mustBeFirst(condition.operand, "BETWEEN");
      add(terms, "BETWEEN", [condition.operand, condition.lower, condition.upper]);
      return;
    case "function":
      if (condition.name !== "begins_with") throw invalidOperator(condition.name);
      mustBeFirst(condition.arguments[0]!, "begins_with");
      add(terms, "begins_with", condition.arguments);
      return;
  }
}

function add(terms: Map<string, KeyTerm>, operator: KeyOperator, operands: Operand[]): void {
  if (operands.some(({ kind }) => kind === "size")) {
    throw validation("KeyConditionExpressions cannot contain nested operations");
  }
  const [key, ...others] = operands;
  if (others.some(({ kind }) => kind === "path")) {
    throw validation(
      "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
    );
  }
  if (key!.kind !== "path") {
    throw validation("Invalid condition in KeyConditionExpression: No key attribute specified");
  }
  if (key!.path.length > 1) {
    throw validation("KeyConditionExpressions cannot have conditions on nested attributes");
  }
  const name = String(key!.path[0]);
  if (terms.has(name)) throw validation("KeyConditionExpressions must only contain one condition per key");
  terms.set(name, {
    operator,
    values: others.flatMap((operand) => (operand.kind === "value" ? [operand.value] : [])),
  });
}

function checkTerm({ name, type }: KeyAttribute, keys: Keys, terms: Map<string, KeyTerm>): void {
  const isHash = name === keys.hash.name;
  if (isHash && !keys.range && terms.size > 1) throw validation("Query key condition not supported");
  const term = terms.get(name);
  if (!term) {
    if (isHash || terms.size > 1) throw validation(`Query condition missed key schema element: ${name}`);
    return;
  }
  if (term.values.some((value) => typeOf(value) !== type)) {
    throw invalidValue("Condition parameter type does not match schema type");
  }
  const empty = type !== "N" && term.values.some((value) => encodeSortKey(value).length === 0);
  if (empty) {
    throw invalidValue(
      `The AttributeValue for a key attribute cannot contain an empty ${type === "S" ? "string" : "binary"} value. Key: ${name}`,
    );
  }
  if (isHash && term.operator !== "=") throw validation("Query key condition not supported");
}

function boundsOf({ operator, values }: KeyTerm): { lower?: Bound; upper?: Bound } {
  const [first, second] = values.map(encodeSortKey) as [Uint8Array, Uint8Array];
  switch (operator) {
    case "=":
      return { lower: { key: first, inclusive: true }, upper: { key: first, inclusive: true } };
    case "<":
    case "<=":
      return { upper: { key: first, inclusive: operator === "<=" } };
    case ">":
    case ">=":
      return { lower: { key: first, inclusive: operator === ">=" } };
    case "BETWEEN":
      return { lower: { key: first, inclusive: true }, upper: { key: second, inclusive: true } };
    case "begins_with": {
      const after = afterPrefix(first);
      return {
        lower: { key: first, inclusive: true },
        ...(after && { upper: { key: after, inclusive: false } }),
      };
    }
  }
}

function mustBeFirst(operand: Operand, operator: string): void {
  if (operand.kind === "path") return;
  throw validation(
    `Invalid condition in KeyConditionExpression: ${operator} operator must have the key attribute as its first operand`,
  );
}

function invalidOperator(operator: string): Error {
  return validation(`Invalid operator used in KeyConditionExpression: ${operator}`);
}
