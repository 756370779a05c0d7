import { createHash } from "node:crypto";

/** The algorithms of `$hash` and `States.Hash`, by the service's names for them. */
const ALGORITHMS: ReadonlyMap<string, string> = new Map([
  ["MD5", "md5"],
  ["SHA-1", "sha1"],
  ["SHA-256", "sha256"],
  ["SHA-384", "sha384"],
  ["SHA-512", "sha512"],
]);

export const HASH_ALGORITHMS = [...ALGORITHMS.keys()].join(", ");

/** Hexadecimal digest, or undefined for an algorithm that is not served. */
export function hash(text: string, algorithm: string): string | undefined {
  const name = ALGORITHMS.get(algorithm);
  return name && createHash(name).update(text).digest("hex");
}
