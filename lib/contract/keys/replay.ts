import type { ItemKey } from "./item-key.ts";

export function replayKey(replay: string): ItemKey {
  return { pk: `replay#${replay}`, sk: "replay" };
}

/**
 * The events that a dry run has counted: one per subscriber and run or reaction run. Each subscriber writes
 * to a partition of its own.
 */
export function dryRunEventKey(replay: string, subscriber: string, id: string): ItemKey {
  return { pk: `dry-run#${subscriber}#${replay}`, sk: id };
}
