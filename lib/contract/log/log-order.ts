import type { LogItem } from "../items/log.ts";

type Entry = Pick<LogItem, "at" | "id" | "name" | "of" | "revision" | "state" | "sk">;

const ACCEPTED = "run.accepted";

/**
 * Entries in the order in which things happened; those of one millisecond by their known order, and otherwise
 * by their keys.
 */
export function inOrder<One extends Entry>(entries: readonly One[]): One[] {
  return entries.toSorted(
    (a, b) =>
      compare(a.at, b.at) ||
      a.revision - b.revision ||
      // A step's events come after its completion.
      Number(b.state !== undefined) - Number(a.state !== undefined) ||
      // A run without an execution is accepted and started in one write.
      Number(b.name === ACCEPTED) - Number(a.name === ACCEPTED) ||
      compare(a.sk, b.sk),
  );
}

/**
 * What happened, each event once, in order. A late entry repeats the content of earlier ones; `fold` takes
 * all entries.
 */
export function storyOf<One extends Entry>(entries: readonly One[]): One[] {
  const first = new Map<string, One>();
  for (const entry of inOrder(entries)) if (!first.has(entry.id)) first.set(entry.id, entry);
  return [...first.values()];
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
