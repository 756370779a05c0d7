import { createHash } from "node:crypto";

/**
 * A number in [0, 1) for a text: the same text always gives the same. Replaces a model's arbitrary choices.
 */
export function taste(...about: (string | number)[]): number {
  return createHash("sha256").update(about.join("\n")).digest().readUInt32BE(0) / 2 ** 32;
}

/** One of several, by such a number. */
export function pick<T>(choices: readonly T[], ...about: (string | number)[]): T {
  return choices[Math.floor(taste(...about) * choices.length)]!;
}
