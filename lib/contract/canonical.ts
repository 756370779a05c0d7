import { createHash } from "node:crypto";
import { isObject } from "./is-object.ts";

/** JSON with its object keys in code-unit order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

const ALPHABET = "abcdefghijklmnopqrstuvwxyz234567";

/** The first `length` characters (5 bits each, RFC 4648 in lower case) of the text's SHA-256. */
export function digest(text: string, length = 26): string {
  const bits = BigInt(`0x${createHash("sha256").update(text).digest("hex")}`) << 4n; // 260 bits: 52 characters
  return Array.from({ length }, (_, at) => ALPHABET[Number((bits >> BigInt(255 - 5 * at)) & 31n)]).join("");
}

/** What two deliveries of the same event have in common. */
export function payloadDigest(data: unknown): string {
  return digest(canonicalJson(data));
}
