import { digest } from "./canonical.ts";
import type { ItemKey } from "./keys/item-key.ts";

/** An event id that is the same whenever it is derived from the same change. */
export function derivedEventId(...parts: (string | number)[]): string {
  return digest(parts.join("\n"));
}

/** The id of Millrace's own event about a change of an item: of the fact that it reports, such as the item's revision. */
export function eventIdOfChange({ pk, sk }: ItemKey, fact: string | number, name: string): string {
  return derivedEventId(pk, sk, fact, name);
}
