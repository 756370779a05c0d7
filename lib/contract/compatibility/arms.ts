import { canonicalJson } from "../canonical.ts";
import type { JsonSchema } from "../schema.ts";
import type { Arm } from "./arm.ts";
import { BOUNDS, boundsOf } from "./bounds.ts";
import { both } from "./intersection.ts";

/** The alternatives of a schema. None if it accepts nothing. References are resolved in `root`. */
export function armsOf(schema: JsonSchema | boolean, root: JsonSchema): Arm[] {
  if (schema === false) return [];
  return schema === true ? [{}] : joinValues(flatten(schema, root).flatMap(withinOwnBounds));
}

function flatten(schema: JsonSchema, root: JsonSchema): Arm[] {
  const { $ref, allOf, anyOf, oneOf, ...rest } = schema;
  const together = [...($ref ? [lookUp($ref, root)] : []), ...(allOf ?? [])];
  const choices = [anyOf, oneOf].filter((arms) => arms !== undefined);
  const parts: (readonly JsonSchema[])[] = [...together.map((part) => [part]), ...choices];
  return parts.reduce<Arm[]>((arms, alternatives) => {
    const inner = alternatives.flatMap((part) => flatten(part, root));
    return arms.flatMap((arm) => inner.flatMap((other) => both(arm, other)));
  }, byType(rest));
}

/** The target of a reference: "#" or "#/$defs/Tree". Throws a TypeError if it does not exist. */
function lookUp(reference: string, root: JsonSchema): JsonSchema {
  const keys = reference.split("/").slice(1);
  const found = keys.reduce<any>(
    (inner, key) => inner?.[decodeURIComponent(key).replaceAll("~1", "/").replaceAll("~0", "~")],
    root,
  );
  if (found === undefined) throw new TypeError(`The schema's reference "${reference}" leads nowhere.`);
  return found;
}

function byType({ const: constant, ...schema }: JsonSchema): Arm[] {
  const values = constant === undefined ? (schema.enum as unknown[] | undefined) : [constant];
  const stated = schema.type === undefined ? undefined : [schema.type].flat();
  if (!values) return (stated ?? [undefined]).map((type) => ({ ...schema, type }) as Arm);
  const types = stated ?? [...new Set(values.map(typeOf))];
  return types.flatMap((type) => {
    const ofType = values.filter((value) => isOf(type, value));
    if (type === "object" || type === "array") return ofType.map(exactly);
    return ofType.length > 0 ? [{ ...schema, type, enum: ofType } as Arm] : [];
  });
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}

function isOf(type: string, value: unknown): boolean {
  return type === "integer" ? Number.isInteger(value) : typeOf(value) === type;
}

/** A constant list or object, by its members. */
function exactly(value: unknown): Arm {
  if (Array.isArray(value)) {
    const { length } = value;
    const prefixItems = value.map((item) => ({ const: item }));
    return { type: "array", prefixItems, items: false, minItems: length, maxItems: length };
  }
  const fields = Object.entries(value as object).map(([name, field]) => [name, { const: field }]);
  const properties = Object.fromEntries(fields);
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** The listed values that the other keywords allow. */
function withinOwnBounds(arm: Arm): Arm[] {
  if (!arm.enum) return [arm];
  const own = Object.entries(BOUNDS).filter(([keyword]) => typeof arm[keyword] === "number");
  const values = arm.enum.filter((value) => {
    const bounds = boundsOf(value);
    return own.every(([keyword, within]) => !bounds || within(bounds, arm[keyword] as number));
  });
  return values.length > 0 ? [{ ...arm, enum: values }] : [];
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
