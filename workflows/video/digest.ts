import { createHash } from "node:crypto";

/** A short hash of a text. */
export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 24);
}
