import type { Flattened } from "../kernel/engine.ts";
import { isObject } from "../kernel/is-object.ts";
import { element } from "./xml.ts";

/**
 * The input as JSON has it: `{ Attribute: { 1: { Name: "a", Value: "b" } } }` → `{ Attributes: { a: "b" } }`.
 * Members of other names stay. Objects have their numeric keys in order.
 */
export function readFlattened(action: string, tree: object, names: Flattened): Record<string, unknown> {
  const members = new Map(
    Object.entries(names.input).map(([member, { item, key }]) => [
      item.replace("{action}", action),
      { member, key },
    ]),
  );
  const read = (node: unknown): unknown => (isObject(node) ? readAll(node) : node);
  const readAll = (node: object): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(node).map(([name, value]) => {
        const list = members.get(name);
        if (!list) return [name, names.numbers.includes(name) ? numeric(value) : read(value)];
        const items = isObject(value) ? Object.values(value) : [value];
        if (list.key === undefined) return [list.member, items.map(read)];
        const entries = items.map((entry: any) => [entry?.[list.key!], read(entry?.Value)]);
        return [list.member, Object.fromEntries(entries)];
      }),
    );
  return readAll(tree);
}

/** A text that is no number stays, for the operation to refuse. */
const numeric = (value: unknown) =>
  typeof value === "string" && /^-?\d{1,15}$/.test(value) ? Number(value) : value;

/** The content of a result's element. */
export function writeFlattened(action: string, output: object, names: Flattened): string {
  const write = (name: string, value: unknown): string =>
    isObject(value) ? `<${name}>${writeAll(value)}</${name}>` : element(name, value);
  const writeAll = (members: object): string =>
    Object.entries(members)
      .map(([member, value]) => {
        const list = Object.hasOwn(names.output, member) ? names.output[member] : undefined;
        if (!list || value === undefined) return write(member, value);
        const item = list.item.replace("{action}", action);
        const { key } = list;
        if (key === undefined) return value.map((one: unknown) => write(item, one)).join("");
        return Object.entries(value)
          .map(([name, one]) => `<${item}>${element(key, name)}${write("Value", one)}</${item}>`)
          .join("");
      })
      .join("");
  return writeAll(output);
}
