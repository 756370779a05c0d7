import { StatesError } from "../failure.ts";
import { numeric } from "../numbers.ts";
import { lookUp, type PathData } from "./read.ts";
import { parseTimestamp } from "./timestamp.ts";

/** A rule of a JSONPath Choice state: And, Or, Not, or a Variable and one comparison. */
export type ChoiceRule = Record<string, unknown>;

/**
 * Whether the rule holds. And and Or stop at the first rule that decides, so that an IsPresent may guard a
 * comparison. Throws StatesError("States.Runtime") where a comparison's path leads nowhere.
 */
export function evaluateChoiceRule(rule: ChoiceRule, data: PathData): boolean {
  if (rule.And) return (rule.And as ChoiceRule[]).every((part) => evaluateChoiceRule(part, data));
  if (rule.Or) return (rule.Or as ChoiceRule[]).some((part) => evaluateChoiceRule(part, data));
  if (rule.Not) return !evaluateChoiceRule(rule.Not as ChoiceRule, data);
  const variable = rule.Variable as string;
  if ("IsPresent" in rule) return lookUp(variable, data).found === rule.IsPresent;
  const operator = CHOICE_OPERATORS.find((name) => name in rule)!;
  const value = valueAt(variable, data);
  if (!operator.endsWith("Path")) return OPERATORS[operator]!(value, rule[operator]);
  return OPERATORS[operator.slice(0, -"Path".length)]!(value, valueAt(rule[operator] as string, data));
}

function valueAt(path: string, data: PathData): unknown {
  const lookup = lookUp(path, data);
  if (lookup.found) return numeric(lookup.value);
  throw new StatesError(
    "States.Runtime",
    `Invalid path '${path}': The choice state's condition path references an invalid value.`,
  );
}

type Operator = (value: unknown, expected: unknown) => boolean;

const RELATIONS: Record<string, (order: number) => boolean> = {
  Equals: (order) => order === 0,
  LessThan: (order) => order < 0,
  GreaterThan: (order) => order > 0,
  LessThanEquals: (order) => order <= 0,
  GreaterThanEquals: (order) => order >= 0,
};

/** How a type's values are put in order; values of another type have no key, and no comparison holds. */
const ORDER_KEYS: Record<string, (value: unknown) => string | number | undefined> = {
  String: (value) => (typeof value === "string" ? value : undefined),
  Numeric: (value) => (typeof value === "number" ? value : undefined),
  Timestamp: (value) => (typeof value === "string" ? parseTimestamp(value) : undefined),
};

const COMPARISONS = Object.entries(ORDER_KEYS).flatMap(([type, key]) =>
  Object.entries(RELATIONS).map(([relation, accepts]): [string, Operator] => [
    `${type}${relation}`,
    (value, expected) => {
      const [left, right] = [key(value), key(expected)];
      if (left === undefined || right === undefined) return false;
      return accepts(left < right ? -1 : Number(left > right));
    },
  ]),
);

const TYPE_TESTS: Record<string, (value: unknown) => boolean> = {
  IsNull: (value) => value === null,
  IsBoolean: (value) => typeof value === "boolean",
  IsNumeric: (value) => typeof value === "number",
  IsString: (value) => typeof value === "string",
  IsTimestamp: (value) => typeof value === "string" && parseTimestamp(value) !== undefined,
};

/** The comparisons that take a value; those with a `Path` form take it from the data instead. */
const OPERATORS: Record<string, Operator> = {
  ...Object.fromEntries(COMPARISONS),
  BooleanEquals: (value, expected) => typeof value === "boolean" && value === expected,
  StringMatches: (value, pattern) => typeof value === "string" && globPattern(pattern as string).test(value),
  ...Object.fromEntries(
    Object.entries(TYPE_TESTS).map(([name, test]): [string, Operator] => [
      name,
      (value, expected) => test(value) === expected,
    ]),
  ),
};

const WITH_PATH_FORM = [...COMPARISONS.map(([name]) => name), "BooleanEquals"];

/** Every field that makes a choice rule a comparison. */
export const CHOICE_OPERATORS: readonly string[] = [
  ...Object.keys(OPERATORS),
  ...WITH_PATH_FORM.map((name) => `${name}Path`),
  "IsPresent",
];

/** `*` matches any text; `\*` and `\\` match themselves. */
function globPattern(pattern: string): RegExp {
  const source = pattern.replace(/\\([*\\])|\*|[^*\\]+|\\/g, (part, escaped?: string) =>
    part === "*" ? ".*" : (escaped ?? part).replace(/[.*+?^${}()|[\]\\]/g, "\\$&"),
  );
  return new RegExp(`^${source}$`, "s");
}
