import { DefinitionError } from "../../contract/definition-error.ts";
import { placeOf } from "../place.ts";
import { describe } from "../proxy.ts";
import type { Ref, Reference } from "../ref.ts";
import { anything, optionally } from "../shape.ts";
import { derive } from "./derive.ts";

/**
 * For what no other operator can express: JSONata with references inside,
 * jsonata<number>`$sum(${order.lines}.price)`. The type of the result is not checked; a list with a single
 * item stays a list only if it is written as `[…]`.
 */
export function jsonata<T = unknown>(strings: TemplateStringsArray, ...values: Reference<unknown>[]): Ref<T> {
  const [finding] = values.flatMap((value) => describe(value)?.recording.checkJsonata(strings) ?? []);
  if (finding) throw new DefinitionError(`The JSONata ${finding}`, placeOf(jsonata));
  return derive(values, jsonata, optionally(anything), (expressed) => ({
    kind: "script",
    texts: [...strings],
    values: expressed,
  }));
}
