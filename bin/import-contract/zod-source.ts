import { UsageError } from "../explain.ts";
import { type ForeignSchema, resolveReference } from "./find-schema.ts";

/** A schema as the source of zod. */
export interface ZodSource {
  /** Schemas that it names, in the order in which they are declared: `const Line = z.object(…);`. */
  declarations: readonly string[];
  expression: string;
  /** Rules that the source does not have, by their place: it accepts more. */
  omitted: readonly string[];
}

/** Rules that have no counterpart. */
const OMITTED = [
  "not",
  "if",
  "patternProperties",
  "propertyNames",
  "dependentRequired",
  "dependentSchemas",
  "minProperties",
  "maxProperties",
  "contains",
  "uniqueItems",
];
const FORMATS: Record<string, string> = {
  "date-time": "z.iso.datetime({ offset: true })",
  date: "z.iso.date()",
  email: "z.email()",
  uuid: "z.uuid()",
  uri: "z.url()",
};
const IDENTIFIER = /^[A-Za-z_$][\w$]*$/;

/** Writes a schema of JSON Schema (draft 4 to 2020-12) or OpenAPI 3 as source of zod. Throws a UsageError. */
export function zodSource(root: ForeignSchema, document: unknown): ZodSource {
  const declarations: string[] = [];
  const omitted: string[] = [];
  const names = new Map<string, string>();
  const open = new Set<string>();

  function write(schema: ForeignSchema, at: string, indent: string): string {
    if (typeof schema === "boolean") return schema ? "z.unknown()" : "z.never()";
    for (const rule of OMITTED) if (schema[rule] !== undefined) omitted.push(`${at || "/"}: ${rule}`);
    const { source, isNullable } = nullable(schema, at, indent);
    const described =
      schema.description === undefined ? "" : `.meta({ description: ${json(schema.description)} })`;
    return `${source}${isNullable ? ".nullable()" : ""}${described}`;
  }

  /** `null` as a type of several, or as OpenAPI 3.0 writes it. */
  function nullable(schema: Exclude<ForeignSchema, boolean>, at: string, indent: string) {
    const types: string[] | undefined = Array.isArray(schema.type) ? schema.type : undefined;
    const others = types?.filter((type) => type !== "null");
    const isNullable = schema.nullable === true || (types !== undefined && others!.length < types.length);
    if (!others) return { source: base(schema, at, indent), isNullable };
    const sources = others.map((type) => base({ ...schema, type }, at, indent));
    return { source: union(sources), isNullable };
  }

  function base(schema: Exclude<ForeignSchema, boolean>, at: string, indent: string): string {
    if (typeof schema.$ref === "string") return named(schema.$ref);
    if (schema.const !== undefined) return `z.literal(${json(schema.const)})`;
    if (Array.isArray(schema.enum)) return enumeration(schema.enum);
    for (const keyword of ["anyOf", "oneOf"] as const)
      if (Array.isArray(schema[keyword]))
        return union(
          schema[keyword].map((one: ForeignSchema, i: number) => write(one, `${at}/${keyword}/${i}`, indent)),
        );
    if (Array.isArray(schema.allOf)) return together(schema, schema.allOf, at, indent);
    return typed(schema, at, indent);
  }

  function together(
    { allOf: _, description: __, nullable: ___, ...own }: Exclude<ForeignSchema, boolean>,
    all: readonly ForeignSchema[],
    at: string,
    indent: string,
  ): string {
    const hasFields = own.properties !== undefined;
    if (!hasFields && own.required !== undefined) omitted.push(`${at || "/"}: required`);
    return [...all, ...(hasFields ? [own] : [])]
      .map((one, index) => write(one, `${at}/allOf/${index}`, indent))
      .reduce((joined, part) => `z.intersection(${joined}, ${part})`);
  }

  function typed(schema: Exclude<ForeignSchema, boolean>, at: string, indent: string): string {
    const type = schema.type ?? (schema.properties ? "object" : schema.items ? "array" : undefined);
    switch (type) {
      case undefined:
        return "z.unknown()";
      case "null":
        return "z.null()";
      case "boolean":
        return "z.boolean()";
      case "string":
        return text(schema);
      case "integer":
      case "number":
        return `${type === "integer" ? "z.int()" : "z.number()"}${bounds(schema)}`;
      case "array":
        return list(schema, at, indent);
      case "object":
        return object(schema, at, indent);
      default:
        throw new UsageError(`${at || "/"} has the type "${type}", which JSON Schema does not have.`);
    }
  }

  function list(schema: Exclude<ForeignSchema, boolean>, at: string, indent: string): string {
    const items: ForeignSchema[] | undefined = schema.prefixItems;
    if (items) {
      const parts = items.map((one, i) => write(one, `${at}/prefixItems/${i}`, indent));
      const rest = schema.items === false ? "" : `, ${write(schema.items ?? true, `${at}/items`, indent)}`;
      return `z.tuple([${parts.join(", ")}]${rest})`;
    }
    return `z.array(${write(schema.items ?? true, `${at}/items`, indent)})${call("min", schema.minItems)}${call("max", schema.maxItems)}`;
  }

  function object(schema: Exclude<ForeignSchema, boolean>, at: string, indent: string): string {
    const { properties = {}, required = [], additionalProperties: others } = schema;
    const rest = typeof others === "object" ? write(others, `${at}/additionalProperties`, indent) : undefined;
    // zod has no field of this name.
    const fields = Object.entries<ForeignSchema>(properties).filter(([name]) => name !== "__proto__");
    if (Object.hasOwn(properties, "__proto__")) omitted.push(`${at}/properties/__proto__`);
    if (fields.length === 0 && others !== false) return `z.record(z.string(), ${rest ?? "z.unknown()"})`;
    const inner = `${indent}  `;
    const lines = fields.map(([name, field]) => {
      const key = IDENTIFIER.test(name) ? name : json(name);
      const value = write(field, `${at}/properties/${name}`, inner);
      const given = typeof field === "object" ? field.default : undefined;
      const optional = required.includes(name)
        ? ""
        : given === undefined
          ? ".optional()"
          : `.default(${json(given)})`;
      return `${inner}${key}: ${value}${optional},\n`;
    });
    const all = lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
    return `z.${others === false ? "strictObject" : "object"}(${all})${rest ? `.catchall(${rest})` : ""}`;
  }

  function named(reference: string): string {
    const known = names.get(reference);
    if (known !== undefined && !open.has(reference)) return known;
    if (open.has(reference))
      throw new UsageError(
        `The schema "${reference}" contains itself. Write its contract by hand, with z.lazy.`,
      );
    const name = freeName(reference);
    names.set(reference, name);
    open.add(reference);
    const source = write(resolveReference(document, reference), reference.slice(1), "");
    open.delete(reference);
    declarations.push(`const ${name} = ${source};`);
    return name;
  }

  function freeName(reference: string): string {
    const words = decodeURIComponent(reference.split("/").at(-1)!)
      .split(/[^A-Za-z0-9]+/)
      .filter(Boolean);
    const name = words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join("");
    const wanted = `${/^[A-Za-z]/.test(name) ? name : `Schema${name}`}Schema`;
    const taken = new Set(names.values());
    for (let number = 1; ; number++) {
      const free = number === 1 ? wanted : `${wanted}${number}`;
      if (!taken.has(free)) return free;
    }
  }

  const expression = write(root, "", "  ");
  return { declarations, expression, omitted };
}

function text({ format, minLength, maxLength, pattern }: Record<string, any>): string {
  const base = FORMATS[format as string] ?? "z.string()";
  const matches = pattern === undefined ? "" : `.regex(${expressionOf(pattern)})`;
  return `${base}${call("min", minLength)}${call("max", maxLength)}${matches}`;
}

function expressionOf(pattern: string): string {
  for (const flags of ["u", ""])
    try {
      new RegExp(pattern, flags);
      return `new RegExp(${[pattern, flags].map(json).join(", ")})`;
    } catch {}
  throw new UsageError(`The pattern ${json(pattern)} is no regular expression of JavaScript. Remove it.`);
}

/** Also those of draft 4 and OpenAPI 3.0, where `exclusiveMinimum` is a boolean. */
function bounds(schema: Record<string, any>): string {
  const { minimum, maximum, exclusiveMinimum: over, exclusiveMaximum: under, multipleOf } = schema;
  return [
    over === true ? call("gt", minimum) : call("min", minimum),
    under === true ? call("lt", maximum) : call("max", maximum),
    typeof over === "number" ? call("gt", over) : "",
    typeof under === "number" ? call("lt", under) : "",
    call("multipleOf", multipleOf),
  ].join("");
}

function enumeration(values: readonly unknown[]): string {
  if (values.every((value) => typeof value === "string")) return `z.enum(${json(values)})`;
  return union(values.map((value) => `z.literal(${json(value)})`));
}

function union(sources: readonly string[]): string {
  return sources.length === 1 ? sources[0]! : `z.union([${sources.join(", ")}])`;
}

const call = (method: string, value: unknown) => (value === undefined ? "" : `.${method}(${json(value)})`);
const json = (value: unknown) => JSON.stringify(value);
