/**
 * Conditions on an event's payload, with EventBridge's rules: the value of each named field must match one of
 * the conditions in its list, and of a list in the payload one item must.
 *
 *     { country: ["DE", "AT"], cents: [{ numeric: [">=", 10_000] }], customer: { mail: [{ suffix: "@example.org" }] } }
 */
export type Pattern<Data> = { readonly [Field in Extract<keyof Data, string>]?: FieldPattern<Data[Field]> };

type FieldPattern<Value> = 0 extends 1 & Value
  ? any
  : [NonNullable<Value>] extends [readonly (infer Item)[]]
    ? FieldPattern<Item>
    : [NonNullable<Value>] extends [string | number | boolean]
      ? readonly Condition<Value>[]
      : [NonNullable<Value>] extends [object]
        ? Pattern<NonNullable<Value>>
        : readonly Existence[];

type Condition<Value> =
  | Exclude<Value, undefined>
  | Existence
  | { readonly "anything-but": NonNullable<Value> | readonly NonNullable<Value>[] }
  | (string extends Value ? TextCondition : never)
  | (number extends Value ? { readonly numeric: Range } : never);

/** Whether the field exists. */
interface Existence {
  readonly exists: boolean;
}

type TextCondition =
  | { readonly prefix: string }
  | { readonly suffix: string }
  | { readonly "equals-ignore-case": string }
  | { readonly wildcard: string };

type Range =
  | readonly ["=" | "<" | "<=" | ">" | ">=", number]
  | readonly [">" | ">=", number, "<" | "<=", number];

/** The fields of a pattern that have no condition, which EventBridge refuses: "customer.mail". */
export function emptyFields(pattern: object, path: string[] = []): string[] {
  return Object.entries(pattern).flatMap(([name, inner]) => {
    const at = [...path, name];
    if (Array.isArray(inner)) return inner.length === 0 ? [at.join(".")] : [];
    return emptyFields(inner as object, at);
  });
}
