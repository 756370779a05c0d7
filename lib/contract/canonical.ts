import { hash } from "node:crypto";
import { isObject } from "./is-object.ts";

/** JSON with its object keys in code-unit order: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) =>
    isObject(member)
      ? Object.fromEntries(Object.entries(member).sort(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}

const ALPHABET = Buffer.from("abcdefghijklmnopqrstuvwxyz234567");

/** The characters of the digest that is being made: text that grows by one character at a time takes twice as long. */
const characters = Buffer.alloc(52);

/** The first `length` characters (5 bits each, RFC 4648 in lower case) of the text's SHA-256. */
export function digest(text: string, length = 26): string {
  // One character a byte: Node takes three times as long to make a buffer.
  const bytes = hash("sha256", text, "binary");
  for (let at = 0, bit = 0; at < length; at++, bit += 5) {
    // Past the last byte, the bits are zeros.
    const twoBytes = (bytes.charCodeAt(bit >> 3) << 8) | bytes.charCodeAt((bit >> 3) + 1);
    characters[at] = ALPHABET[(twoBytes >> (11 - (bit & 7))) & 31]!;
  }
  return characters.toString("latin1", 0, length);
}

/** What two deliveries of the same event have in common. */
export function payloadDigest(data: unknown): string {
  return digest(canonicalJson(data));
}
