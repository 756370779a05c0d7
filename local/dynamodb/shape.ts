import { isObject } from "../kernel/is-object.ts";
import { serialization, validation } from "./errors.ts";

/** What a parameter may be, by the service's model. */
export type Shape =
  | { kind: "string"; values?: readonly string[]; pattern?: RegExp; length?: Range }
  | { kind: "integer"; range?: Range }
  | { kind: "boolean" }
  /** Checked elsewhere: attribute values, maps of expressions. */
  | { kind: "any" }
  | { kind: "list"; of: Shape; length?: Range }
  | { kind: "map"; of: Shape; length?: Range }
  | { kind: "structure"; members: { [name: string]: Shape }; required: readonly string[] };

type ListShape = Extract<Shape, { kind: "list" }>;

type Range = readonly [least: number, most: number];

export const anything: Shape = { kind: "any" };
export const flag: Shape = { kind: "boolean" };
export const text = (length?: Range, pattern?: RegExp): Shape => ({ kind: "string", length, pattern });
export const choice = (...values: string[]): Shape => ({ kind: "string", values });
export const integer = (least: number, most = Number.MAX_SAFE_INTEGER): Shape => ({
  kind: "integer",
  range: [least, most],
});
export const listOf = (of: Shape, least = 0, most = Number.POSITIVE_INFINITY): Shape => ({
  kind: "list",
  of,
  length: [least, most],
});
export const mapOf = (of: Shape, least = 0, most = Number.POSITIVE_INFINITY): Shape => ({
  kind: "map",
  of,
  length: [least, most],
});
export const structure = (members: { [name: string]: Shape }, ...required: string[]): Shape => ({
  kind: "structure",
  members,
  required,
});

/**
 * Throws the service's error if the input does not match: SerializationException for JSON of the wrong type,
 * ValidationException with all violated constraints, or with the name of a parameter that the local cloud
 * does not serve.
 */
export function checkInput(operation: string, input: unknown, shape: Shape): void {
  const violations: string[] = [];
  check({ operation, violations, path: [] }, input, shape);
  if (violations.length === 0) return;
  const count = `${violations.length} validation error${violations.length > 1 ? "s" : ""} detected`;
  throw validation(`${count}: ${violations.slice(0, 10).join("; ")}`);
}

/** A member of a structure, the position in a list, or the key of a map. */
type Step = string | number | readonly [key: string];

interface Check {
  operation: string;
  violations: string[];
  /** To the value that is being checked. It becomes a text only for a violation. */
  path: Step[];
}

function check(context: Check, value: any, shape: Shape): void {
  switch (shape.kind) {
    case "any":
      return;
    case "boolean":
      if (typeof value !== "boolean") throw wrongKind(value, "Boolean");
      return;
    case "integer":
      if (!Number.isInteger(value)) throw wrongKind(value, "Integer");
      checkRange(context, value, value, "value", shape.range);
      return;
    case "string":
      if (typeof value !== "string") throw wrongKind(value, "String");
      if (shape.values && !shape.values.includes(value))
        violate(context, value, `satisfy enum value set: [${shape.values.join(", ")}]`);
      if (shape.pattern && !shape.pattern.test(value)) {
        violate(context, value, `satisfy regular expression pattern: ${shape.pattern.source.slice(1, -1)}`);
      }
      checkRange(context, value, value.length, "length", shape.length);
      return;
    case "list":
      if (!Array.isArray(value)) throw notACollection(value);
      checkRange(context, value, value.length, "length", shape.length);
      for (let at = 0; at < value.length; at++) checkAt(context, at, value[at], shape.of);
      return;
    case "map":
      if (!isObject(value)) throw notACollection(value);
      checkRange(context, value, Object.keys(value).length, "length", shape.length);
      if (
        shape.of.kind === "list" &&
        Object.values<any>(value).some((list) => !fits(list, shape.of as ListShape))
      ) {
        const [least, most] = shape.of.length!;
        violate(
          context,
          value,
          `satisfy constraint: [Member must have length less than or equal to ${most}, Member must have length greater than or equal to ${least}]`,
          "Map value",
        );
        return;
      }
      for (const [key, member] of Object.entries(value)) checkAt(context, [key], member, shape.of);
      return;
    case "structure":
      if (!isObject(value)) throw notACollection(value);
      for (const name of shape.required) {
        if (value[name] != null) continue;
        context.path.push(name);
        violate(context, null, "not be null");
        context.path.pop();
      }
      for (const name of Object.keys(value)) {
        const member = value[name];
        if (member == null) continue;
        const memberShape = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
        if (!memberShape) throw notServed(context.operation, name);
        checkAt(context, name, member, memberShape);
      }
  }
}

function checkAt(context: Check, step: Step, value: unknown, shape: Shape): void {
  context.path.push(step);
  check(context, value, shape);
  context.path.pop();
}

function checkRange(
  context: Check,
  value: unknown,
  size: number,
  what: string,
  range: Range | undefined,
): void {
  if (range && size < range[0]) violate(context, value, `have ${what} greater than or equal to ${range[0]}`);
  if (range && size > range[1]) violate(context, value, `have ${what} less than or equal to ${range[1]}`);
}

function violate({ violations, path }: Check, value: unknown, rule: string, subject = "Member"): void {
  const given = value === null ? "null" : `'${write(value)}'`;
  const at = path.map(writeStep).join(".");
  violations.push(`Value ${given} at '${at}' failed to satisfy constraint: ${subject} must ${rule}`);
}

function writeStep(step: Step): string {
  if (typeof step === "number") return `${step + 1}.member`;
  return typeof step === "string" ? lowerFirst(step) : `${step[0]}.member`;
}

/** Whether a list has a valid length; a value that is not a list is refused later. */
function fits(list: unknown, { length }: ListShape): boolean {
  return !Array.isArray(list) || !length || (list.length >= length[0] && list.length <= length[1]);
}

function notServed(operation: string, name: string): Error {
  return validation(`The local cloud does not serve the parameter ${name} of ${operation}.`);
}

function lowerFirst(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}

function write(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(write).join(", ")}]`;
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function notACollection(value: unknown): Error {
  return serialization(
    typeof value === "object"
      ? "Start of structure or map found where not expected"
      : "Unexpected field type",
  );
}

function wrongKind(value: unknown, expected: string): Error {
  if (Array.isArray(value)) return serialization(`Unrecognized collection type class java.lang.${expected}`);
  if (typeof value === "object") return serialization("Start of structure or map found where not expected");
  const kind =
    typeof value === "boolean"
      ? value
        ? "TRUE_VALUE"
        : "FALSE_VALUE"
      : typeof value === "string"
        ? "STRING_VALUE"
        : Number.isInteger(value)
          ? "NUMBER_VALUE"
          : "DECIMAL_VALUE";
  return serialization(`${kind} cannot be converted to ${expected}`);
}
