import { canonicalJson } from "../canonical.ts";
import type { JsonSchema } from "../schema.ts";
import { type Arm, includes } from "./arm.ts";
import { narrower } from "./bounds.ts";

type Sub = JsonSchema | boolean | undefined;

/** The values that both alternatives accept; empty if there are none. */
export function both(a: Arm, b: Arm): Arm[] {
  if (!includes(a.type, b.type) && !includes(b.type, a.type)) return [];
  const values = valuesOfBoth(a, b);
  if (values?.length === 0) return [];
  const merged = {
    ...a,
    ...b,
    ...rulesOfBoth(a, b),
    ...narrower(a, b),
    type: includes(a.type, b.type) ? b.type : a.type,
    ...(values && { enum: values }),
    ...fieldsOfBoth(a, b),
    ...itemsOfBoth(a, b),
  };
  return [Object.fromEntries(Object.entries(merged).filter(([, value]) => value !== undefined)) as Arm];
}

function valuesOfBoth({ enum: a }: Arm, { enum: b }: Arm): readonly unknown[] | undefined {
  if (!a || !b) return a ?? b;
  const known = new Set(b.map(canonicalJson));
  return a.filter((value) => known.has(canonicalJson(value)));
}

/** Rules for which only equality can be decided are kept as a list. */
function rulesOfBoth(a: Arm, b: Arm): Arm {
  const shared = Object.keys(a).filter(
    (keyword) =>
      keyword in b &&
      typeof a[keyword] !== "number" &&
      canonicalJson(a[keyword]) !== canonicalJson(b[keyword]),
  );
  return Object.fromEntries(shared.map((keyword) => [keyword, [a[keyword], b[keyword]]]));
}

function fieldsOfBoth(a: Arm, b: Arm): Partial<Arm> {
  const others = sub(a.additionalProperties, b.additionalProperties);
  const names = [...new Set([...Object.keys(a.properties ?? {}), ...Object.keys(b.properties ?? {})])];
  const field = ({ properties = {}, additionalProperties }: Arm, name: string) =>
    Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
  const properties = names.map((name) => [name, sub(field(a, name), field(b, name)) ?? true]);
  const required = [...new Set([...(a.required ?? []), ...(b.required ?? [])])];
  return {
    properties: names.length > 0 ? Object.fromEntries(properties) : undefined,
    additionalProperties: others,
    required: required.length > 0 ? required : undefined,
  };
}

function itemsOfBoth(a: Arm, b: Arm): Partial<Arm> {
  const length = Math.max(a.prefixItems?.length ?? 0, b.prefixItems?.length ?? 0);
  const item = ({ prefixItems, items }: Arm, at: number) => prefixItems?.[at] ?? items;
  const listed = Array.from({ length }, (_, at) => sub(item(a, at), item(b, at)) ?? true);
  return {
    items: sub(a.items, b.items),
    prefixItems: length > 0 ? (listed as JsonSchema[]) : undefined,
  };
}

function sub(a: Sub, b: Sub): Sub {
  if (a === undefined || a === true) return b ?? a;
  if (b === undefined || b === true) return a;
  return a === false || b === false ? false : { allOf: [a, b] };
}
