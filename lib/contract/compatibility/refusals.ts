import { canonicalJson } from "../canonical.ts";
import type { JsonSchema } from "../schema.ts";
import { type Arm, includes } from "./arm.ts";
import { armsOf } from "./arms.ts";
import { BOUNDS, boundsOf } from "./bounds.ts";

/** Something that one schema lets a producer send and another refuses. */
export interface Refusal {
  /** "scenes[].title"; empty for the payload as a whole. */
  path: string;
  /**
   * type: of another type · values: not one of those listed · bound: beyond a limit · required: left out ·
   * field: declared by one side alone · other-fields: declared by none · rule: a keyword that can only be
   * compared for equality
   */
  kind: "type" | "values" | "bound" | "required" | "field" | "other-fields" | "rule";
  keyword: string;
  /** The values of this keyword in both schemas. For enumerations: the rejected and the accepted values. */
  sent: unknown;
  taken: unknown;
}

/** Keywords that can only be compared for equality. */
const RULES = [
  ..."format pattern not if then else contains uniqueItems propertyNames patternProperties".split(" "),
  ..."dependentRequired dependentSchemas unevaluatedProperties contentEncoding contentMediaType".split(" "),
];

/**
 * What a subscriber with the schema `taken` refuses of the events that a producer with the schema `sent` may
 * send; empty if it accepts all. Both are JSON Schema, draft 2020-12. A field that a schema does not declare
 * counts as not sent. If undecidable, as between two regular expressions, it is a refusal.
 */
export function refusals(sent: JsonSchema, taken: JsonSchema): Refusal[] {
  return new Comparison(sent, taken).compare(sent, taken, "");
}

type Sub = JsonSchema | boolean;

class Comparison {
  private readonly sentRoot: JsonSchema;
  private readonly takenRoot: JsonSchema;
  /** Pairs that are being compared: a recursive schema ends here. */
  private readonly open = new Set<string>();

  constructor(sent: JsonSchema, taken: JsonSchema) {
    this.sentRoot = sent;
    this.takenRoot = taken;
  }

  compare(sent: Sub, taken: Sub, path: string): Refusal[] {
    const pair = canonicalJson([sent, taken]);
    if (this.open.has(pair)) return [];
    this.open.add(pair);
    const takenArms = armsOf(taken, this.takenRoot);
    const found = armsOf(sent, this.sentRoot).flatMap((arm) => this.compareArm(arm, takenArms, path));
    this.open.delete(pair);
    return found;
  }

  /**
   * An alternative is accepted if one of the other side accepts it; otherwise the closest one gives the
   * reason.
   */
  private compareArm(sent: Arm, takenArms: Arm[], path: string): Refusal[] {
    const ofType = takenArms.filter(({ type }) => includes(type, sent.type));
    if (ofType.length === 0) {
      const types = [...new Set(takenArms.map(({ type }) => type))];
      return [{ path, kind: "type", keyword: "type", sent: sent.type, taken: types }];
    }
    const meant = ofType.filter((taken) => !differByConstant(sent, taken));
    return (meant.length > 0 ? meant : ofType)
      .map((taken) => this.compareOne(sent, taken, path))
      .reduce((best, other) => (other.length < best.length ? other : best));
  }

  private compareOne(sent: Arm, taken: Arm, path: string): Refusal[] {
    if (taken.enum) return [...valuesRefused(sent, taken.enum, path), ...rulesBroken(sent, taken, path)];
    return [
      ...boundsBroken(sent, taken, path),
      ...rulesBroken(sent, taken, path),
      ...this.compareItems(sent, taken, path),
      ...this.compareFields(sent, taken, path),
    ];
  }

  private compareItems(sent: Arm, taken: Arm, path: string): Refusal[] {
    if (sent.type !== "array") return [];
    const places = Math.max(sent.prefixItems?.length ?? 0, taken.prefixItems?.length ?? 0);
    const most = sent.maxItems ?? Number.POSITIVE_INFINITY;
    const item = (arm: Arm, at: number) => arm.prefixItems?.[at] ?? arm.items ?? true;
    const listed = Array.from({ length: Math.min(places, most) }, (_, at) =>
      this.compare(item(sent, at), item(taken, at), `${path}[${at}]`),
    ).flat();
    return most > places
      ? [...listed, ...this.compare(sent.items ?? true, taken.items ?? true, `${path}[]`)]
      : listed;
  }

  private compareFields(sent: Arm, taken: Arm, path: string): Refusal[] {
    if (sent.type !== "object") return [];
    const field = (name: string) => (path ? `${path}.${name}` : name);
    const missing = (taken.required ?? []).filter((name) => !sent.required?.includes(name));
    const others = sent.additionalProperties;
    const named = Object.entries(sent.properties ?? {}).flatMap(([name, schema]) =>
      this.compareField(schema, taken, name, field(name)),
    );
    const any =
      typeof others === "object"
        ? [
            ...Object.entries(taken.properties ?? {})
              .filter(([name]) => !(name in (sent.properties ?? {})))
              .flatMap(([name, schema]) => this.compare(others, schema, field(name))),
            ...this.compareField(others, { ...taken, properties: {} }, "*", field("*")),
          ]
        : [];
    const closes = others === undefined && taken.additionalProperties === false;
    return [
      ...missing.map((name): Refusal => {
        const known = Object.hasOwn(sent.properties ?? {}, name);
        return { path: field(name), kind: "required", keyword: "required", sent: known, taken: true };
      }),
      ...named,
      ...any,
      ...(closes ? [undeclared("other-fields", path)] : []),
    ];
  }

  private compareField(schema: Sub, taken: Arm, name: string, path: string): Refusal[] {
    const known = Object.hasOwn(taken.properties ?? {}, name) ? taken.properties![name] : undefined;
    const other = known ?? taken.additionalProperties ?? true;
    if (other !== false) return this.compare(schema, other, path);
    return armsOf(schema, this.sentRoot).length > 0 ? [undeclared("field", path)] : [];
  }
}

function undeclared(kind: "field" | "other-fields", path: string): Refusal {
  return { path, kind, keyword: "additionalProperties", sent: true, taken: false };
}

/** Whether a field such as "kind" says that these are different alternatives. */
function differByConstant(sent: Arm, taken: Arm): boolean {
  return Object.entries(sent.properties ?? {}).some(([name, field]) => {
    const other = Object.hasOwn(taken.properties ?? {}, name) ? taken.properties![name]! : undefined;
    return other?.const !== undefined && field.const !== undefined && other.const !== field.const;
  });
}

function valuesRefused(sent: Arm, taken: readonly unknown[], path: string): Refusal[] {
  const known = new Set(taken.map(canonicalJson));
  const lost = sent.enum?.filter((value) => !known.has(canonicalJson(value)));
  return lost?.length === 0 ? [] : [{ path, kind: "values", keyword: "enum", sent: lost, taken }];
}

function boundsBroken(sent: Arm, taken: Arm, path: string): Refusal[] {
  const among = sent.enum?.map(boundsOf) ?? [sent];
  return Object.entries(BOUNDS).flatMap(([keyword, within]): Refusal[] => {
    const limit = taken[keyword];
    if (typeof limit !== "number" || among.every((bounds) => !bounds || within(bounds, limit))) return [];
    return [{ path, kind: "bound", keyword, sent: sent[keyword], taken: limit }];
  });
}

/** The first is enough: a format often has an equivalent pattern. */
function rulesBroken(sent: Arm, taken: Arm, path: string): Refusal[] {
  const keyword = RULES.find(
    (rule) => says(taken, rule) && canonicalJson(taken[rule]) !== canonicalJson(sent[rule] ?? null),
  );
  return keyword ? [{ path, kind: "rule", keyword, sent: sent[keyword], taken: taken[keyword] }] : [];
}

/** Names of properties are strings anyway. */
function says(schema: Arm, rule: string): boolean {
  const value = schema[rule];
  return value !== undefined && canonicalJson(value) !== '{"type":"string"}';
}
