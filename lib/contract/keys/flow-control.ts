import { digest } from "../canonical.ts";
import type { ItemKey } from "./item-key.ts";

/** Everything about one key of a workflow is in one partition: its slots, and the waiting runs. */
export function keyQueueKey(workflow: string, key: string): ItemKey {
  return { pk: `key-queue#${workflow}#${key}`, sk: "key-queue" };
}

/** A waiting run; `order` sorts. */
export function queuedKey(keyQueue: string, order: string): ItemKey {
  return { pk: keyQueue, sk: `queued#${order}` };
}

/** A lane of a shared limit: that of all keys, or of one. Its waiting runs are in the same partition. */
export function limitLaneKey(limit: string, lane = ""): ItemKey {
  return { pk: `limit#${limit}#${lane}`, sk: "lane" };
}

/** A run that waits for a place: those of a key together, and in order. Without an order, the prefix of a key. */
export function limitEntryKey({ pk }: Pick<ItemKey, "pk">, keyDigest: string, order = ""): ItemKey {
  return { pk, sk: `queued#${keyDigest}#${order}` };
}

/** The part of an entry's key by which runs of one key belong together. */
export function limitKeyDigest(key: string): string {
  return digest(key);
}

/** An event that is collected into a batch, by its identity. */
export function collectedKey(collected: string): ItemKey {
  return { pk: `collected#${collected}`, sk: "collected" };
}

/** The line of a key's events that wait for their batch. */
export function batchLineKey(workflow: string, key: string): ItemKey {
  return { pk: `batch#${workflow}#${key}`, sk: "line" };
}

/** An event in the line: in the order in which they were accepted. */
export function batchEntryKey(line: string, acceptedAt: string, collected: string): ItemKey {
  return { pk: line, sk: `waiting#${acceptedAt}#${collected}` };
}
