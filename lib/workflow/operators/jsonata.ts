import { DefinitionError } from "../../contract/definition-error.ts";
import { describe } from "../proxy.ts";
import { placeOf } from "../recording.ts";
import type { Ref, Reference } from "../ref.ts";
import { anything, optionally } from "../shape.ts";
import { derive } from "./derive.ts";

/**
 * What no other operator says, in JSONata with references inside: jsonata<number>`$sum(${order.lines}.price)`. What it
 * answers is taken on trust; a list keeps a single item as a list only if it is written as `[…]`.
 */
export function jsonata<T = unknown>(strings: TemplateStringsArray, ...values: Reference<unknown>[]): Ref<T> {
  const [finding] = values.flatMap((value) => describe(value)?.recording.checkJsonata(strings) ?? []);
  if (finding) throw new DefinitionError(`The JSONata at ${placeOf(jsonata)} ${finding}`);
  return derive(values, jsonata, optionally(anything), (expressed) => ({
    kind: "script",
    texts: [...strings],
    values: expressed,
  }));
}
