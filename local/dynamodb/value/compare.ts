import { type AttributeMap, type AttributeValue, attributeOf, contentOf, typeOf } from "./attribute-value.ts";
import { compareNumbers } from "./decimal.ts";

/** Whether two values are equal: sets without regard to order, lists and maps member by member. */
export function equalValues(left: AttributeValue, right: AttributeValue): boolean {
  if (left === right) return true;
  const type = typeOf(left);
  if (type !== typeOf(right)) return false;
  const a = contentOf(left);
  const b = contentOf(right);
  switch (type) {
    case "SS":
    case "NS":
    case "BS":
      return a.length === b.length && sameMembers(a, new Set(b));
    case "L":
      return (
        a.length === b.length && a.every((member: AttributeValue, at: number) => equalValues(member, b[at]))
      );
    case "M":
      return equalMaps(a, b);
    default:
      return a === b;
  }
}

function sameMembers(members: string[], others: Set<string>): boolean {
  return members.every((member) => others.has(member));
}

export function equalMaps(left: AttributeMap, right: AttributeMap): boolean {
  let members = 0;
  for (const name in left) {
    const other = attributeOf(right, name);
    if (!other || !equalValues(left[name]!, other)) return false;
    members++;
  }
  for (const _ in right) members--;
  return members === 0;
}

/**
 * Negative, zero or positive; undefined if the two cannot be compared: types that differ, or a type other
 * than string (by UTF-8 bytes), number and binary.
 */
export function orderOf(left: AttributeValue, right: AttributeValue): number | undefined {
  if ("S" in left && "S" in right) return Buffer.compare(Buffer.from(left.S), Buffer.from(right.S));
  if ("N" in left && "N" in right) return compareNumbers(left.N, right.N);
  if ("B" in left && "B" in right) return Buffer.compare(bytesOf(left.B), bytesOf(right.B));
  return undefined;
}

export function bytesOf(base64: string): Buffer {
  return Buffer.from(base64, "base64");
}
