import type { LogEntry, WrittenLineView } from "../api/types.ts";

/** An entry of a run's log, or a line that a handler wrote. */
export type LogPart = { id: string; at: string } & ({ entry: LogEntry } | { line: WrittenLineView });

/** Both in the order of time; at the same time, the entry comes before the lines about it. */
export function mergeLog(entries: readonly LogEntry[], lines: readonly WrittenLineView[]): LogPart[] {
  const parts: LogPart[] = [
    ...entries.map((entry) => ({ id: entry.id, at: entry.at, entry })),
    ...lines.map((line) => ({ id: line.id, at: line.at, line })),
  ];
  return parts
    .map((part, order) => ({ part, order }))
    .sort(inOrder)
    .map(({ part }) => part);
}

type Placed = { part: LogPart; order: number };

function inOrder(a: Placed, b: Placed): number {
  if (a.part.at !== b.part.at) return a.part.at < b.part.at ? -1 : 1;
  return a.order - b.order;
}
