import { keyTermsOf, legacyKeyTermsOf } from "../expression/key-condition.ts";
import { Expressions, QUERY_EXPRESSIONS } from "../operations/expressions.ts";
import type { KeyAttribute } from "../table.ts";
import type { AttributeValue } from "../value/attribute-value.ts";
import { normalizeValue } from "../value/normalize.ts";

/**
 * The partition keys of items, in the form that a policy compares. Throws the service's error for an invalid
 * value.
 */
export function keyValuesOf({ name }: KeyAttribute, items: any[]): string[] {
  const values = items.flatMap((item) => {
    const value = item != null && Object.hasOwn(item, name) ? item[name] : undefined;
    return value == null ? [] : [textOf(normalizeValue(value))];
  });
  return [...new Set(values)];
}

/** The partition key of a query. Throws the service's error for a condition that cannot be parsed. */
export function queriedKey({ name }: KeyAttribute, input: any): string[] {
  const condition = new Expressions(input, QUERY_EXPRESSIONS).condition("KeyConditionExpression");
  if (!condition) return [];
  const terms = input.KeyConditionExpression == null ? legacyKeyTermsOf(condition) : keyTermsOf(condition);
  return (terms.get(name)?.values ?? []).map(textOf);
}

/** A string unchanged, a number in its canonical form, a binary in base64. */
export function textOf(value: AttributeValue): string {
  return String(Object.values(value)[0]);
}
