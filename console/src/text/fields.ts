/** One field of a contract, as the documentation lists it. */
export interface ContractField {
  /** "scenes[].heading" */
  path: string;
  type: string;
  required: boolean;
  /** "1 to 12", "at most 200 characters", "default 4" */
  rules: string[];
  description?: string;
}

type Schema = Record<string, any>;

/** The fields of a JSON schema, the outer before the inner. References into its own definitions are followed once. */
export function fieldsOf(schema: Schema): ContractField[] {
  return inside(resolve(schema, schema, new Set()), "", schema, new Set());
}

function inside(schema: Schema, path: string, root: Schema, seen: ReadonlySet<string>): ContractField[] {
  if (schema.type === "array" && schema.items) {
    const met = new Set(seen);
    return inside(resolve(schema.items, root, met), `${path}[]`, root, met);
  }
  const required = new Set<string>(schema.required ?? []);
  return Object.entries<Schema>(schema.properties ?? {}).flatMap(([name, raw]) => {
    const met = new Set(seen);
    const field = resolve(raw, root, met);
    const at = path === "" ? name : `${path}.${name}`;
    return [
      {
        path: at,
        type: typeOf(field, root),
        required: required.has(name),
        rules: rulesOf(field),
        ...(field.description && { description: String(field.description) }),
      },
      ...inside(field, at, root, met),
    ];
  });
}

/** The schema that a reference points to; empty for a cycle. */
function resolve(schema: Schema, root: Schema, seen: Set<string>): Schema {
  const name = schema.$ref as string | undefined;
  if (name === undefined) return schema;
  if (seen.has(name)) return { type: name.split("/").at(-1) };
  seen.add(name);
  const target = name
    .replace(/^#\/?/, "")
    .split("/")
    .filter(Boolean)
    .reduce<Schema | undefined>((at, part) => at?.[part], root);
  return target ? resolve(target, root, seen) : { type: name };
}

function typeOf(schema: Schema, root: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value: unknown) => JSON.stringify(value)).join(" | ");
  const several = schema.anyOf ?? schema.oneOf;
  if (several) return several.map((one: Schema) => typeOf(resolve(one, root, new Set()), root)).join(" | ");
  if (schema.type === "array")
    return `list of ${schema.items ? typeOf(resolve(schema.items, root, new Set()), root) : "anything"}`;
  if (Array.isArray(schema.type)) return schema.type.join(" | ");
  return schema.format ? `${schema.type ?? "string"} (${schema.format})` : (schema.type ?? "anything");
}

function rulesOf(schema: Schema): string[] {
  return [
    rangeOf(schema.minimum, schema.maximum, ""),
    rangeOf(schema.minLength, schema.maxLength, "character"),
    rangeOf(schema.minItems, schema.maxItems, "element"),
    schema.exclusiveMinimum !== undefined ? `more than ${schema.exclusiveMinimum}` : "",
    schema.exclusiveMaximum !== undefined ? `less than ${schema.exclusiveMaximum}` : "",
    schema.pattern !== undefined ? `matches ${schema.pattern}` : "",
    schema.default !== undefined ? `default ${JSON.stringify(schema.default)}` : "",
  ].filter(Boolean);
}

function rangeOf(least: number | undefined, most: number | undefined, unit: string): string {
  // Whole numbers have the bounds of a double, which mean nothing to a reader.
  const low = least !== undefined && least > Number.MIN_SAFE_INTEGER ? least : undefined;
  const high = most !== undefined && most < Number.MAX_SAFE_INTEGER ? most : undefined;
  const units = (count: number) => (unit === "" ? "" : ` ${unit}${count === 1 ? "" : "s"}`);
  if (low !== undefined && high !== undefined) return `${low} to ${high}${units(high)}`;
  if (low !== undefined) return `at least ${low}${units(low)}`;
  return high !== undefined ? `at most ${high}${units(high)}` : "";
}
