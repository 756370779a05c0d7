import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import { DefinitionError } from "./definition-error.ts";

/**
 * A schema with the Standard Schema interface that can also describe itself as JSON Schema: zod 4.2 and
 * later, ArkType, Valibot with its adapter. Only this interface is used, so that a second copy of a schema
 * library in a user's app is no problem.
 */
export interface Schema<Input = any, Output = any> {
  readonly "~standard": StandardSchemaV1.Props<Input, Output> & StandardJSONSchemaV1.Props<Input, Output>;
}

/** What a schema accepts. */
export type InputOf<S extends Schema> = StandardSchemaV1.InferInput<S>;
/** What a schema returns: defaults filled in, unknown fields removed. */
export type OutputOf<S extends Schema> = StandardSchemaV1.InferOutput<S>;

/** The part of JSON Schema (draft 2020-12) that Millrace reads. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly properties?: { readonly [name: string]: JsonSchema };
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema | boolean;
  readonly prefixItems?: readonly JsonSchema[];
  readonly maxItems?: number;
  readonly minItems?: number;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly $ref?: string;
  readonly $defs?: { readonly [name: string]: JsonSchema };
  readonly [keyword: string]: unknown;
}

type Direction = "input" | "output";
type Convert = StandardJSONSchemaV1.Converter[Direction];

/** A dialect of JSON Schema in Standard JSON Schema. */
type Dialect = "draft-2020-12" | "draft-07" | "openapi-3.0";

const DIALECT: Dialect = "draft-2020-12";
const known = { input: new WeakMap<Schema, JsonSchema>(), output: new WeakMap<Schema, JsonSchema>() };

/**
 * The JSON Schema of a schema's input or output. Computed on first use, since a Lambda never needs it. Throws
 * a DefinitionError that names the field if JSON cannot carry the value; `where` names the schema's owner.
 */
export function jsonSchemaOf(schema: Schema, direction: Direction, where: string): JsonSchema {
  const computed = known[direction].get(schema) ?? jsonSchemaIn(DIALECT, schema, direction, where);
  known[direction].set(schema, computed);
  return computed;
}

/** The same in another dialect, for documents that require it. */
export function jsonSchemaIn(
  target: Dialect,
  schema: Schema,
  direction: Direction,
  where: string,
): JsonSchema {
  const convert = schema["~standard"].jsonSchema?.[direction];
  if (!convert) {
    throw new DefinitionError(
      `${where} has a schema of ${schema["~standard"].vendor} that cannot describe itself as JSON Schema. Use a version that implements Standard JSON Schema, as zod does since 4.2.`,
    );
  }
  try {
    return convert({ target });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    if (target !== DIALECT && converts(convert)) {
      const option = target === "openapi-3.0" ? " (schemaRegistry)" : "";
      throw new DefinitionError(
        `${where} has a schema of ${schema["~standard"].vendor} that cannot describe itself as ${target}: ${reason}. Use a library that can, such as zod or Valibot, or leave out the option that needs it${option}.`,
        undefined,
        { cause },
      );
    }
    throw new DefinitionError(
      `${where} cannot be represented in JSON, at ${placesRefused(convert, direction)}: ${reason}. Use a JSON type, for example z.iso.datetime() for a date.`,
      undefined,
      { cause },
    );
  }
}

/** Whether the schema can be represented in JSON. If so, its library lacks only another dialect. */
function converts(convert: Convert): boolean {
  try {
    convert({ target: DIALECT });
    return true;
  } catch {
    return false;
  }
}

/**
 * Libraries report what they cannot convert, but not where. If such places are left blank, zod shows where.
 */
function placesRefused(convert: Convert, direction: Direction): string {
  try {
    return blanks(convert({ target: DIALECT, libraryOptions: { unrepresentable: "any" } }), direction).join(
      " or ",
    );
  } catch {
    return direction;
  }
}

/** The paths at which a schema is empty: "output.scenes[].at". */
function blanks(schema: JsonSchema, path: string): string[] {
  if (Object.keys(schema).every((keyword) => keyword === "$schema")) return [path];
  const inner: [JsonSchema | boolean | undefined, string][] = [
    ...Object.entries(schema.properties ?? {}).map(
      ([name, field]) => [field, `${path}.${name}`] as [JsonSchema, string],
    ),
    [schema.items, `${path}[]`],
    [schema.additionalProperties, `${path}[*]`],
    ...(schema.prefixItems ?? []).map((item, at) => [item, `${path}[${at}]`] as [JsonSchema, string]),
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])].map(
      (arm) => [arm, path] as [JsonSchema, string],
    ),
    ...Object.entries(schema.$defs ?? {}).map(([name, type]) => [type, name] as [JsonSchema, string]),
  ];
  return [...new Set(inner.flatMap(([field, at]) => (typeof field === "object" ? blanks(field, at) : [])))];
}

/**
 * Nothing, or a sentence for each field that JSON cannot carry. As the type of a parameter it becomes the compiler's
 * message: "Type 'ZodObject<…>' is not assignable to type '"output.at is a Date, which JSON cannot carry"'".
 */
type Uncarried<T, Path extends string, Depth extends 0[] = []> = 0 extends 1 & T
  ? never
  : Depth["length"] extends 8
    ? never // A recursive type: its fields have been checked.
    : T extends string | number | boolean | null | undefined
      ? never
      : T extends bigint
        ? `${Path} is a bigint, which JSON cannot carry`
        : T extends symbol
          ? `${Path} is a symbol, which JSON cannot carry`
          : T extends Date
            ? `${Path} is a Date, which JSON cannot carry; use a string`
            : T extends ReadonlyMap<any, any>
              ? `${Path} is a Map, which JSON cannot carry; use a record`
              : T extends ReadonlySet<any>
                ? `${Path} is a Set, which JSON cannot carry; use an array`
                : T extends (...args: never) => unknown
                  ? `${Path} is a function, which JSON cannot carry`
                  : T extends readonly (infer Item)[]
                    ? Uncarried<Item, `${Path}[]`, [...Depth, 0]>
                    : T extends object
                      ? {
                          [K in keyof T & string]-?: Uncarried<T[K], `${Path}.${K}`, [...Depth, 0]>;
                        }[keyof T & string]
                      : never;

/** A schema, or a sentence if JSON cannot carry its values. */
export type Carriable<T, Path extends string> = [Uncarried<T, Path>] extends [never]
  ? unknown
  : Uncarried<T, Path>;
