import { type RawNumber, rawJson } from "../../kernel/raw-number.ts";

/** A leaf of an event. */
export type Scalar = string | number | boolean | null | RawNumber;

/**
 * Only a number with many digits, or with an exponent, can be one that a double cannot represent. Texts
 * usually contain none.
 */
const UNUSUAL_NUMBER = /(?:^|[\s[:,])-?(?:[\d.]{16}|[\d.]+[eE])/;

/** `JSON.parse`, but numbers that a double would alter become RawNumber. Throws SyntaxError. */
export function parseJson(text: string): any {
  if (!UNUSUAL_NUMBER.test(text)) return JSON.parse(text);
  return rawJson.parse(text, (_key, value, { source }) =>
    typeof value === "number" && source !== undefined && !isExact(source, value)
      ? rawJson.rawJSON(source)
      : value,
  );
}

/** Whether the number, written as shortly as possible, has the value of its source text. */
function isExact(source: string, value: number): boolean {
  return Number.isFinite(value) && decimal(source) === decimal(String(value));
}

/**
 * Digits and exponent of a decimal text, equal for texts with the same value: "-120e1" and "-1200.0" give
 * "-12e2".
 */
function decimal(text: string): string {
  const [, sign, whole, fraction = "", exponent = "0"] = /^(-?)(\d+)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(
    text,
  )!;
  const digits = `${whole}${fraction}`.replace(/^0+/, "");
  if (digits === "") return "0";
  const significant = digits.replace(/0+$/, "");
  return `${sign}${significant}e${Number(exponent) - fraction.length + digits.length - significant.length}`;
}
