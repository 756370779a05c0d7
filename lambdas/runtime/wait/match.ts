import type { AwaitedEventItem, WaiterItem } from "../../../lib/contract/table.ts";

/** The waiters and events with one name and key. Of the waiters, perhaps only those of one run. */
export interface Meeting {
  waiters: WaiterItem[];
  events: AwaitedEventItem[];
}

export interface Match {
  waiter: WaiterItem;
  event: AwaitedEventItem;
}

/**
 * Which waiter gets which event: each waiter, in the order in which their states were entered, gets the
 * oldest event that its run has not consumed. The same items give the same answer.
 */
export function match({ waiters, events }: Meeting, now: number): Match[] {
  const taken = new Set(waiters.map(({ consumer, taken }) => `${consumer}\n${taken}`));
  const alive = events.filter(({ expiresAt }) => expiresAt * 1000 > now).sort(byAge);
  const matches: Match[] = [];
  for (const waiter of waiters.filter(({ state }) => state === "waiting").sort((a, b) => a.fence - b.fence)) {
    const event = alive.find(({ id }) => !taken.has(`${waiter.consumer}\n${id}`));
    if (!event) continue;
    taken.add(`${waiter.consumer}\n${event.id}`);
    matches.push({ waiter, event });
  }
  return matches;
}

/** Earlier matches whose answer may not have been sent. */
export function unanswered({ waiters, events }: Meeting): Match[] {
  return waiters.flatMap((waiter) => {
    const event = waiter.state === "matched" && events.find(({ id }) => id === waiter.taken);
    return event ? [{ waiter, event }] : [];
  });
}

function byAge(a: AwaitedEventItem, b: AwaitedEventItem): number {
  return Date.parse(a.time) - Date.parse(b.time) || (a.id < b.id ? -1 : 1);
}
