import { feedKey } from "../../../lib/contract/keys/log.ts";
import type { FeedItem } from "../../../lib/contract/table.ts";
import type { Now } from "../ports/clock.ts";

export interface LivePorts {
  /** Items of the feed after a sort key, oldest first, read consistently. */
  feed(after: string): Promise<FeedItem[]>;
  /** Registers a viewer. Returns the time since which the feed is complete, in epoch milliseconds. */
  registerViewer(): Promise<number>;
  now: Now;
  /** Resolves after `milliseconds`. */
  pause(milliseconds: number): Promise<void>;
}

/**
 * The maximum time until a response ends: API Gateway waits for 30 seconds, and forwards nothing before the
 * end.
 */
const LONGEST = 25_000;
const LOOK_EVERY = 1_000;
/** Two relays write concurrently, so an item may appear after one with a later sort key. */
const LOOK_BACK = 2_000;
/** An id must fit into a header: after very many changes in a short time, some are sent twice. */
const MOST_MARKS = 100;
/** The feed is kept for one hour: a viewer that was away for longer reloads everything anyway. */
const LONGEST_AWAY = 50 * 60_000;
/** The part of a sort key that distinguishes it from others of the same millisecond. */
const MARK_LENGTH = feedKey("2026-01-31T09:30:00.000Z", "abcdef").sk.length;

/**
 * Changes since an earlier response, as server-sent events: as soon as something changed, or none after 25
 * seconds. The id records what has been sent, so that the next request continues there without gaps or
 * duplicates. If there was no viewer for an hour, the feed begins some seconds late; then an event says that
 * changes may be missing.
 */
export async function liveUpdates(since: string | undefined, ports: LivePorts): Promise<string> {
  const began = ports.now();
  const sent = marksOf(since, began);
  const wholeSince = await ports.registerViewer();
  const mayMiss = Date.parse(timeOf(sent.at(-1)!, 0)) < wholeSince;
  for (;;) {
    if (mayMiss && ports.now() >= wholeSince) return missed(ports.now());
    const items = await ports.feed(feedKey(timeOf(sent.at(-1)!, -LOOK_BACK)).sk);
    const fresh = items.filter((item) => !sent.includes(markOf(item)));
    if (fresh.length > 0) return message(fresh, sent);
    if (ports.now() + LOOK_EVERY - began > LONGEST) return message([], sent);
    await ports.pause(LOOK_EVERY);
  }
}

/** The keys that were sent recently, the newest last; without a readable id, only the time. */
function marksOf(since: string | undefined, now: number): string[] {
  const marks = (since ?? "").split(",").sort();
  const last = Date.parse(marks.at(-1)!.slice(0, TIME_LENGTH));
  return last > now - LONGEST_AWAY ? marks : [new Date(now).toISOString()];
}

const TIME_LENGTH = "2026-01-31T09:30:00.000Z".length;

function timeOf(mark: string, later: number): string {
  return new Date(Date.parse(mark.slice(0, TIME_LENGTH)) + later).toISOString();
}

function markOf({ sk }: FeedItem): string {
  return sk.slice(0, MARK_LENGTH);
}

function missed(now: number): string {
  return `${["retry: 500", "event: missed", `id: ${new Date(now).toISOString()}`, "data: []"].join("\n")}\n\n`;
}

/** One event with all changes; or a comment, and the id alone. */
function message(fresh: readonly FeedItem[], sent: readonly string[]): string {
  const marks = [...sent, ...fresh.map(markOf)].sort();
  const oldest = timeOf(marks.at(-1)!, -LOOK_BACK);
  const recent = marks.filter((mark) => mark >= oldest);
  const id = recent.slice(-MOST_MARKS).join(",");
  const changes = fresh.flatMap((item) => item.changes);
  const lines = [
    "retry: 500",
    ...(fresh.length > 0
      ? [`id: ${id}`, `data: ${JSON.stringify(changes)}`]
      : [": nothing changed", `id: ${id}`]),
  ];
  return `${lines.join("\n")}\n\n`;
}
