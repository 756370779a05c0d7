import { lookOf } from "../design/status.ts";

export interface StateCount {
  state: string;
  count: number;
}

/** More items than this are drawn as shares of the strip. */
const MOST_CELLS = 40;

/**
 * Items by state: a cell for each of a few, shares of the strip for many. Next to a text with the same
 * content.
 */
export function Strip({ counts }: { counts: readonly StateCount[] }) {
  const all = counts.reduce((sum, { count }) => sum + count, 0);
  const cells = all <= MOST_CELLS;
  return (
    <span className={cells ? "strip cells" : "strip"} aria-hidden="true" title={stripText(counts)}>
      {counts.map(({ state, count }) =>
        cells ? (
          Array.from({ length: count }, (_, cell) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: cells of one state are all the same
            <i key={`${state}${cell}`} className={`fill-${lookOf(state).tone}`} />
          ))
        ) : (
          <i key={state} className={`fill-${lookOf(state).tone}`} style={{ flexGrow: count }} />
        ),
      )}
    </span>
  );
}

/** "2 failed, 1 waiting, 3 done" */
export function stripText(counts: readonly StateCount[]): string {
  return counts.map(({ state, count }) => `${count.toLocaleString("en")} ${state}`).join(", ");
}
