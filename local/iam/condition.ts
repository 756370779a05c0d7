import type { ConditionValue } from "../kernel/access.ts";
import { isKnownKey } from "./condition-keys.ts";
import { hasVariables, type KeyValue, resolveVariables } from "./variables.ts";
import { literal, matcher } from "./wildcard.ts";

/** { "StringEquals": { "events:source": ["a", "b"] } } */
export type Conditions = Record<string, Record<string, unknown>>;

/** "unknown" if that depends on a key whose value the local cloud does not know. */
export type Outcome = "met" | "unmet" | "unknown";

/** Whether a request meets all conditions of a statement. */
export type ConditionTest = (keyValue: KeyValue) => Outcome;

type Operator = (wanted: string[]) => (actual: string) => boolean;

const equals: Operator = (wanted) => {
  const set = new Set(wanted.map(literal));
  return (actual) => set.has(actual);
};
const equalsIgnoreCase: Operator = (wanted) => {
  const lower = wanted.map((value) => literal(value).toLowerCase());
  return (actual) => lower.includes(actual.toLowerCase());
};
const like: Operator = (wanted) => matcher(wanted);
const comparing =
  (read: (text: string) => number, holds: (actual: number, wanted: number) => boolean): Operator =>
  (wanted) =>
  (actual) =>
    wanted.some((value) => holds(read(actual), read(value)));
const dates = (text: string) => (/^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text));

const OPERATORS: Record<string, Operator> = {
  StringEquals: equals,
  StringEqualsIgnoreCase: equalsIgnoreCase,
  StringLike: like,
  ArnEquals: like,
  ArnLike: like,
  Bool: equalsIgnoreCase,
  BinaryEquals: equals,
  IpAddress: like,
  NumericEquals: comparing(Number, (a, b) => a === b),
  NumericLessThan: comparing(Number, (a, b) => a < b),
  NumericLessThanEquals: comparing(Number, (a, b) => a <= b),
  NumericGreaterThan: comparing(Number, (a, b) => a > b),
  NumericGreaterThanEquals: comparing(Number, (a, b) => a >= b),
  DateEquals: comparing(dates, (a, b) => a === b),
  DateLessThan: comparing(dates, (a, b) => a < b),
  DateLessThanEquals: comparing(dates, (a, b) => a <= b),
  DateGreaterThan: comparing(dates, (a, b) => a > b),
  DateGreaterThanEquals: comparing(dates, (a, b) => a >= b),
};

/** "StringNotLike" is the negation of "StringLike", and so on. */
const NEGATED = /^(String|Arn|Numeric|Date)Not(.+)$|^(NotIpAddress)$/;

/** Operators that no policy may use here, since the local cloud could only guess the result. */
export function unknownOperators(conditions: Conditions): string[] {
  return Object.keys(conditions).filter((name) => !parse(name));
}

/** The keys of conditions, as written, whose value the local cloud does not know. */
export function unknownKeys(conditions: Conditions): string[] {
  return Object.values(conditions)
    .flatMap((block) => Object.keys(block))
    .filter((key) => !isKnownKey(key));
}

/**
 * Compiles the conditions of a statement once, for many requests. A condition that is not met decides,
 * whatever is unknown.
 */
export function compileConditions(conditions: Conditions): ConditionTest {
  const tests = Object.entries(conditions).flatMap(([name, block]) =>
    Object.entries(block).map(([key, wanted]) =>
      compile(name, key.toLowerCase(), [wanted].flat().map(String)),
    ),
  );
  return (keyValue) => {
    let outcome: Outcome = "met";
    for (const test of tests) {
      const one = test(keyValue);
      if (one === "unmet") return "unmet";
      if (one === "unknown") outcome = "unknown";
    }
    return outcome;
  };
}

function compile(name: string, key: string, wanted: string[]): ConditionTest {
  const build = parse(name);
  if (!build || !isKnownKey(key)) return () => "unknown";
  const decide = (test: Test, value: ConditionValue): Outcome => (test(value) ? "met" : "unmet");
  if (!wanted.some(hasVariables)) {
    const test = build(wanted);
    return (keyValue) => decide(test, keyValue(key));
  }
  return (keyValue) => {
    const resolved = resolveVariables(wanted, keyValue);
    return resolved ? decide(build(resolved), keyValue(key)) : "unknown";
  };
}

type Test = (actual: ConditionValue) => boolean;

function parse(name: string): ((wanted: string[]) => Test) | undefined {
  const [, quantifier, operator = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (operator === "Null") {
    return ([wanted]) =>
      (actual) =>
        isAbsent(actual) === (wanted === "true");
  }
  const negated = NEGATED.exec(operator);
  const base = negated ? (negated[3] ? "IpAddress" : `${negated[1]}${negated[2]}`) : operator;
  if (!Object.hasOwn(OPERATORS, base)) return undefined;
  const build = OPERATORS[base]!;
  // An absent key: negations hold, and so does a ForAllValues condition.
  const ofAbsent =
    ifExists !== undefined ||
    quantifier === "ForAllValues" ||
    (negated !== null && quantifier !== "ForAnyValue");
  return (wanted) => {
    const matches = build(wanted);
    const one = negated ? (value: string) => !matches(value) : matches;
    return (actual) => {
      if (actual === undefined || isAbsent(actual)) return ofAbsent;
      if (typeof actual === "string") return one(actual);
      // A key with several values needs a quantifier; without one, none of them may differ.
      return quantifier === "ForAnyValue" ? actual.some(one) : actual.every(one);
    };
  };
}

/** A list without values counts as absent. */
function isAbsent(actual: ConditionValue): boolean {
  return actual === undefined || (Array.isArray(actual) && actual.length === 0);
}
