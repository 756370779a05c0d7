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
    const items = value.map((item, index) => read(item, kind[0], `${at}[${index}]`));
    return items.every((item, index) => item === value[index]) ? value : items;
  }
  if (!isObject(value)) {
    throw unexpected(at, "a structure");
  }
  const kindOf = (name: string) => {
    if ("each" in kind) return kind.each;
    return Object.hasOwn(kind.members, name) ? kind.members[name] : undefined;
  };
  const all = Object.keys(value);
  const names = all.filter((name) => value[name] !== undefined && value[name] !== null);
  const members = names.map((name) => read(value[name], kindOf(name), at === "" ? name : `${at}.${name}`));
  const isSame =
    names.length === all.length && members.every((member, index) => member === value[names[index]!]);
  return isSame ? value : Object.fromEntries(names.map((name, index) => [name, members[index]]));
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
