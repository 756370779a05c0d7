import type { JsonSchema } from "../contract/schema.ts";

/** What is known about a value before it exists. */
export interface Shape {
  /** Whether it may be missing. */
  readonly optional: boolean;
  readonly nullable: boolean;
  readonly list: boolean;
  /** The maximum length of a list, if its schema states one. */
  readonly maxItems: number | undefined;
  /** Declared fields, for messages. */
  readonly fields: readonly string[];
  /** Whether it accepts undeclared keys. */
  readonly open: boolean;
  /** The shape of a field; undefined if there is none of that name. */
  field(name: string): Shape | undefined;
  /** The shape of a list's items. */
  readonly item: () => Shape;
}

/** A value about which nothing is known. */
export const anything: Shape = {
  optional: false,
  nullable: true,
  list: false,
  maxItems: undefined,
  fields: [],
  open: true,
  field: () => optionally(anything),
  item: () => anything,
};

/** Whether nothing is known about a value, so that it may be a list as well. */
export function isUnknown({ open, nullable, fields }: Shape): boolean {
  return open && nullable && fields.length === 0;
}

export const scalar: Shape = { ...anything, nullable: false, open: false, field: () => undefined };
export const nothing: Shape = { ...scalar, optional: true };

export function optionally(shape: Shape): Shape {
  return { ...shape, optional: true };
}

export function orNull(shape: Shape): Shape {
  return { ...shape, nullable: true };
}

export function listOf(item: () => Shape, maxItems?: number): Shape {
  return { ...scalar, list: true, maxItems, item };
}

export function recordOf(fields: Readonly<Record<string, Shape>>): Shape {
  return { ...scalar, fields: Object.keys(fields), field: (name) => fields[name] };
}

/** Of one shape or another. A field that only some have is optional. */
export function eitherOf(shapes: readonly Shape[]): Shape {
  const [first, ...others] = shapes;
  if (first && others.length === 0) return first;
  const present = shapes.filter((shape) => shape !== nothing);
  const lengths = present.map(({ maxItems }) => maxItems);
  return {
    optional: shapes.some(({ optional }) => optional),
    nullable: shapes.some(({ nullable }) => nullable),
    list: present.length > 0 && present.every(({ list }) => list),
    maxItems: lengths.includes(undefined) ? undefined : Math.max(...(lengths as number[])),
    fields: [...new Set(present.flatMap(({ fields }) => fields))],
    open: present.some(({ open }) => open),
    field: (name) => {
      const found = shapes.map((shape) => shape.field(name));
      return found.some(Boolean) ? eitherOf(found.map((shape) => shape ?? nothing)) : undefined;
    },
    item: () => eitherOf(present.map(({ item }) => item())),
  };
}

/** The shape that a JSON Schema describes. */
export function shapeOf(schema: JsonSchema, root: JsonSchema = schema): Shape {
  const inner = (part: JsonSchema | boolean | undefined) =>
    typeof part === "object" ? shapeOf(part, root) : anything;
  if (schema.$ref) return inner(resolve(schema.$ref, root));
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return eitherOf(alternatives.map(inner));
  if (schema.allOf) return allOf(schema.allOf.map(inner));
  if (Array.isArray(schema.type))
    return eitherOf(schema.type.map((type) => shapeOf({ ...schema, type }, root)));

  switch (schema.type) {
    case "object": {
      const { properties = {}, required = [], additionalProperties } = schema;
      const others = additionalProperties ? optionally(inner(additionalProperties)) : undefined;
      return {
        ...scalar,
        fields: Object.keys(properties),
        open: others !== undefined,
        field: (name) => {
          const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
          if (property === undefined) return others;
          return required.includes(name) ? inner(property) : optionally(inner(property));
        },
      };
    }
    case "array":
      return listOf(
        () => eitherOf([...(schema.prefixItems ?? []), ...(schema.items ? [schema.items] : [])].map(inner)),
        schema.maxItems,
      );
    case "null":
      return { ...nothing, optional: false, nullable: true };
    case undefined:
      return "const" in schema || "enum" in schema ? scalar : anything;
    default:
      return scalar;
  }
}

function allOf(shapes: readonly Shape[]): Shape {
  return {
    ...scalar,
    nullable: shapes.every(({ nullable }) => nullable),
    list: shapes.some(({ list }) => list),
    maxItems: shapes.find(({ maxItems }) => maxItems !== undefined)?.maxItems,
    fields: shapes.flatMap(({ fields }) => fields),
    open: shapes.some(({ open }) => open),
    field: (name) =>
      (shapes.find(({ fields }) => fields.includes(name)) ?? shapes.find(({ open }) => open))?.field(name),
    item: () => shapes.find(({ list }) => list)?.item() ?? anything,
  };
}

/** Follows "#/$defs/Name" and "#". */
function resolve(reference: string, root: JsonSchema): JsonSchema {
  return reference
    .split("/")
    .slice(1)
    .reduce<JsonSchema>(
      (part, key) => part[key.replaceAll("~1", "/").replaceAll("~0", "~")] as JsonSchema,
      root,
    );
}
