import { validation } from "../errors.ts";

/**
 * An exact decimal number: ±d.ddd… × 10^exponent. `digits` has neither leading nor trailing zeros; zero is
 * "0" with exponent 0. DynamoDB stores up to 38 digits with exponents from -130 to 125.
 */
export interface Decimal {
  negative: boolean;
  digits: string;
  exponent: number;
}

const PATTERN = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
const MOST_DIGITS = 38;

/** A whole number as most programs write it, which is in the stored form already. */
const PLAIN = /^-?[1-9]\d{0,14}$/;

/** Parses a number of a request. Throws the service's ValidationException for an invalid one. */
export function parseDecimal(text: string): Decimal {
  if (PLAIN.test(text)) return plain(text);
  if (text === "") throw validation("The parameter cannot be converted to a numeric value");
  const [, sign, whole = "", fraction = "", power = "0"] = PATTERN.exec(text) ?? [];
  if (whole + fraction === "") {
    throw validation(`The parameter cannot be converted to a numeric value: ${text}`);
  }
  return inRange(normalize(sign === "-", whole + fraction, whole.length - 1 + Number(power)));
}

function plain(text: string): Decimal {
  const negative = text.startsWith("-");
  const first = negative ? 1 : 0;
  let end = text.length;
  while (text[end - 1] === "0") end--;
  return { negative, digits: text.slice(first, end), exponent: text.length - first - 1 };
}

/** The form in which the service returns a number: plain notation without unnecessary zeros. */
function formatDecimal({ negative, digits, exponent }: Decimal): string {
  const sign = negative ? "-" : "";
  if (exponent < 0) return `${sign}0.${"0".repeat(-exponent - 1)}${digits}`;
  if (exponent >= digits.length - 1) return sign + digits.padEnd(exponent + 1, "0");
  return `${sign}${digits.slice(0, exponent + 1)}.${digits.slice(exponent + 1)}`;
}

/** The same number in the form in which the service stores it: "1.50" becomes "1.5", "1e3" becomes "1000". */
export function normalizeNumber(text: string): string {
  return text === "0" || PLAIN.test(text) ? text : formatDecimal(parseDecimal(text));
}

/** The exact sum of two numbers in the stored form. Throws ValidationException if it cannot be stored. */
export function addNumbers(left: string, right: string): string {
  // Floats are exact for these.
  if (PLAIN.test(left) && PLAIN.test(right)) return String(Number(left) + Number(right));
  return formatDecimal(inRange(sum(parseDecimal(left), parseDecimal(right))));
}

export function subtractNumbers(left: string, right: string): string {
  const subtrahend = parseDecimal(right);
  return formatDecimal(inRange(sum(parseDecimal(left), { ...subtrahend, negative: !subtrahend.negative })));
}

/** Negative, zero or positive, if `left` is smaller than, equal to or greater than `right`. */
export function compareNumbers(left: string, right: string): number {
  const a = parseDecimal(left);
  const b = parseDecimal(right);
  const signs = signOf(a) - signOf(b);
  if (signs !== 0) return signs;
  const magnitude = a.exponent - b.exponent || (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0);
  // Not -magnitude, which would be negative zero for equal numbers.
  return a.negative ? 0 - magnitude : magnitude;
}

function signOf({ negative, digits }: Decimal): number {
  return digits === "0" ? 0 : negative ? -1 : 1;
}

function sum(left: Decimal, right: Decimal): Decimal {
  const scale = Math.max(left.digits.length - left.exponent, right.digits.length - right.exponent) - 1;
  const total = atScale(left, scale) + atScale(right, scale);
  const digits = (total < 0n ? -total : total).toString();
  return normalize(total < 0n, digits, digits.length - 1 - scale);
}

function atScale({ negative, digits, exponent }: Decimal, scale: number): bigint {
  const magnitude = BigInt(digits) * 10n ** BigInt(scale - (digits.length - 1 - exponent));
  return negative ? -magnitude : magnitude;
}

function normalize(negative: boolean, digits: string, exponent: number): Decimal {
  const leading = /^0*/.exec(digits)![0].length;
  const significant = digits.slice(leading).replace(/0+$/, "");
  if (significant === "") return { negative: false, digits: "0", exponent: 0 };
  return { negative, digits: significant, exponent: exponent - leading };
}

function inRange(decimal: Decimal): Decimal {
  if (decimal.exponent > 125) {
    throw validation(
      "Number overflow. Attempting to store a number with magnitude larger than supported range",
    );
  }
  if (decimal.exponent < -130) {
    throw validation(
      "Number underflow. Attempting to store a number with magnitude smaller than supported range",
    );
  }
  if (decimal.digits.length > MOST_DIGITS) {
    throw validation("Attempting to store more than 38 significant digits in a Number");
  }
  return decimal;
}
