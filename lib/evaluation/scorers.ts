import { canonicalJson } from "../contract/canonical.ts";
import { isObject } from "../contract/is-object.ts";
import type { EvaluationCase } from "./case.ts";
import type { CaseResult, Score, Scored, Scorer } from "./scorer.ts";

/** Which values a scorer compares. */
export interface Compared {
  /** The value of the result. @default its output */
  actual?: (result: CaseResult) => unknown;
  /** The value of the case. A case for which it is undefined is left out. @default its `expected` */
  expected?: (one: EvaluationCase) => unknown;
}

/** A scorer of your own: `scorer("short", ({ output }) => output.text.length < 200)`. */
export function scorer(
  name: string,
  score: Scorer["score"],
  applies: Scorer["applies"] = () => true,
): Scorer {
  return { name, applies, score };
}

/** 1 if the value equals the expected one: `exactMatch("category", { actual: …, expected: … })`. */
export function exactMatch(name = "exact", compared: Compared = {}): Scorer {
  return comparing(name, compared, (actual, expected) => ({
    score: canonicalJson(actual) === canonicalJson(expected),
    why: difference("", actual, expected),
  }));
}

/**
 * 1 if every field of the expected value is in the actual one, at any depth. Lists must have the same length.
 */
export function jsonSubset(name = "subset", compared: Compared = {}): Scorer {
  return comparing(name, compared, (actual, expected) => {
    const missing = [...missingIn(actual, expected, "")];
    return { score: missing.length === 0, why: missing.join("; ") };
  });
}

/** 1 if a number differs from the expected one by no more than `absolute`, or `relative` of it. */
export function withinTolerance(
  name: string,
  { absolute = 0, relative = 0, ...compared }: Compared & { absolute?: number; relative?: number },
): Scorer {
  return comparing(name, compared, (actual, expected) => {
    const allowed = Math.max(absolute, relative * Math.abs(Number(expected)));
    const isNumber = typeof actual === "number" && typeof expected === "number";
    return {
      score: isNumber && Math.abs(actual - expected) <= allowed,
      why: `${difference("", actual, expected)}, tolerance ${allowed}`,
    };
  });
}

/** Options of `judge`. */
export interface JudgeOptions {
  /** What a good result is like, in words. */
  criteria: string;
  /** The value to judge. @default the result's output */
  actual?: (result: CaseResult) => unknown;
  applies?: Scorer["applies"];
  /** The verdict of the embedded model, which is not a language model. @default none */
  byRule?: (result: CaseResult) => Scored;
}

/** The verdict of a model: `judge("polite", { criteria: "The reply is polite and blames no person." })`. */
export function judge(
  name: string,
  { criteria, actual = outputOf, applies = () => true, byRule }: JudgeOptions,
): Scorer {
  return {
    name,
    applies,
    score: async (result, askJudge) =>
      await askJudge({
        criteria,
        input: result.input,
        expected: result.expected,
        output: await actual(result),
        byRule: byRule && (() => byRule(result)),
      }),
  };
}

const outputOf = ({ output }: CaseResult): unknown => output;

function comparing(
  name: string,
  { actual = outputOf, expected = (one) => one.expected }: Compared,
  compare: (actual: unknown, expected: unknown) => { score: boolean; why: string },
): Scorer {
  return {
    name,
    applies: (one) => one.expected !== undefined && expected(one) !== undefined,
    async score(result): Promise<Score> {
      const { score, why } = compare(await actual(result), expected(result));
      return score ? true : { score, why };
    },
  };
}

function* missingIn(actual: unknown, expected: unknown, path: string): Generator<string> {
  if (isObject(expected) && isObject(actual)) {
    for (const [field, value] of Object.entries(expected))
      yield* missingIn(actual[field], value, path === "" ? field : `${path}.${field}`);
  } else if (Array.isArray(expected) && Array.isArray(actual)) {
    if (actual.length === expected.length)
      for (const [at, value] of expected.entries()) yield* missingIn(actual[at], value, `${path}[${at}]`);
    else yield `${path}: ${actual.length} items, expected ${expected.length}`.replace(/^: /, "");
  } else if (canonicalJson(actual) !== canonicalJson(expected)) yield difference(path, actual, expected);
}

/** The longest value that an explanation shows. */
const LONGEST = 80;

function difference(path: string, actual: unknown, expected: unknown): string {
  return `${path === "" ? "" : `${path}: `}${excerpt(actual)}, expected ${excerpt(expected)}`;
}

function excerpt(value: unknown): string {
  const text = JSON.stringify(value) ?? "nothing";
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}…`;
}
