import { validation } from "../errors.ts";
import type { Condition, Operand } from "../expression/condition.ts";
import { type Keys, keyNames } from "../table.ts";
import { type AttributeMap, type AttributeValue, emptyMap } from "../value/attribute-value.ts";
import { equalValues } from "../value/compare.ts";

/** A key that a condition names by equalities, and the rest of the condition. */
export interface KeyAndRest {
  /** Undefined unless every attribute of the key is named. */
  key: AttributeMap | undefined;
  /** Names of key attributes with more than one value. */
  conflicts: string[];
  rest: Condition | undefined;
}

/**
 * Extracts the key from a condition: equalities of key attributes joined by AND. `orOneOf`: a list with one
 * value counts as an equality. Another equality with a different value is a conflict, and stays in the rest.
 */
export function takeKey(condition: Condition | undefined, keys: Keys, orOneOf = false): KeyAndRest {
  const key = emptyMap();
  const conflicts: string[] = [];
  const names = keyNames(keys);
  const rest: Condition[] = [];
  for (const part of condition ? conjuncts(condition) : []) {
    const equality = equalityOf(part, orOneOf);
    if (!equality || !names.includes(equality.name)) {
      rest.push(part);
      continue;
    }
    const { name, value } = equality;
    if (!(name in key)) key[name] = value;
    else if (!equalValues(key[name]!, value)) {
      conflicts.push(name);
      rest.push(part);
    }
  }
  const isWhole = names.every((name) => name in key);
  return { key: isWhole ? key : undefined, conflicts, rest: allOf(rest) };
}

/** The parts of a condition that are joined by AND. */
function conjuncts(condition: Condition): Condition[] {
  return condition.kind === "and"
    ? conjuncts(condition.left).concat(conjuncts(condition.right))
    : [condition];
}

export function allOf(conditions: Condition[]): Condition | undefined {
  return conditions.reduce<Condition | undefined>(
    (left, right) => (left ? { kind: "and", left, right } : right),
    undefined,
  );
}

function equalityOf(
  condition: Condition,
  orOneOf: boolean,
): { name: string; value: AttributeValue } | undefined {
  let left: Operand | undefined;
  let right: Operand | undefined;
  if (condition.kind === "compare" && condition.comparator === "=") ({ left, right } = condition);
  else if (orOneOf && condition.kind === "in" && condition.candidates.length === 1) {
    left = condition.operand;
    right = condition.candidates[0];
  }
  if (left?.kind !== "path") [left, right] = [right, left];
  if (left?.kind !== "path" || left.path.length > 1 || right?.kind !== "value") return undefined;
  return { name: String(left.path[0]), value: right.value };
}

export function refuseConflict([name]: string[]): void {
  if (name === undefined) return;
  throw validation(
    `Multiple conditions on same key ${name}. Only single item Update/Insert/Delete are supported`,
  );
}
