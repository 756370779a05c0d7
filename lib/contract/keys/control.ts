import type { ItemKey } from "./item-key.ts";

/** What operators can pause as a whole, or change the settings of. */
export type ControlTarget = "workflow" | "subscriber" | "breaker" | "limit";

/** What operators decided about a workflow, another subscriber, a breaker or a shared limit. */
export function controlKey(target: ControlTarget, name: string): ItemKey {
  return { pk: `control#${target}#${name}`, sk: "control" };
}

/** A revision of the settings; all of a target are in the partition of its `controlKey`. Without a number, their prefix. */
export function settingsKey(target: ControlTarget, name: string, revision?: number): ItemKey {
  const number = revision === undefined ? "" : String(revision).padStart(8, "0");
  return { pk: controlKey(target, name).pk, sk: `settings#${number}` };
}

/** A command, by its idempotency key. */
export function commandKey(key: string): ItemKey {
  return { pk: `command#${key}`, sk: "command" };
}

export function breakerKey(breaker: string): ItemKey {
  return { pk: `breaker#${breaker}`, sk: "breaker" };
}
