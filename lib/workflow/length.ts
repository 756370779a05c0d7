import { type Duration, MILLISECONDS, milliseconds, NO_LENGTH, seconds } from "../contract/duration.ts";
import { type Expression, say } from "./expression.ts";
import type { Frame } from "./frame.ts";
import { condition, quote } from "./jsonata.ts";
import type { Callee } from "./place.ts";
import { express } from "./plain-value.ts";
import type { Reference } from "./ref.ts";

/** A duration, or a reference to a text that a run will have in the same notation: "90 seconds". */
export type Length = Duration | Reference<string>;

export function expressLength(length: Length, what: string, callee: Callee): Expression {
  const { expression } = express(length, what, callee);
  if (isWritten(expression)) milliseconds(expression.value);
  return expression;
}

/** As text for people: "1 day", "order.patience". */
export function sayLength(length: Expression): string {
  return isWritten(length) ? length.value : say(length);
}

/** A duration in milliseconds, as a value in ASL. */
export function inMilliseconds(length: Expression, frame: Frame): number | string {
  return isWritten(length) ? milliseconds(length.value) : condition(measured(length), frame);
}

/** A duration in whole seconds, rounded up, as a value in ASL. */
export function inSeconds(length: Expression, frame: Frame): number | string {
  if (isWritten(length)) return seconds(length.value);
  return condition(script(["$ceil(", " / 1000)"], measured(length)), frame);
}

export function isWritten(length: Expression): length is { kind: "literal"; value: Duration } {
  return length.kind === "literal";
}

/** The duration of a run's text, with the same rules as `milliseconds` has for a literal one. */
function measured(length: Expression): Expression {
  return script(
    [
      "$said := $string(",
      `); $parts := $match($said, /^([0-9]+(?:[.][0-9]+)?) ([a-z]+)$/).groups; ` +
        `$measured := $round($number($parts[0]) * $lookup(${JSON.stringify(MILLISECONDS)}, $parts[1])); ` +
        `$measured > 0 ? $measured : $error('"' & $said & ${quote(`" ${NO_LENGTH}`)})`,
    ],
    length,
  );
}

function script(texts: readonly [string, string], value: Expression): Expression {
  return { kind: "script", texts, values: [value] };
}
