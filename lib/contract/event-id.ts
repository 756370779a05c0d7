import { digest } from "./canonical.ts";

/** An event id that is the same whenever it is derived from the same change. */
export function derivedEventId(...parts: (string | number)[]): string {
  return digest(parts.join("\n"));
}
