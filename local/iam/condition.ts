import { matcher } from "./wildcard.ts";

/** { "StringEquals": { "events:source": ["a", "b"] } } */
export type Conditions = Record<string, Record<string, unknown>>;

/** Values by condition key in lower case. A key that is missing was not sent; UNKNOWN was sent, but not to us. */
export type ConditionValues = Record<string, string | string[] | typeof UNKNOWN | undefined>;

/** What AWS would know here and the local cloud does not: taken in favour of the caller. */
export const UNKNOWN = Symbol("unknown");

type Operator = (wanted: string[]) => (actual: string) => boolean;

const equals: Operator = (wanted) => (actual) => wanted.includes(actual);
const equalsIgnoreCase: Operator = (wanted) => {
  const lower = wanted.map((value) => value.toLowerCase());
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

/** Operators that no policy may use here, since the local cloud could only guess. */
export function unknownOperators(conditions: Conditions): string[] {
  return Object.keys(conditions).filter((name) => !parse(name));
}

/**
 * Whether all conditions hold. Of what is UNKNOWN, `benefit` says what to assume: that the condition holds
 * (for an Allow), or that it does not (for a Deny).
 */
export function holds(conditions: Conditions, values: ConditionValues, benefit: boolean): boolean {
  return Object.entries(conditions).every(([name, block]) => {
    const operator = parse(name)!;
    return Object.entries(block).every(([key, wanted]) => {
      const actual = values[key.toLowerCase()];
      return actual === UNKNOWN ? benefit : operator([wanted].flat().map(String), actual);
    });
  });
}

type Test = (wanted: string[], actual: string | string[] | undefined) => boolean;

function parse(name: string): Test | undefined {
  const [, quantifier, operator = "", ifExists] =
    /^(?:(ForAllValues|ForAnyValue):)?(\w+?)(IfExists)?$/.exec(name) ?? [];
  if (operator === "Null") return (wanted, actual) => (actual === undefined) === (wanted[0] === "true");
  const negated = NEGATED.exec(operator);
  const base = negated ? (negated[3] ? "IpAddress" : `${negated[1]}${negated[2]}`) : operator;
  if (!Object.hasOwn(OPERATORS, base)) return undefined;
  const build = OPERATORS[base]!;
  return (wanted, actual) => {
    if (actual === undefined) {
      // An absent key: negations hold, and so does a statement about all of no values.
      return (
        ifExists !== undefined ||
        quantifier === "ForAllValues" ||
        (negated !== null && quantifier !== "ForAnyValue")
      );
    }
    const matches = build(wanted);
    const one = negated ? (value: string) => !matches(value) : matches;
    const all = [actual].flat();
    if (quantifier === "ForAllValues") return all.every(one);
    if (quantifier === "ForAnyValue") return all.some(one);
    return negated ? all.every(one) : all.some(one);
  };
}
