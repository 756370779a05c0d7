import { isDeepStrictEqual } from "node:util";
import { BoundedRegExp } from "../../kernel/regular-expression.ts";

/** Comparisons in a filter. A path without a match is undefined, which equals nothing, not even null. */
export function compare(left: unknown, operator: string, right: unknown): boolean {
  return COMPARISONS[operator]!(left, right);
}

type Comparison = (left: unknown, right: unknown) => boolean;

const COMPARISONS: Record<string, Comparison> = {
  "==": equals,
  "!=": (left, right) => !equals(left, right),
  "===": (left, right) => left !== undefined && isDeepStrictEqual(left, right),
  "!==": (left, right) => left === undefined || !isDeepStrictEqual(left, right),
  "<": ordered((order) => order < 0),
  "<=": ordered((order) => order <= 0),
  ">": ordered((order) => order > 0),
  ">=": ordered((order) => order >= 0),
  "=~": (left, right) => typeof left === "string" && right instanceof RegExp && matchesAll(right, left),
  in: (left, right) => holds(right, left),
  nin: (left, right) => !holds(right, left),
  contains: (left, right) =>
    typeof left === "string" ? typeof right === "string" && left.includes(right) : holds(left, right),
  subsetof: (left, right) => listed(left).every((item) => holds(right, item)),
  anyof: (left, right) => listed(left).some((item) => holds(right, item)),
  noneof: (left, right) => !listed(left).some((item) => holds(right, item)),
  size: (left, right) => sizeOf(left) === right,
  empty: (left, right) => (sizeOf(left) === 0) === right,
};

/** A number equals the text of that number, as in Jayway. */
function equals(left: unknown, right: unknown): boolean {
  if (left === undefined || right === undefined) return false;
  if (typeof left === "number" && typeof right === "string") return left === Number(right);
  if (typeof left === "string" && typeof right === "number") return Number(left) === right;
  return isDeepStrictEqual(left, right);
}

function ordered(accepts: (order: number) => boolean): Comparison {
  return (left, right) => {
    if (typeof left === "number" && typeof right === "number") return accepts(left - right);
    if (typeof left === "string" && typeof right === "string") {
      return accepts(left < right ? -1 : Number(left > right));
    }
    return false;
  };
}

function matchesAll(pattern: RegExp, text: string): boolean {
  return new BoundedRegExp(`^(?:${pattern.source})$`, pattern.flags).test(text);
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function holds(list: unknown, item: unknown): boolean {
  return listed(list).some((candidate) => equals(candidate, item));
}

function sizeOf(value: unknown): number | undefined {
  return Array.isArray(value) || typeof value === "string" ? value.length : undefined;
}
