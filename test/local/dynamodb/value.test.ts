import fc from "fast-check";
import { expect, test } from "vitest";
import {
  addNumbers,
  compareNumbers,
  normalizeNumber,
  subtractNumbers,
} from "../../../local/dynamodb/value/decimal.ts";
import { itemSize } from "../../../local/dynamodb/value/item-size.ts";
import { afterPrefix, encodeSortKey } from "../../../local/dynamodb/value/key-encoding.ts";

/** A decimal as an exact pair, for reference arithmetic: mantissa × 10^-scale. */
const decimals = fc
  .tuple(fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }), fc.integer({ min: 0, max: 12 }))
  .map(([mantissa, scale]) => ({ mantissa, scale, text: write(mantissa, scale) }));

function write(mantissa: bigint, scale: number): string {
  const digits = (mantissa < 0n ? -mantissa : mantissa).toString().padStart(scale + 1, "0");
  const sign = mantissa < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

test.each([
  ["1.50", "1.5"],
  ["+007", "7"],
  ["-0", "0"],
  ["0.0", "0"],
  ["1e3", "1000"],
  ["12.5E-3", "0.0125"],
  [".5", "0.5"],
  ["5.", "5"],
  ["123456789012345678901234567890.12345678", "123456789012345678901234567890.12345678"],
  ["1e125", `1${"0".repeat(125)}`],
  ["1e-130", `0.${"0".repeat(129)}1`],
])("the number %s is stored as %s", (given, stored) => {
  expect(normalizeNumber(given)).toBe(stored);
});

test.each([
  ["", "The parameter cannot be converted to a numeric value"],
  ["abc", "The parameter cannot be converted to a numeric value: abc"],
  [".", "The parameter cannot be converted to a numeric value: ."],
  ["0x10", "The parameter cannot be converted to a numeric value: 0x10"],
  ["1e126", "Number overflow. Attempting to store a number with magnitude larger than supported range"],
  ["1e-131", "Number underflow. Attempting to store a number with magnitude smaller than supported range"],
  ["1".repeat(39), "Attempting to store more than 38 significant digits in a Number"],
])("the number %j is refused", (given, message) => {
  expect(() => normalizeNumber(given)).toThrow(message);
});

test("sums and differences are exact", () => {
  fc.assert(
    fc.property(decimals, decimals, (a, b) => {
      const scale = Math.max(a.scale, b.scale);
      const left = a.mantissa * 10n ** BigInt(scale - a.scale);
      const right = b.mantissa * 10n ** BigInt(scale - b.scale);
      expect(addNumbers(a.text, b.text)).toBe(normalizeNumber(write(left + right, scale)));
      expect(subtractNumbers(a.text, b.text)).toBe(normalizeNumber(write(left - right, scale)));
      expect(Math.sign(compareNumbers(a.text, b.text))).toBe(left < right ? -1 : left > right ? 1 : 0);
    }),
  );
});

test("a sum that needs more than 38 digits is refused, not rounded", () => {
  expect(() => addNumbers("1e37", "0.01")).toThrow("more than 38 significant digits");
});

test("encoded numbers sort as the numbers do", () => {
  const exponents = fc.integer({ min: -130, max: 100 });
  const numbers = fc
    .tuple(fc.bigInt({ min: -999_999n, max: 999_999n }), exponents)
    .map(([m, e]) => `${m}e${e}`);
  fc.assert(
    fc.property(numbers, numbers, (a, b) => {
      const bytes = Buffer.compare(encodeSortKey({ N: a }), encodeSortKey({ N: b }));
      expect(bytes).toBe(Math.sign(compareNumbers(a, b)));
    }),
    { numRuns: 500 },
  );
});

test("strings sort by their UTF-8 bytes, not by UTF-16 units", () => {
  const [private_, emoji] = ["\uffee", "\u{1f600}"];
  expect(private_ < emoji).toBe(false);
  expect(Buffer.compare(encodeSortKey({ S: private_ }), encodeSortKey({ S: emoji }))).toBe(-1);
});

test("the successor of a prefix is the first key that does not begin with it", () => {
  expect(afterPrefix(Buffer.from([1, 2]))).toEqual(Buffer.from([1, 3]));
  expect(afterPrefix(Buffer.from([1, 0xff, 0xff]))).toEqual(Buffer.from([2]));
  expect(afterPrefix(Buffer.from([0xff]))).toBeUndefined();
});

test.each([
  [{ a: { S: "hé" } }, 1 + 3],
  [{ a: { N: "0" } }, 1 + 1],
  [{ a: { N: "12" } }, 1 + 2],
  [{ a: { N: "-123" } }, 1 + 4],
  [{ a: { B: "AAEC" } }, 1 + 3],
  [{ ab: { BOOL: true }, c: { NULL: true } }, 3 + 1 + 1],
  [{ a: { L: [{ S: "xy" }, { S: "" }] } }, 1 + 3 + 1 + 2 + 1],
  [{ a: { M: { k: { S: "xy" } } } }, 1 + 3 + 1 + 1 + 2],
  [{ a: { SS: ["x", "yz"] } }, 1 + 3],
] as const)("the size of %j is %i bytes", (item, size) => {
  expect(itemSize(item as any)).toBe(size);
});
