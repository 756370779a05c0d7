import { validation } from "../errors.ts";
import { valueAt } from "../expression/evaluate.ts";
import type { Path } from "../expression/placeholders.ts";
import { type AttributeMap, emptyMap } from "../value/attribute-value.ts";
import { refusedAt } from "./errors.ts";
import type { Select } from "./syntax.ts";

/** An attribute of the answer, and its path in the item. */
export interface Column {
  name: string;
  path: Path;
}

/** The columns of a SELECT; undefined for whole items. Throws ValidationException. */
export function columnsOf({ columns }: Select): Column[] | undefined {
  const named = columns?.map((column): Column => {
    if (column.kind === "path") return { name: nameOf(column.path), path: column.path };
    throw refusedAt("Unexpected path component", column.at);
  });
  const names = named?.map(({ name }) => name) ?? [];
  const repeated = names.find((name, at) => names.indexOf(name) < at);
  if (repeated !== undefined) throw validation(`Duplicate identifiers in select clause: ${repeated}`);
  return named;
}

/** A column has the last name of its path, with the indexes after it: "k[0]" for `m.k[0]`. */
function nameOf(path: Path): string {
  const last = path.findLastIndex((step) => typeof step === "string");
  return path
    .slice(last)
    .reduce<string>((name, step, at) => (at === 0 ? String(step) : `${name}[${step}]`), "");
}

export function pickColumns(item: AttributeMap, columns: Column[] | undefined): AttributeMap {
  if (!columns) return item;
  const picked = emptyMap();
  for (const { name, path } of columns) {
    const value = valueAt(item, path);
    if (value) picked[name] = value;
  }
  return picked;
}
