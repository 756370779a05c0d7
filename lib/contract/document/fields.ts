import type { Arm } from "../compatibility/arm.ts";
import { armsOf } from "../compatibility/arms.ts";
import type { JsonSchema } from "../schema.ts";

/** A field of a payload, as a row of a table. */
export interface Field {
  /** "scenes[].title" */
  path: string;
  /** "integer", "text or null", "one of "a", "b"". */
  type: string;
  required: boolean;
  /** "at least 1, at most 12, 4 where it is left out". */
  rules: string;
  description: string;
}

const RULES: Record<string, (value: unknown) => string> = {
  minimum: (value) => `at least ${value}`,
  exclusiveMinimum: (value) => `more than ${value}`,
  maximum: (value) => `at most ${value}`,
  exclusiveMaximum: (value) => `less than ${value}`,
  multipleOf: (value) => `a multiple of ${value}`,
  minLength: (value) => `${value} or more characters`,
  maxLength: (value) => `up to ${value} characters`,
  minItems: (value) => `${value} or more items`,
  maxItems: (value) => `up to ${value} items`,
  format: (value) => `format ${value}`,
  pattern: (value) => `matches \`${value}\``,
};

/** The implicit bounds of whole numbers. */
const UNREMARKABLE = new Set<unknown>([Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]);

/**
 * All fields of a schema in its order, those of inner objects after their parent. A recursive schema is
 * listed once.
 */
export function fieldsOf(schema: JsonSchema): Field[] {
  return walk(schema, "", schema, []);
}

function walk(
  schema: JsonSchema | boolean,
  path: string,
  root: JsonSchema,
  above: readonly string[],
): Field[] {
  if (typeof schema === "boolean") return [];
  const text = JSON.stringify(schema);
  if (above.includes(text)) return [];
  return armsOf(schema, root).flatMap((arm) => [
    ...Object.entries(arm.properties ?? {}).flatMap(([name, field]) => {
      const at = path ? `${path}.${name}` : name;
      const own = describe(field, at, arm.required?.includes(name) ?? false, root);
      return [own, ...walk(field, at, root, [...above, text])];
    }),
    ...(arm.items ? walk(arm.items, `${path}[]`, root, [...above, text]) : []),
  ]);
}

function describe(field: JsonSchema, path: string, required: boolean, root: JsonSchema): Field {
  const arms = armsOf(field, root);
  const rules = arms.flatMap((arm) =>
    Object.entries(RULES)
      .filter(([keyword]) => arm[keyword] !== undefined && !UNREMARKABLE.has(arm[keyword]))
      .map(([keyword, say]) => say(arm[keyword])),
  );
  const otherwise = field.default === undefined ? [] : [`default ${JSON.stringify(field.default)}`];
  return {
    path,
    type: [...new Set(arms.map((arm) => typeText(arm, root)))].join(" or "),
    required,
    rules: [...new Set([...rules, ...otherwise])].join(", "),
    description: String(field.description ?? ""),
  };
}

function typeText({ enum: values, type, items }: Arm, root: JsonSchema): string {
  if (values) return values.map((value) => JSON.stringify(value)).join(", ");
  if (type !== "array" || !items || items === true) return type ?? "any";
  const inner = [...new Set(armsOf(items, root).map((arm) => typeText(arm, root)))];
  return `list of ${inner.join(" or ")}`;
}
