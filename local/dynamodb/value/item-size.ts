import { DATA_LIMITS } from "../../../aws-limits/data-limits.ts";
import { type AttributeMap, type AttributeValue, attributeOf, typeOf } from "./attribute-value.ts";
import { parseDecimal } from "./decimal.ts";

/** The largest item, in bytes: 400 KB, attribute names included. */
export const LARGEST_ITEM = DATA_LIMITS.item.most;

/**
 * The size of an item in bytes as the service counts it for limits and capacity: names and strings in UTF-8,
 * two digits of a number to the byte, three bytes for a list or map and one for each of its members.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export function itemSize(item: AttributeMap): number {
  let size = 0;
  for (const name in item) size += Buffer.byteLength(name) + valueSize(item[name]!);
  return size;
}

/** The part of these attributes in an item's size. */
export function attributesSize(item: AttributeMap, names: Iterable<string>): number {
  let size = 0;
  for (const name of names) {
    const value = attributeOf(item, name);
    if (value) size += Buffer.byteLength(name) + valueSize(value);
  }
  return size;
}

function valueSize(value: AttributeValue): number {
  const type = typeOf(value);
  const content = (value as any)[type];
  switch (type) {
    case "S":
      return Buffer.byteLength(content);
    case "N":
      return numberSize(content);
    case "B":
      return Buffer.byteLength(content, "base64");
    case "SS":
      return total(content, (member: string) => Buffer.byteLength(member));
    case "NS":
      return total(content, numberSize);
    case "BS":
      return total(content, (member: string) => Buffer.byteLength(member, "base64"));
    case "L":
      return 3 + content.length + total(content, valueSize);
    case "M":
      return 3 + Object.keys(content).length + itemSize(content);
    case "BOOL":
    case "NULL":
      return 1;
  }
}

/** Digits are stored in pairs that are aligned at the decimal point, after a byte for the exponent. */
function numberSize(text: string): number {
  const { negative, digits, exponent } = parseDecimal(text);
  if (digits === "0") return 1;
  const aligned = Math.abs(exponent) % 2 === 1 ? digits.length : digits.length + 1;
  return 1 + Math.ceil(aligned / 2) + (negative ? 1 : 0);
}

function total<T>(members: T[], size: (member: T) => number): number {
  let sum = 0;
  for (const member of members) sum += size(member);
  return sum;
}
