import { express } from "../plain-value.ts";
import { describe } from "../proxy.ts";
import type { Ref, Reference } from "../ref.ts";
import { anything, eitherOf, nothing, optionally } from "../shape.ts";
import { call, derive, type Scalar, type ValueOrReference } from "./derive.ts";

/** The value, or the other if it is missing or null. */
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

/**
 * The value, typed as present: for a value that cannot be missing here, as in the branch of an `exists`. If
 * it is missing all the same, the run fails here, or in the step that receives null.
 */
export function present<T>(value: Reference<T>): Ref<NonNullable<T>> {
  const shape = describe(value)?.shape ?? anything;
  return derive([value], present, { ...shape, optional: false, nullable: false }, ([of]) =>
    of!.kind === "read" ? of!.of : of!,
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

/** The number of items in a list. */
export function size(list: Reference<readonly unknown[]>): Ref<number> {
  return call("size", [list], size);
}

/** Whether one of a list's items is this text, number or boolean. */
export function includes<T extends Scalar>(
  list: Reference<readonly T[]>,
  item: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("includes", [list, item], includes);
}
