import { DefinitionError } from "../contract/definition-error.ts";
import { absent, type Expression } from "./expression.ts";
import { type Callee, placeOf } from "./place.ts";
import { describe, use } from "./proxy.ts";
import { anything, eitherOf, listOf, nothing, recordOf, type Shape, scalar } from "./shape.ts";

/** A given value, as plain data, with its shape. */
interface Expressed {
  readonly expression: Expression;
  readonly shape: Shape;
}

/**
 * Turns a value with references inside into plain data. `what` names it in messages: `input of step
 * "publish"`.
 */
export function express(given: unknown, what: string, callee: Callee): Expressed {
  const reference = describe(given);
  if (reference) {
    const { expression, shape } = use(reference, callee);
    const { optional, nullable, list } = shape;
    return { expression: { kind: "read", of: expression, facts: { optional, nullable, list } }, shape };
  }
  if (given === undefined) return { expression: absent, shape: nothing };
  if (given === null)
    return { expression: { kind: "literal", value: null }, shape: { ...anything, open: false } };
  if (typeof given === "string" || typeof given === "boolean" || Number.isFinite(given)) {
    return { expression: { kind: "literal", value: given as string | number | boolean }, shape: scalar };
  }
  if (Array.isArray(given)) {
    const items = given.map((item, at) => express(item, `${what}[${at}]`, callee));
    return {
      expression: { kind: "list", items: items.map(({ expression }) => expression) },
      shape: listOf(() => eitherOf(items.map(({ shape }) => shape)), items.length),
    };
  }
  if (isPlainObject(given)) {
    const fields = Object.entries(given)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, express(value, `${what}.${name}`, callee)] as const);
    return {
      expression: {
        kind: "record",
        fields: Object.fromEntries(fields.map(([name, { expression }]) => [name, expression])),
      },
      shape: recordOf(Object.fromEntries(fields.map(([name, { shape }]) => [name, shape]))),
    };
  }
  // An async function that failed on a reference rejects as well; this error says what to do about both.
  if (given instanceof Promise) given.catch(() => {});
  throw new DefinitionError(
    `${what} is ${nameOf(given)}, which JSON cannot carry. ${remedyFor(given)}`,
    placeOf(callee),
  );
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  const prototype = typeof value === "object" && value !== null ? Object.getPrototypeOf(value) : undefined;
  return prototype === Object.prototype || prototype === null;
}

function nameOf(value: unknown): string {
  if (value instanceof Promise) return "a promise";
  return typeof value === "object"
    ? `a ${value?.constructor.name}`
    : `${typeof value === "number" ? String(value) : `a ${typeof value}`}`;
}

function remedyFor(value: unknown): string {
  if (value instanceof Promise)
    return `Remove "async" and "await": a definition only describes what will run.`;
  return "Use a string, number, boolean, null, list or object of these.";
}
