import { claimsIn } from "../../lib/contract/groups/claims-in.ts";
import { type ItemKey, keyText } from "../../lib/contract/keys/item-key.ts";

/** Items of the table, each claim as one, also those in the item of another. */
export function separate(items: readonly any[]): any[] {
  return items.flatMap((item) => (item.kind === "claim" ? claimsIn(item) : [item]));
}

/** An item, or a claim wherever it lies. */
export function itemIn(items: readonly any[], key: ItemKey): any {
  const own = items.find((item) => keyText(item) === keyText(key));
  return own ? separate([own])[0] : separate(items).find((item) => keyText(item) === keyText(key));
}
