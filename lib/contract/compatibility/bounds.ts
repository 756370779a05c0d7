import type { Arm } from "./arm.ts";

const least = (value: unknown, limit: number) => typeof value === "number" && value >= limit;
const most = (value: unknown, limit: number) => typeof value === "number" && value <= limit;

/** For each limiting keyword: whether the values that one schema allows are within the limit of another. */
export const BOUNDS: Record<string, (sent: Arm, limit: number) => boolean> = {
  minimum: (sent, limit) => least(sent.minimum, limit) || least(sent.exclusiveMinimum, limit),
  maximum: (sent, limit) => most(sent.maximum, limit) || most(sent.exclusiveMaximum, limit),
  exclusiveMinimum: (sent, limit) =>
    least(sent.exclusiveMinimum, limit) || (least(sent.minimum, limit) && sent.minimum !== limit),
  exclusiveMaximum: (sent, limit) =>
    most(sent.exclusiveMaximum, limit) || (most(sent.maximum, limit) && sent.maximum !== limit),
  multipleOf: (sent, factor) => typeof sent.multipleOf === "number" && sent.multipleOf % factor === 0,
  minLength: (sent, limit) => limit === 0 || least(sent.minLength, limit),
  maxLength: (sent, limit) => most(sent.maxLength, limit),
  minItems: (sent, limit) => limit === 0 || least(sent.minItems, limit),
  maxItems: (sent, limit) => most(sent.maxItems, limit),
  minProperties: (sent, limit) => limit === 0 || least(sent.minProperties, limit),
  maxProperties: (sent, limit) => most(sent.maxProperties, limit),
};

/** The narrowest bounds of a number or text; undefined if there are none. */
export function boundsOf(value: unknown): Arm | undefined {
  if (typeof value === "number") return { minimum: value, maximum: value, multipleOf: value };
  if (typeof value !== "string") return undefined;
  const length = [...value].length;
  return { minLength: length, maxLength: length };
}

/** The bounds that are within both others. */
export function narrower(a: Arm, b: Arm): Arm {
  const limited = Object.keys(BOUNDS).filter((keyword) => isNumber(a[keyword]) && isNumber(b[keyword]));
  return Object.fromEntries(
    limited.map((keyword) => {
      const [one, other] = [a[keyword] as number, b[keyword] as number];
      if (keyword === "multipleOf") return [keyword, leastCommonMultiple(one, other)];
      return [keyword, /^(min|exclusiveMin)/.test(keyword) ? Math.max(one, other) : Math.min(one, other)];
    }),
  );
}

function isNumber(value: unknown): boolean {
  return typeof value === "number";
}

function leastCommonMultiple(a: number, b: number): number {
  const divisor = (x: number, y: number): number => (y === 0 ? x : divisor(y, x % y));
  return (a * b) / divisor(a, b);
}
