import type { ConditionValue, ConditionValues } from "../../kernel/access.ts";
import { takeKey } from "../partiql/key.ts";
import { spansOf } from "../partiql/spans.ts";
import type { Expression, Statement } from "../partiql/syntax.ts";
import { isConstant, readParameters, valueOfConstant, valueOfItem } from "../partiql/values.ts";
import { conditionOf } from "../partiql/where.ts";
import type { Keys } from "../table.ts";
import type { AttributeValue } from "../value/attribute-value.ts";
import { normalizeValue } from "../value/normalize.ts";
import { textOf } from "./leading-keys.ts";
import { namesIn, soleEquality } from "./sole-equality.ts";

const ACTIONS = {
  select: "dynamodb:PartiQLSelect",
  insert: "dynamodb:PartiQLInsert",
  update: "dynamodb:PartiQLUpdate",
  delete: "dynamodb:PartiQLDelete",
  // It reads an item.
  exists: "dynamodb:PartiQLSelect",
} as const;

export const actionOf = ({ kind }: Statement): string => ACTIONS[kind];

/** The condition keys of a statement; `keys` are those of the table or index that it names, where there is one. */
export function contextOf(
  statement: Statement,
  keys: Keys | undefined,
  parameters: unknown,
): ConditionValues {
  const given = (parameters ?? []) as unknown[];
  const hashes = () => keys && (namedHash(statement, keys, given) ?? hashesOf(statement, keys, given));
  const leading = (): ConditionValue => hashes()?.map(textOf);
  return {
    "dynamodb:leadingkeys": leading,
    "dynamodb:firstpartitionkeyvalues": leading,
    "dynamodb:attributes": () => attributesOf(statement),
    ...(statement.kind === "select" && {
      "dynamodb:select": statement.columns
        ? "SPECIFIC_ATTRIBUTES"
        : statement.source.index === undefined
          ? "ALL_ATTRIBUTES"
          : "ALL_PROJECTED_ATTRIBUTES",
      "dynamodb:fulltablescan": () => String(keys !== undefined && hashes() === undefined),
    }),
    ...("returning" in statement && {
      "dynamodb:returnvalues": (statement.returning ?? "NONE")
        .replace("MODIFIED", "UPDATED")
        .replace(" ", "_"),
    }),
  };
}

/**
 * The one partition key that a statement addresses, for the common cases: a WHERE clause with one equality on
 * it, and an item whose attributes are written in the statement.
 */
function namedHash(
  statement: Statement,
  { hash: { name } }: Keys,
  given: unknown[],
): AttributeValue[] | undefined {
  const value = statement.kind === "insert" ? memberOf(statement.item, name) : requiredBy(statement, name);
  if (value?.kind === "parameter" && value.index < given.length) return [normalizeValue(given[value.index])];
  return value && value.kind !== "parameter" ? [valueOfConstant(value, [])] : undefined;
}

const requiredBy = (statement: Exclude<Statement, { kind: "insert" }>, name: string) => {
  const where = whereOf(statement);
  return where && soleEquality(where, name);
};

function memberOf(item: Expression, name: string): Expression | undefined {
  if (item.kind !== "struct") return undefined;
  const found = item.members.find(([member]) => member.kind === "string" && member.value === name);
  return found && isConstant(found[1]) ? found[1] : undefined;
}

/** The partition keys that a statement addresses; undefined where it names none. */
function hashesOf(statement: Statement, keys: Keys, given: unknown[]): AttributeValue[] | undefined {
  const parameters = readParameters(given);
  if (statement.kind === "insert") {
    const hash = valueOfItem(statement.item, parameters)[keys.hash.name];
    return hash && [hash];
  }
  const where = whereOf(statement);
  const condition = where && conditionOf(where, parameters);
  if (statement.kind === "select") return spansOf(condition, keys)?.map(({ hash }) => hash);
  const { key } = takeKey(condition, keys);
  return key && [key[keys.hash.name]!];
}

const whereOf = (statement: Exclude<Statement, { kind: "insert" }>) =>
  statement.kind === "exists" ? statement.select.where : statement.where;

/** By statement: one is parsed once, and authorized for each call. */
const attributes = new WeakMap<Statement, string[]>();

/** The top-level attributes that a statement names. */
function attributesOf(statement: Statement): string[] {
  const known = attributes.get(statement);
  if (known) return known;
  const names = [...new Set(namesInStatement(statement))];
  attributes.set(statement, names);
  return names;
}

function namesInStatement(statement: Statement): string[] {
  switch (statement.kind) {
    case "select":
      return [...(statement.columns ?? []).flatMap(namesIn), ...where(statement.where)];
    case "insert":
      return statement.item.kind === "struct"
        ? statement.item.members.flatMap(([name]) => (name.kind === "string" ? [name.value] : []))
        : [];
    case "update":
      return [
        ...statement.clauses.flatMap((clause) => [
          ...namesIn(clause.target),
          ...(clause.kind === "SET" ? namesIn(clause.value) : []),
        ]),
        ...where(statement.where),
      ];
    case "delete":
      return where(statement.where);
    case "exists":
      return where(statement.select.where);
  }
}

const where = (expression: Expression | undefined) => (expression ? namesIn(expression) : []);
