import type { Ref } from "../ref.ts";
import { call, type ValueOrReference } from "./derive.ts";

export function plus(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("plus", [left, right], plus);
}
export function minus(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("minus", [left, right], minus);
}
export function times(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("times", [left, right], times);
}
export function dividedBy(left: ValueOrReference<number>, right: ValueOrReference<number>): Ref<number> {
  return call("dividedBy", [left, right], dividedBy);
}
