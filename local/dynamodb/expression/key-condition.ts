import { invalidValue, validation } from "../errors.ts";
import { emptyKey } from "../key-rules.ts";
import { type KeyAttribute, type Keys, keyAttributes } from "../table.ts";
import { type AttributeValue, typeOf } from "../value/attribute-value.ts";
import { afterPrefix, encodeSortKey } from "../value/key-encoding.ts";
import { type Comparator, type Condition, type Operand, pathsOf } from "./condition.ts";
import type { Path } from "./placeholders.ts";

/** `none`: an operator that a legacy condition has and keys do not. */
export type KeyOperator = "=" | "<" | "<=" | ">" | ">=" | "BETWEEN" | "begins_with" | "none";

export interface KeyTerm {
  operator: KeyOperator;
  values: AttributeValue[];
}

/** One end of a range of encoded sort keys. */
export interface Bound {
  key: Uint8Array;
  inclusive: boolean;
}

/** What a query reads: one partition, and a range of its sort keys. */
export interface KeyRange {
  hash: AttributeValue;
  lower?: Bound;
  upper?: Bound;
  hasSortCondition: boolean;
}

/** A comparison with its sides exchanged. */
export const MIRRORED: Partial<Record<Comparator, KeyOperator>> = {
  "=": "=",
  "<": ">",
  "<=": ">=",
  ">": "<",
  ">=": "<=",
};

/** The condition on each key. */
type KeyTerms = Map<string, KeyTerm>;

/** Parses a condition on keys. Throws the service's ValidationException if it cannot be one. */
export function keyTermsOf(condition: Condition): KeyTerms {
  const terms: KeyTerms = new Map();
  collect(condition, terms);
  return withinCount(terms);
}

/**
 * The same for legacy conditions, where the error for an operator that keys do not have names the key's
 * schema.
 */
export function legacyKeyTermsOf(condition: Condition | undefined): KeyTerms {
  const terms: KeyTerms = new Map();
  for (const part of condition ? partsOf(condition) : []) {
    if (isIndexable(part)) collect(part, terms);
    else terms.set(String(pathsOf(part)[0]![0]), { operator: "none", values: [] });
  }
  return withinCount(terms);
}

function withinCount(terms: KeyTerms): KeyTerms {
  if (terms.size === 1 || terms.size === 2) return terms;
  throw validation("Conditions can be of length 1 or 2 only");
}

const partsOf = (condition: Condition): Condition[] =>
  condition.kind === "and" ? [...partsOf(condition.left), ...partsOf(condition.right)] : [condition];

function isIndexable(condition: Condition): boolean {
  if (condition.kind === "compare") return condition.comparator !== "<>";
  return condition.kind === "between" || (condition.kind === "function" && condition.name === "begins_with");
}

/** Checks the terms against a key schema. Throws the service's ValidationException if they do not match. */
export function keyRangeOf(terms: KeyTerms, keys: Keys): KeyRange {
  for (const attribute of keyAttributes(keys)) checkTerm(attribute, keys, terms);
  const { values } = terms.get(keys.hash.name)!;
  const sort = keys.range && terms.get(keys.range.name);
  return { hash: values[0]!, ...(sort && boundsOf(sort)), hasSortCondition: sort !== undefined };
}

function collect(condition: Condition, terms: KeyTerms): void {
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

function add(terms: KeyTerms, operator: KeyOperator, operands: Operand[]): void {
  let key: Path | undefined;
  for (const operand of operands) {
    if (operand.kind === "size") {
      throw validation("KeyConditionExpressions cannot contain nested operations");
    }
    if (operand.kind !== "path") continue;
    if (key) {
      throw validation(
        "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition",
      );
    }
    if (operand.path.length > 1) {
      throw validation("KeyConditionExpressions cannot have conditions on nested attributes");
    }
    key = operand.path;
  }
  if (!key) {
    throw validation("Invalid condition in KeyConditionExpression: No key attribute specified");
  }
  const name = String(key[0]);
  if (terms.has(name)) throw validation("KeyConditionExpressions must only contain one condition per key");
  terms.set(name, {
    operator,
    values: operands.flatMap((operand) => (operand.kind === "value" ? [operand.value] : [])),
  });
}

function checkTerm({ name, type }: KeyAttribute, keys: Keys, terms: KeyTerms): void {
  const isHash = name === keys.hash.name;
  if (isHash && !keys.range && terms.size > 1) throw validation("Query key condition not supported");
  const term = terms.get(name);
  if (!term) {
    if (isHash || terms.size > 1) throw validation(`Query condition missed key schema element: ${name}`);
    return;
  }
  if (term.operator === "none") {
    throw validation("Attempted conditional constraint is not an indexable operation");
  }
  if (term.values.some((value) => typeOf(value) !== type)) {
    throw invalidValue("Condition parameter type does not match schema type");
  }
  const empty = type !== "N" && term.values.some((value) => encodeSortKey(value).length === 0);
  if (empty) throw emptyKey(type === "S" ? "string" : "binary", name);
  if (isHash && term.operator !== "=") throw validation("Query key condition not supported");
}

/** The range of sort keys that a term allows. */
export function boundsOf({ operator, values }: KeyTerm): { lower?: Bound; upper?: Bound } {
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
    case "none":
      return {};
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
