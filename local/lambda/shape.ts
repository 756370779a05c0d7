import { shown } from "../kernel/input.ts";
import type { Operation } from "../kernel/service.ts";
import { validation } from "./errors.ts";

/**
 * Checks a value of an input; returns a sentence for each rule of Lambda's model that it breaks. `at` is its
 * path: "destinationConfig.onFailure".
 */
export type Shape = (value: any, at: string) => string[];

interface TextRules {
  length?: readonly [least: number, most: number];
  /** Lambda's pattern, which must match the whole text. */
  pattern?: string;
}

export const text = ({ length, pattern }: TextRules): Shape => {
  const whole = pattern === undefined ? undefined : new RegExp(`^(?:${pattern})$`);
  return (value, at) => {
    if (typeof value === "object") return [broken(value, at, "be a string")];
    return [
      ...bounds(String(value).length, "length", length, value, at),
      ...(whole && !whole.test(value)
        ? [broken(value, at, `satisfy regular expression pattern: ${pattern}`)]
        : []),
    ];
  };
};

export const oneOf =
  (...values: string[]): Shape =>
  (value, at) =>
    values.includes(value) ? [] : [broken(value, at, `satisfy enum value set: [${values.join(", ")}]`)];

/** A whole number; a template may write it as text. */
export const whole =
  (least: number, most = Number.POSITIVE_INFINITY): Shape =>
  (value, at) => {
    if (typeof value === "object" || !Number.isInteger(Number(value)))
      return [broken(value, at, "be a whole number")];
    return bounds(Number(value), "value", [least, most], value, at);
  };

export const listOf =
  (item: Shape, least = 0, most = Number.POSITIVE_INFINITY): Shape =>
  (value, at) => {
    if (!Array.isArray(value)) return [broken(value, at, "be a list")];
    return [
      ...bounds(value.length, "length", [least, most], `[${value.map(shown).join(", ")}]`, at),
      ...value.flatMap((element, position) => item(element, `${at}.${position + 1}.member`)),
    ];
  };

/** Members without a shape are checked elsewhere. `required` members must be present. */
export const structure =
  (members: Record<string, Shape>, ...required: string[]): Shape =>
  (value, at) => {
    if (typeof value !== "object" || value === null) return [broken(value, at, "be a structure")];
    const place = (name: string) => `${at && `${at}.`}${name.charAt(0).toLowerCase()}${name.slice(1)}`;
    return [
      ...required
        .filter((name) => value[name] == null)
        .map((name) => broken(null, place(name), "not be null")),
      ...Object.entries(members).flatMap(([name, shape]) =>
        value[name] == null ? [] : shape(value[name], place(name)),
      ),
    ];
  };

/** Throws ValidationException with all violations of the value. */
export function check(shape: Shape, value: unknown): void {
  const found = shape(value, "");
  if (found.length === 0) return;
  throw validation(
    `${found.length} validation error${found.length > 1 ? "s" : ""} detected: ${found.join("; ")}`,
  );
}

/** The operations, each with a check of its input. */
export function checked(
  operations: Record<string, Operation>,
  inputs: Record<string, Shape>,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]) => {
      const shape = inputs[name];
      if (!shape) return [name, run];
      const checkedRun: Operation = (input, context) => {
        check(shape, input);
        return run(input, context);
      };
      return [name, checkedRun];
    }),
  );
}

function bounds(
  size: number,
  what: string,
  range: TextRules["length"],
  value: unknown,
  at: string,
): string[] {
  if (!range) return [];
  const [least, most] = range;
  if (size < least) return [broken(value, at, `have ${what} greater than or equal to ${least}`)];
  if (size > most) return [broken(value, at, `have ${what} less than or equal to ${most}`)];
  return [];
}

function broken(value: unknown, at: string, rule: string): string {
  const found = value === null ? "Value null" : `Value '${shown(value)}'`;
  return `${found} at '${at}' failed to satisfy constraint: Member must ${rule}`;
}
