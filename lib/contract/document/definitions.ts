import type { JsonSchema } from "../schema.ts";

/**
 * A schema and its definitions, separated for a document in which they have their own names: the reference
 * "#/$defs/Tree" becomes `${base}/${name}.Tree`, and "#" becomes `${base}/${name}`.
 */
export function namedSchemas(name: string, schema: JsonSchema, base: string): Record<string, JsonSchema> {
  const { $schema: _, $defs, definitions, ...rest } = schema;
  const inner = Object.entries({ ...$defs, ...(definitions as typeof $defs) });
  const refer = (reference: string) => {
    const [, definition] = /^#\/(?:\$defs|definitions)\/(.+)$/.exec(reference) ?? [];
    return definition ? `${base}/${name}.${definition}` : `${base}/${name}`;
  };
  return Object.fromEntries(
    [[name, rest] as const, ...inner.map(([key, type]) => [`${name}.${key}`, type] as const)].map(
      ([key, type]) => [key, redirect(type, refer) as JsonSchema],
    ),
  );
}

function redirect(value: unknown, refer: (reference: string) => string): unknown {
  if (Array.isArray(value)) return value.map((item) => redirect(item, refer));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [
      key,
      key === "$ref" && typeof member === "string" ? refer(member) : redirect(member, refer),
    ]),
  );
}
