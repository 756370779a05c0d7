import { shown } from "../kernel/input.ts";
import { isObject } from "../kernel/is-object.ts";
import type { Operation } from "../kernel/service.ts";
import { validation } from "./errors.ts";

/**
 * Checks a value of an input; `at` is its path in the service's notation: "target.roleArn". Throws
 * ValidationException.
 */
export type Shape = (value: unknown, at: string) => void;

export const text =
  (least: number, most: number, pattern?: RegExp): Shape =>
  (value, at) => {
    if (typeof value !== "string") throw validation(`${at} must be a string.`);
    if (value.length < least) throw constraint(value, at, `have length greater than or equal to ${least}`);
    if (value.length > most) throw constraint(value, at, `have length less than or equal to ${most}`);
    if (pattern && !pattern.test(value)) {
      throw constraint(value, at, `satisfy regular expression pattern: ${pattern.source}`);
    }
  };

export const oneOf =
  (...values: string[]): Shape =>
  (value, at) => {
    if (!values.includes(value as string)) {
      throw constraint(value, at, `satisfy enum value set: [${values.join(", ")}]`);
    }
  };

export const whole =
  (least: number, most: number): Shape =>
  (value, at) => {
    if (!Number.isInteger(value)) throw validation(`${at} must be a whole number.`);
    if ((value as number) < least)
      throw constraint(value, at, `have value greater than or equal to ${least}`);
    if ((value as number) > most) throw constraint(value, at, `have value less than or equal to ${most}`);
  };

/** Seconds since the epoch. */
export const time: Shape = (value, at) => {
  if (typeof value !== "number" || !Number.isFinite(value)) throw validation(`${at} must be a timestamp.`);
};

export const listOf =
  (item: Shape, most: number): Shape =>
  (value, at) => {
    if (!Array.isArray(value)) throw validation(`${at} must be a list.`);
    if (value.length > most)
      throw constraint(`[${value.length}]`, at, `have length less than or equal to ${most}`);
    value.forEach((element, index) => {
      item(element, `${at}.${index + 1}.member`);
    });
  };

/** A structure with these members and no others. `required` members must be present. */
export const structure =
  (members: Record<string, Shape>, ...required: string[]): Shape =>
  (value, at) => {
    if (!isObject(value)) {
      throw validation(`${at || "The input"} must be a structure.`);
    }
    const place = (name: string) =>
      (at === "" ? "" : `${at}.`) + name.charAt(0).toLowerCase() + name.slice(1);
    for (const [name, member] of Object.entries(value)) {
      if (member === undefined) continue;
      if (!Object.hasOwn(members, name)) {
        throw validation(`The local cloud does not serve the parameter ${place(name)}.`);
      }
      members[name]!(member, place(name));
    }
    for (const name of required) {
      if ((value as Record<string, unknown>)[name] === undefined)
        throw constraint(null, place(name), "not be null");
    }
  };

/** An operation on inputs of this shape; an explicit null means a missing member. */
export function operation(shape: Shape, run: Operation): Operation {
  return (input, context) => {
    const present = withoutNulls(input);
    shape(present, "");
    return run(present, context);
  };
}

function withoutNulls(value: unknown): unknown {
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== null)
      .map(([name, member]) => [name, withoutNulls(member)]),
  );
}

function constraint(value: unknown, at: string, rule: string) {
  const found = value === null ? "Value null" : `Value '${shown(value)}'`;
  return validation(
    `1 validation error detected: ${found} at '${at}' failed to satisfy constraint: Member must ${rule}`,
  );
}
