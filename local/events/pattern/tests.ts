import { isRawNumber } from "../../kernel/raw-number.ts";
import { cidrBlock, parseAddress, sameAddress } from "./address.ts";
import type { Scalar } from "./json.ts";
import { matchesWildcard, parseWildcard } from "./wildcard.ts";

/** One compiled element of a pattern's list. */
export interface Test {
  passes(value: Scalar): boolean;
  /** The single value that passes, if the test is for one: an index over patterns can look it up. */
  exactly?: Scalar;
  /** The prefix of each passing value, if there is one: an index can look that up as well. */
  begins?: string;
}

type Strings = (text: string) => boolean;

/** A test that only a text can pass, one with this beginning where that is known. */
export function text(passes: Strings, begins = ""): Test {
  const test: Test = { passes: (value) => typeof value === "string" && passes(value) };
  return begins === "" ? test : { ...test, begins };
}

/** A text that matches the wildcard pattern, and so begins with what is before the first star. */
export function like(pattern: string): Test {
  const pieces = parseWildcard(pattern);
  return text((value) => matchesWildcard(pieces, value), pieces[0]);
}

/**
 * Equality: numbers by value, texts character by character, except that IP addresses are equal in any
 * notation.
 */
export function equal(wanted: Scalar): Test {
  if (isRawNumber(wanted))
    return { passes: (value) => isRawNumber(value) && value.rawJSON === wanted.rawJSON };
  const address = typeof wanted === "string" ? parseAddress(wanted) : undefined;
  if (address) return text(sameAddress(address));
  return { passes: (value) => value === wanted, exactly: wanted };
}

export const prefix =
  (wanted: string): Strings =>
  (value) =>
    value.startsWith(wanted);
export const suffix =
  (wanted: string): Strings =>
  (value) =>
    value.endsWith(wanted);
export const cidr = (block: string): Strings => cidrBlock(block);

export function wildcard(pattern: string): Strings {
  const pieces = parseWildcard(pattern);
  return (value) => matchesWildcard(pieces, value);
}

/** Each character in lower or upper case, at the beginning of the value, at its end, or as the whole. */
export function ignoringCase(wanted: string, place: "whole" | "prefix" | "suffix"): Strings {
  const characters = wanted.split("").map((character) => {
    const cases = [character.toLowerCase(), character.toUpperCase()].map(escaped);
    return cases[0] === cases[1] ? cases[0] : `(?:${cases.join("|")})`;
  });
  const begin = place === "suffix" ? "" : "^";
  const end = place === "prefix" ? "" : "$";
  const expression = new RegExp(`${begin}${characters.join("")}${end}`);
  return (value) => expression.test(value);
}

function escaped(characters: string): string {
  return characters.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Passes for every value, unless one of the tests for texts passes: numbers, booleans and null always do. */
export function noneOf(tests: Strings[]): Test {
  return { passes: (value) => typeof value !== "string" || !tests.some((test) => test(value)) };
}

/** Passes for every value except these. */
export function otherThan(values: (string | number)[]): Test {
  const excluded = new Set<Scalar>(values);
  return { passes: (value) => !excluded.has(value) };
}

export const present: Test = { passes: () => true };

const COMPARISONS: Record<string, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
};

/** All of the comparisons hold: [">", 0, "<=", 5]. Numbers that a double cannot hold compare with nothing. */
export function numeric(comparisons: { operator: string; bound: number }[]): Test {
  const checks = comparisons.map(({ operator, bound }) => ({ compare: COMPARISONS[operator]!, bound }));
  return {
    passes: (value) =>
      typeof value === "number" && checks.every(({ compare, bound }) => compare(value, bound)),
  };
}
