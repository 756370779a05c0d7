import type { Ref, Reference } from "../ref.ts";
import { call, type Scalar, type ValueOrReference } from "./derive.ts";

type Condition = Reference<boolean>;

/** True if all conditions are true. */
export function and(...conditions: [Condition, Condition, ...Condition[]]): Ref<boolean> {
  return call("and", conditions, and);
}
/** True if at least one condition is true. */
export function or(...conditions: [Condition, Condition, ...Condition[]]): Ref<boolean> {
  return call("or", conditions, or);
}
/** True if the condition is false. */
export function not(condition: Condition): Ref<boolean> {
  return call("not", [condition], not);
}
/** Whether both are the same text, number or boolean. A missing value equals nothing. */
export function eq<T extends Scalar | null | undefined>(
  left: Reference<T>,
  right: ValueOrReference<NoInfer<T>>,
): Ref<boolean> {
  return call("eq", [left, right], eq);
}
/** The opposite of `eq`. */
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
/** Whether there is a value: neither missing nor null. */
export function exists(value: Reference<unknown>): Ref<boolean> {
  return call("exists", [value], exists);
}
