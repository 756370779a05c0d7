import { duration } from "./duration.ts";

/**
 * An ISO time in the reader's zone: "14:03:22" of the same day, otherwise with the day. `now` in epoch
 * milliseconds.
 */
export function shortTime(iso: string, now: number): string {
  const time = new Date(iso);
  const clock = time.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = dayOf(time, now);
  return day === undefined ? clock : `${day}, ${clock.slice(0, 5)}`;
}

/** "1 Mar", unless it is today. */
function dayOf(time: Date, now: number): string | undefined {
  if (time.toDateString() === new Date(now).toDateString()) return undefined;
  return time.toLocaleDateString("en-GB", { day: "numeric", month: "short" });
}

/** "3 m ago", "in 4 h". `now` in epoch milliseconds. */
export function relative(iso: string, now: number): string {
  const away = Date.parse(iso) - now;
  if (Math.abs(away) < 1_000) return "now";
  const rough = duration(Math.abs(away)).split(" ").slice(0, 2).join(" ").replace(/\.\d+/, "");
  return away < 0 ? `${rough} ago` : `in ${rough}`;
}

/** To the millisecond, as in logs; of an earlier day, with the day. */
export function exactTime(iso: string, now = Date.now()): string {
  const time = new Date(iso);
  const day = dayOf(time, now);
  return `${day === undefined ? "" : `${day}, `}${time.toLocaleTimeString("en-GB")}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}
