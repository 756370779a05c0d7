import { remembered } from "../kernel/remembered.ts";

/**
 * Credentials of functions. Each function signs its calls with an access key that encodes its role, so that
 * the endpoint can identify the caller without storing sessions: `LOCAL` and the role's path and name in
 * base32.
 */
const PREFIX = "LOCAL";
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const ROLE = /^arn:aws[a-z-]*:iam::\d{12}:role\/(.+)$/;

/** The access key for functions of this role. Throws if the text is not a role's ARN. */
export function accessKeyOfRole(roleArn: string): string {
  const name = ROLE.exec(roleArn)?.[1];
  if (name === undefined) throw new Error(`${roleArn} is not the ARN of a role`);
  return PREFIX + encode(Buffer.from(name));
}

/** ARN of the role whose functions sign with this key, or undefined for a key that is not a function's. */
export function roleOfAccessKey(accessKey: string, account: string): string | undefined {
  if (!accessKey.startsWith(PREFIX)) return undefined;
  const name = nameIn(accessKey.slice(PREFIX.length));
  return name ? `arn:aws:iam::${account}:role/${name}` : undefined;
}

function encode(bytes: Uint8Array): string {
  let text = "";
  let bits = 0;
  let value = 0;
  for (const byte of bytes) {
    value = (value << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(value >> (bits - 5)) & 31];
    value &= (1 << bits) - 1;
  }
  return bits > 0 ? text + ALPHABET[(value << (5 - bits)) & 31] : text;
}

/** An app has few functions, and each of their calls names the key of one. */
const MOST_ROLES = 1000;

/** Decodes base32; undefined for invalid text. */
const nameIn = remembered(MOST_ROLES, (text) => decode(text)?.toString());

function decode(text: string): Buffer | undefined {
  const bytes: number[] = [];
  let bits = 0;
  let value = 0;
  for (const character of text) {
    const digit = ALPHABET.indexOf(character);
    if (digit < 0) return undefined;
    value = (value << 5) | digit;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push(value >> bits);
      value &= (1 << bits) - 1;
    }
  }
  return Buffer.from(bytes);
}
