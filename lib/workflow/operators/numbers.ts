import type { Ref } from "../ref.ts";
import { call, type ValueOrReference } from "./derive.ts";

/** The sum of two numbers. */
export function plus(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("plus", [left, right], plus);
}

/** The difference of two numbers: left minus right. */
export function minus(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("minus", [left, right], minus);
}

/** The product of two numbers. */
export function times(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("times", [left, right], times);
}

/** The quotient of two numbers: left divided by right. */
export function dividedBy(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("dividedBy", [left, right], dividedBy);
}
