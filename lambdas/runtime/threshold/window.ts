import type { EventWindow, WindowEntry } from "../../../lib/contract/items/window.ts";

/** An event that a threshold counts. */
export type Counted = Pick<WindowEntry, "at" | "id" | "amount">;

/** The window after an event, and what the event did. */
export interface Addition {
  window: EventWindow;
  outcome: "counted" | "crossed" | "duplicate" | "late";
  /** Of a crossing: the sum, and the times of the first and last event. */
  crossing?: { value: number; from: number; to: number };
}

/** Entries of a window in one item of the table. */
const MOST_ENTRIES = 200;

export const EMPTY_WINDOW: EventWindow = { entries: [] };

/**
 * Adds an event to the window of its key. The window ends with the newest event, whenever events arrive, so
 * the same events cross a threshold at the same point of their own time. An event that is older than the
 * window is late: it counts no more, and neither does another delivery of one that has left the window.
 */
export function add(
  window: EventWindow,
  event: Counted,
  { within, atLeast }: { within: number; atLeast: number },
): Addition {
  if (window.entries.some(({ id }) => id === event.id)) return { window, outcome: "duplicate" };
  const end = Math.max(event.at, window.entries.at(-1)?.at ?? event.at);
  const begin = end - within;
  if (event.at <= Math.max(begin, window.floor ?? Number.NEGATIVE_INFINITY))
    return { window, outcome: "late" };
  const entries = [...window.entries.filter(({ at }) => at > begin), event].sort(byTime);
  const next = trimmed({
    ...window,
    entries,
    carried: window.carried && window.carried.at > begin ? window.carried : undefined,
  });
  const counted = next.entries.filter(({ crossed }) => !crossed);
  const value = counted.reduce((sum, { amount }) => sum + amount, next.carried?.amount ?? 0);
  if (value < atLeast) return { window: next, outcome: "counted" };
  const from = next.carried?.at ?? counted[0]!.at;
  return {
    window: {
      ...next,
      carried: undefined,
      entries: next.entries.map((entry) => ({ ...entry, crossed: true })),
    },
    outcome: "crossed",
    crossing: { value, from, to: end },
  };
}

function byTime(one: WindowEntry, other: WindowEntry): number {
  return one.at - other.at || (one.id < other.id ? -1 : 1);
}

/** Without the oldest entries that have no space. What still counts of them is kept as one amount. */
function trimmed(window: EventWindow): EventWindow {
  const surplus = window.entries.slice(0, Math.max(0, window.entries.length - MOST_ENTRIES));
  if (surplus.length === 0) return window;
  const counting = surplus.filter(({ crossed }) => !crossed);
  const amount = counting.reduce((sum, entry) => sum + entry.amount, window.carried?.amount ?? 0);
  const carried = counting.length > 0 ? { at: counting.at(-1)!.at, amount } : window.carried;
  return { entries: window.entries.slice(surplus.length), floor: surplus.at(-1)!.at, carried };
}
