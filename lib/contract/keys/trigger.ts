import { digest } from "../canonical.ts";
import type { ItemKey } from "./item-key.ts";

/** What a threshold or an absence remembers of a key. */
export function watchedKey(trigger: string, key: string): ItemKey {
  return { pk: `watched#${trigger}#${key === "*" ? key : digest(key)}`, sk: "watched" };
}

/** The last published occurrence of a schedule, by its name. */
export function scheduleKey(name: string): ItemKey {
  return { pk: `schedule#${name}`, sk: "schedule" };
}
