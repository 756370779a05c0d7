/**
 * A field of a value with the rules of JSONata for `$value.a.b`: of a list, the field of each item; a single
 * result is not a list; a missing value is undefined.
 */
export function select(value: unknown, path: readonly string[]): unknown {
  if (path.length === 0) return value;
  let found: unknown[] = [value].flat();
  for (const [index, name] of path.entries()) {
    const next = found.map((item) => lookUp(item, name)).filter((item) => item !== undefined);
    const [only] = next;
    // A list at the last name stays unchanged, even if it is empty or has one item.
    if (index === path.length - 1 && next.length === 1 && Array.isArray(only)) return only;
    found = next.flat();
  }
  return unpacked(found);
}

function lookUp(value: unknown, name: string): unknown {
  if (Array.isArray(value)) return unpacked(ofItems(value, name));
  if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

function ofItems(items: readonly unknown[], name: string): unknown[] {
  return items.flatMap((item) => {
    const field = Array.isArray(item) ? ofItems(item, name) : lookUp(item, name);
    return field === undefined ? [] : field;
  });
}

function unpacked(items: readonly unknown[]): unknown {
  return items.length > 1 ? items : items[0];
}
