import type { Expression, Operator } from "./expression.ts";
import { express } from "./given.ts";
import { describe, reference } from "./proxy.ts";
import { DefinitionError, isWithin, placeOf } from "./recording.ts";
import type { Ref, Reference } from "./ref.ts";
import { anything, eitherOf, nothing, optionally, type Shape, scalar } from "./shape.ts";

// Free functions and not methods of references, because a user's fields may bear any name.

type ValueOrReference<T> = T | Reference<T>;
type Scalar = string | number | boolean;
type Condition = Reference<boolean>;

/** True where all are. */
export function and(...conditions: [Condition, Condition, ...Condition[]]): Ref<boolean> {
  return call("and", conditions, and);
}
/** True where one is. */
export function or(...conditions: [Condition, Condition, ...Condition[]]): Ref<boolean> {
  return call("or", conditions, or);
}
/** True where the condition is not. */
export function not(condition: Condition): Ref<boolean> {
  return call("not", [condition], not);
}
/** Whether both are the same text, number or truth. What is missing equals nothing. */
export function eq<T extends Scalar | null | undefined>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("eq", [left, right], eq);
}
/** The contrary of `eq`. */
export function ne<T extends Scalar | null | undefined>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("ne", [left, right], ne);
}
export function gt<T extends string | number>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("gt", [left, right], gt);
}
export function gte<T extends string | number>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("gte", [left, right], gte);
}
export function lt<T extends string | number>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("lt", [left, right], lt);
}
export function lte<T extends string | number>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("lte", [left, right], lte);
}
/** Whether there is a value: not missing, and not null. */
export function exists(value: Reference<unknown>): Ref<boolean> {
  return call("exists", [value], exists);
}
/** The value, or the other where it is missing or null. */
export function orElse<T, Other>(
  value: Reference<T>,
  other: Other,
): Ref<NonNullable<T> | (Other extends Reference<infer V> ? V : Other)> {
  const shapes = [value, other].map((side) => express(side, "a side of orElse", orElse).shape);
  const [shape = anything, otherShape = anything] = shapes;
  return call(
    "orElse",
    [value, other],
    orElse,
    eitherOf([{ ...shape, optional: false, nullable: false }, otherShape]),
  );
}

type KeyOf<Container> = NonNullable<Container> extends readonly unknown[] ? number : string;
type MemberOf<Container> =
  NonNullable<Container> extends readonly (infer Item)[]
    ? Item
    : NonNullable<Container> extends Readonly<Record<string, infer Value>>
      ? Value
      : unknown;

/** One item of a list, counted from 0 (or from the end: -1), or one value of a record. It may be missing. */
export function at<Container>(
  container: Reference<Container>,
  key: ValueOrReference<KeyOf<Container>>,
): Ref<MemberOf<Container> | undefined> {
  const shape = describe(container)?.shape ?? anything;
  if (typeof key === "string") {
    return derive([container], at, optionally(shape.field(key) ?? nothing), ([of]) => ({
      kind: "field",
      of: of!,
      name: key,
    }));
  }
  if (shape.list) {
    return derive([container, key], at, optionally(shape.item()), ([of, index]) => ({
      kind: "at",
      of: of!,
      key: index!,
    }));
  }
  return call("lookup", [container, key], at, optionally(anything));
}

/** A text with references inside: text`Film of ${video.topic}`. */
export function text(strings: TemplateStringsArray, ...values: ValueOrReference<Scalar>[]): Ref<string> {
  const parts = strings
    .flatMap((written, at) => [written, ...(at < values.length ? [values[at]!] : [])])
    .filter((part) => part !== "");
  return call("text", parts, text);
}

function call<T>(
  operator: Operator,
  operands: readonly unknown[],
  callee: (...args: never) => unknown,
  shape: Shape = scalar,
): Ref<T> {
  return derive(operands, callee, shape, (expressed) => ({ kind: "call", operator, operands: expressed }));
}

/** A reference to what is made of others. It exists where the innermost of them does. */
function derive<T>(
  operands: readonly unknown[],
  callee: (...args: never) => unknown,
  shape: Shape,
  combine: (operands: Expression[]) => Expression,
): Ref<T> {
  const expressed = operands.map(
    (operand) => express(operand, `an operand of ${callee.name}`, callee).expression,
  );
  const [first, ...others] = operands.flatMap((operand) => describe(operand) ?? []);
  if (!first)
    throw new DefinitionError(
      `${callee.name} at ${placeOf(callee)} has no reference in it. Use the plain value.`,
    );
  const innermost = others.reduce(
    (inner, other) => (isWithin(other.scope, inner.scope) ? other : inner),
    first,
  );
  const expression = combine(expressed);
  const read = { text: `${callee.name}(…)`, place: placeOf(callee), used: false };
  first.recording.reads.push(read);
  return reference({
    expression,
    shape,
    text: read.text,
    recording: first.recording,
    scope: innermost.scope,
    place: read.place,
    use: () => {
      read.used = true;
    },
  });
}
