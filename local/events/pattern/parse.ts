import { jsonProblem } from "../../kernel/json-problem.ts";
import { isDataObject } from "../../kernel/raw-number.ts";
import { parseJson } from "./json.ts";
import { PatternError, parseTest } from "./operators.ts";
import type { Test } from "./tests.ts";

/** What must hold for one field, named by its dotted path: one of the tests passes, or the field is absent. */
interface Condition {
  path: string;
  tests: Test[];
  /** Whether the field may be missing: `{"exists": false}`. */
  absent: boolean;
}

/** Conditions that must all hold, in order of their paths. A pattern matches where one of its alternatives does. */
export type Alternative = Condition[];

/** Names that may not be fields inside of `$or`: with one of them, a forgotten bracket would go unnoticed. */
const RESERVED_IN_OR = new Set([
  "exactly",
  "equals-ignore-case",
  "prefix",
  "suffix",
  "anything-but",
  "exists",
  "wildcard",
  "numeric",
  "cidr",
  "=",
  "<",
  "<=",
  ">",
  ">=",
  "regex",
  "not-wildcard",
  "not-equals-ignore-case",
  "date-after",
  "date-on-or-after",
  "date-before",
  "date-on-or-before",
  "in-date-range",
  "ip-address-in-range",
  "ip-address-not-in-range",
]);

/** A pattern with more alternatives is refused: each `$or` multiplies those of the others. */
const MOST_ALTERNATIVES = 1000;

/** Parses a pattern, given as JSON text or as its parsed value. Throws PatternError. */
export function parsePattern(pattern: string | object): Alternative[] {
  const parsed = typeof pattern === "string" ? parseText(pattern) : pattern;
  if (!isDataObject(parsed)) throw new PatternError("Filter is not an object");
  return parseWithOr(parsed).map((conditions) =>
    [...conditions.values()].sort((a, b) => (a.path < b.path ? -1 : 1)),
  );
}

/**
 * A `$or` that does not join objects is a field's name like any other: such fields existed before the
 * operator.
 */
function parseWithOr(pattern: object): Draft[] {
  try {
    return parseFields(pattern, "", [new Map()], "operator");
  } catch (error) {
    try {
      return parseFields(pattern, "", [new Map()], "name");
    } catch {
      throw error;
    }
  }
}

function parseText(pattern: string): unknown {
  try {
    return parseJson(pattern);
  } catch {
    const { message, location } = jsonProblem(pattern);
    throw new PatternError(`${message}\n at ${location}`);
  }
}

type Draft = Map<string, Condition>;

/** The meaning of `$or`: the operator, within which some names are reserved, or the name of a field. */
type Or = "operator" | "inside" | "name";

function parseFields(fields: object, parent: string, drafts: Draft[], or: Or): Draft[] {
  const entries = Object.entries(fields);
  if (entries.length === 0) throw new PatternError("Empty objects are not allowed");
  return entries.reduce((before, [name, value]) => {
    if (name === "$or" && or !== "name") return parseOr(value, parent, before);
    if (or === "inside" && RESERVED_IN_OR.has(name)) {
      throw new PatternError(`${name} is Ruler reserved fieldName which cannot be used inside $or.`);
    }
    const path = parent === "" ? name : `${parent}.${name}`;
    if (isDataObject(value)) return parseFields(value, path, before, or);
    if (!Array.isArray(value)) throw new PatternError(`"${name}" must be an object or an array`);
    const condition = parseCondition(path, value);
    return before.map((draft) => new Map(draft).set(path, condition));
  }, drafts);
}

function parseOr(value: unknown, parent: string, drafts: Draft[]): Draft[] {
  if (!Array.isArray(value)) throw new PatternError("It must be an Array followed with $or.");
  if (!value.every(isDataObject)) {
    throw new PatternError("Only JSON object is allowed in array of $or relationship.");
  }
  if (value.length < 2) throw new PatternError("There must have at least 2 Objects in $or relationship.");
  const alternatives = value.flatMap((fields) => parseFields(fields, parent, drafts, "inside"));
  if (alternatives.length > MOST_ALTERNATIVES) {
    throw new PatternError(`The $or relationships combine to more than ${MOST_ALTERNATIVES} alternatives.`);
  }
  return alternatives;
}

function parseCondition(path: string, values: unknown[]): Condition {
  if (values.length === 0) throw new PatternError("Empty arrays are not allowed");
  const tests = values.map(parseTest);
  return { path, tests: tests.filter((test) => test !== "absent"), absent: tests.includes("absent") };
}
