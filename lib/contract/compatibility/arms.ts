import { canonicalJson } from "../canonical.ts";
import type { JsonSchema } from "../schema.ts";

/** One of the alternatives that a schema allows: of one type at most, without references, unions and constants. */
export interface Arm extends JsonSchema {
  /** Undefined: of any type. */
  readonly type?: string;
  readonly enum?: readonly unknown[];
}

/** The alternatives of a schema. None where it takes nothing. References are looked up in `root`. */
export function armsOf(schema: JsonSchema | boolean, root: JsonSchema): Arm[] {
  if (schema === false) return [];
  return schema === true ? [{}] : joinValues(flatten(schema, root));
}

function flatten(schema: JsonSchema, root: JsonSchema): Arm[] {
  const { $ref, allOf, anyOf, oneOf, ...rest } = schema;
  const together = [...($ref ? [lookUp($ref, root)] : []), ...(allOf ?? [])];
  const choices = [anyOf, oneOf].filter((arms) => arms !== undefined);
  return [...together.map((part) => [part]), ...choices].reduce<Arm[]>((arms, parts) => {
    const inner = parts.flatMap((part) => flatten(part, root));
    return arms.flatMap((arm) => inner.flatMap((other) => both(arm, other) ?? []));
  }, byType(rest));
}

/** What a reference leads to: "#" or "#/$defs/Tree". */
function lookUp(reference: string, root: JsonSchema): JsonSchema {
  const keys = reference.split("/").slice(1);
  return keys.reduce<any>(
    (inner, key) => inner?.[decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")],
    root,
  );
}

function byType({ const: constant, ...schema }: JsonSchema): Arm[] {
  const values = constant === undefined ? (schema.enum as unknown[] | undefined) : [constant];
  const stated = schema.type === undefined ? undefined : [schema.type].flat();
  const types = stated ?? (values && [...new Set(values.map(typeOf))]);
  if (!types) return [schema as Arm];
  return types.flatMap((type) => {
    if (!values) return [{ ...schema, type } as Arm];
    const ofType = values.filter((value) => isOf(type, value));
    return ofType.length > 0 ? [{ ...schema, type, enum: ofType } as Arm] : [];
  });
}

export function typeOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "array";
  return typeof value;
}

function isOf(type: string, value: unknown): boolean {
  return type === "integer" ? Number.isInteger(value) : typeOf(value) === type;
}

/** Undefined where nothing can be both. */
function both(a: Arm, b: Arm): Arm | undefined {
  if (a.type !== undefined && b.type !== undefined && !includes(a.type, b.type) && !includes(b.type, a.type))
    return undefined;
  const type = a.type === "number" ? (b.type ?? a.type) : (a.type ?? b.type);
  const properties = Object.entries(b.properties ?? {}).map(([name, field]) => {
    const other = a.properties?.[name];
    return [name, other ? { allOf: [other, field] } : field] as const;
  });
  return {
    ...a,
    ...b,
    ...(type && { type }),
    ...(a.pattern && b.pattern ? { pattern: `${a.pattern} and ${b.pattern}` } : undefined),
    ...((a.properties || b.properties) && {
      properties: { ...a.properties, ...Object.fromEntries(properties) },
      required: [...new Set([...(a.required ?? []), ...(b.required ?? [])])],
    }),
  };
}

/** Whether whatever is of type `inner` is of type `outer`, too. */
export function includes(outer: string | undefined, inner: string | undefined): boolean {
  return outer === undefined || outer === inner || (outer === "number" && inner === "integer");
}

/** A union of constants is one enumeration. */
function joinValues(arms: Arm[]): Arm[] {
  const joined = new Map<string, Arm>();
  for (const arm of arms) {
    const { enum: values, ...rest } = arm;
    const key = values ? `${arm.type} values ${canonicalJson(rest)}` : canonicalJson(arm);
    const known = joined.get(key);
    joined.set(key, known && values ? { ...arm, enum: [...(known.enum ?? []), ...values] } : arm);
  }
  return [...joined.values()];
}
