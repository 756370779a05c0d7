import type { TimelineBar } from "../api/types.ts";
import { nodeOfPath } from "../text/paths.ts";
import { type Span, unite } from "./time-scale.ts";

/** A bar as it is drawn, in epoch milliseconds. */
export interface Drawn extends Span {
  kind: TimelineBar["kind"];
  outcome: TimelineBar["outcome"];
  attempt: number;
  open: boolean;
}

/** Everything that happened at one path. */
export interface WaterfallRow extends Span {
  path: string;
  bars: Drawn[];
  /** On the critical path of the run. */
  critical: boolean;
}

/** One row, or the rows of one node, closed to one. */
export interface WaterfallGroup {
  node: string;
  rows: WaterfallRow[];
  /** All bars, with those of a kind merged. */
  bars: Drawn[];
  critical: boolean;
}

/** From this number of calls, those of a step are one line that can be opened, here and in the list of steps. */
export const GROUPED = 6;

/** The rows of a timeline by start time, those of one node together. */
export function waterfall(bars: readonly TimelineBar[], end: number): WaterfallGroup[] {
  const rows = [...Map.groupBy(bars, ({ path }) => path)].map(([path, own]): WaterfallRow => {
    const drawn = own.map((bar) => drawnOf(bar, end));
    return {
      path,
      bars: drawn,
      critical: false,
      from: Math.min(...drawn.map(({ from }) => from)),
      to: Math.max(...drawn.map(({ to }) => to)),
    };
  });
  for (const row of criticalPath(rows)) row.critical = true;
  rows.sort((a, b) => a.from - b.from || a.to - b.to);
  return [...Map.groupBy(rows, ({ path }) => nodeOfPath(path))].flatMap(([node, own]) =>
    own.length < GROUPED
      ? own.map((row) => ({ node, rows: [row], bars: row.bars, critical: row.critical }))
      : [
          {
            node,
            rows: own,
            bars: united(own.flatMap((row) => row.bars)),
            critical: own.some(({ critical }) => critical),
          },
        ],
  );
}

function drawnOf({ kind, outcome, attempt, from, to }: TimelineBar, end: number): Drawn {
  const begin = Date.parse(from);
  return {
    kind,
    outcome,
    attempt,
    open: to === undefined,
    from: begin,
    to: Math.max(begin, to === undefined ? end : Date.parse(to)),
  };
}

/** Milliseconds by which a step may begin before the end of its predecessor is recorded. */
const SLACK = 5;

/**
 * The critical path: the row that ended last, before it the one that ended last before that began, and so on.
 * Computed from times alone: it needs no graph, and of two rows that ended together it takes one.
 */
export function criticalPath<Row extends Span>(rows: readonly Row[]): Row[] {
  const byEnd = rows.toSorted((a, b) => b.to - a.to);
  const path: Row[] = [];
  for (const row of byEnd) {
    const next = path.at(-1);
    if (next === undefined || (row.to <= next.from + SLACK && row.from < next.from)) path.push(row);
  }
  return path.reverse();
}

/** Overlapping bars of one kind and outcome are merged; the most important are drawn last. */
function united(bars: readonly Drawn[]): Drawn[] {
  const ORDER = ["queued", "backoff", "deferred", "waiting", "person", "running", "running failed"];
  const groups = Map.groupBy(bars, ({ kind, outcome }) =>
    [kind, outcome === "failed" && outcome].filter(Boolean).join(" "),
  );
  return [...groups]
    .sort(([a], [b]) => ORDER.indexOf(a) - ORDER.indexOf(b))
    .flatMap(([, same]) =>
      unite(same).map((span) => ({
        ...span,
        kind: same[0]!.kind,
        attempt: 1,
        outcome:
          same.some(({ open }) => open) && same[0]!.outcome !== "failed" ? undefined : same[0]!.outcome,
        open: same.some(({ open, to }) => open && to === span.to),
      })),
    );
}

/** The time in which something is queued or runs. */
export function busyOf(groups: readonly WaterfallGroup[]): Span[] {
  return groups.flatMap(({ bars }) => bars.filter(({ kind }) => kind === "queued" || kind === "running"));
}

/** The label of a path: the step's own name, and its position. */
export function nameOf(path: string): { name: string; place: string } {
  const parts = path.split("/");
  const name = parts.pop()!;
  return { name, place: parts.join(" › ") };
}
