import type { Try } from "../outside.ts";
import type { Seen } from "../seen.ts";

export type Violate = (rule: string, what: string, about: string) => void;

/** Invariants about one thing, over one history. */
export interface Check {
  /** At each write of an item of these kinds, in plain values. */
  kinds?: readonly string[];
  onWrite?(before: any, after: any): void;
  /** When step code begins. */
  onWork?(work: Try): void;
  atEnd?(): void;
}

export type MakeCheck = (seen: Seen, violate: Violate) => Check;

/** Reads that decide whether work begins may be as old as their function's calls are slow. */
export const SLACK = 30_000;

/** Of an idempotency key. */
export const epochOf = (key: string) => Number(/#claim#(\d+)#/.exec(key)![1]);
export const pathOf = (key: string) => /#claim#\d+#(.*)#(?:do|undo)$/.exec(key)![1]!;
