import { ServiceError } from "./errors.ts";
import { isObject } from "./is-object.ts";
import type { Operation } from "./service.ts";

/**
 * The JSON type of an operation's input member: a text, a number, a boolean, a list (of one type), a map from
 * names to one type, or a structure. Members without a type may be anything, and the operation checks ranges.
 */
export type Kind =
  | "text"
  | "number"
  | "flag"
  | readonly [Kind]
  | { readonly each: Kind }
  | { readonly members: Kinds };

export type Kinds = { readonly [member: string]: Kind };

/**
 * The operations, with SerializationException for input of another type, as the services check it before
 * values. An explicit null counts as missing.
 */
export function deserializing(
  kinds: { readonly [operation: string]: Kinds },
  operations: Record<string, Operation>,
): Record<string, Operation> {
  return Object.fromEntries(
    Object.entries(operations).map(([name, run]) => {
      const members = kinds[name] ?? {};
      const checked: Operation = (input, context) => run(read(input, { members }, ""), context);
      return [name, checked];
    }),
  );
}

function read(value: unknown, kind: Kind | undefined, at: string): unknown {
  if (kind === undefined) return value;
  if (kind === "text") return typed(value, "string", at);
  if (kind === "number") return typed(value, "number", at);
  if (kind === "flag") return typed(value, "boolean", at);
  if (isList(kind)) {
    if (!Array.isArray(value)) throw unexpected(at, "a list");
    return value.map((item, index) => read(item, kind[0], `${at}[${index}]`));
  }
  if (!isObject(value)) {
    throw unexpected(at, "a structure");
  }
  const kindOf = (name: string) => {
    if ("each" in kind) return kind.each;
    return Object.hasOwn(kind.members, name) ? kind.members[name] : undefined;
  };
  const names = Object.keys(value).filter((name) => value[name] !== undefined && value[name] !== null);
  return Object.fromEntries(
    names.map((name) => [name, read(value[name], kindOf(name), at === "" ? name : `${at}.${name}`)]),
  );
}

const isList = (kind: Kind): kind is readonly [Kind] => Array.isArray(kind);

function typed(value: unknown, type: "string" | "number" | "boolean", at: string): unknown {
  if (typeof value !== type) throw unexpected(at, `a ${type}`);
  return value;
}

const unexpected = (at: string, expected: string) =>
  new ServiceError("SerializationException", `${at || "The input"} must be ${expected}.`);

/** A value in an error message: text unchanged, structures and lists as JSON. */
export const shown = (value: unknown): string =>
  typeof value === "object" ? JSON.stringify(value) : String(value);
