import { DefinitionError } from "../../contract/definition-error.ts";
import type { Expression, Operator } from "../expression.ts";
import { placeOf } from "../place.ts";
import { express } from "../plain-value.ts";
import { describe, reference } from "../proxy.ts";
import { isWithin } from "../recording.ts";
import type { Ref, Reference } from "../ref.ts";
import { type Shape, scalar } from "../shape.ts";

// Operators are free functions and not methods of references, because a user's fields may have any name.

/** A value, or a reference to one. */
export type ValueOrReference<T> = T | Reference<T>;
export type Scalar = string | number | boolean;

/** A reference to the result of an operator. */
export function call<T>(
  operator: Operator,
  operands: readonly unknown[],
  callee: (...args: never) => unknown,
  shape: Shape = scalar,
): Ref<T> {
  return derive(operands, callee, shape, (expressed) => ({ kind: "call", operator, operands: expressed }));
}

/** A reference that is derived from others. It exists in the scope of the innermost of them. */
export function derive<T>(
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
    throw new DefinitionError(`${callee.name} contains no reference. Use the plain value.`, placeOf(callee));
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
