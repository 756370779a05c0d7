import type { Ref, Reference } from "../ref.ts";
import { call, type Scalar, type ValueOrReference } from "./derive.ts";

/** A text with references inside: text`Film of ${video.topic}`. */
export function text(strings: TemplateStringsArray, ...values: ValueOrReference<Scalar>[]): Ref<string> {
  const parts = strings
    .flatMap((written, at) => [written, ...(at < values.length ? [values[at]!] : [])])
    .filter((part) => part !== "");
  return call("text", parts, text);
}

/** Whether a text contains another. */
export function contains(text: Reference<string>, part: ValueOrReference<string>): Ref<boolean> {
  return call("contains", [text, part], contains);
}

/** A text in lower case, to compare user input. */
export function lowerCase(text: Reference<string>): Ref<string> {
  return call("lowerCase", [text], lowerCase);
}
