import { limitKeyDigest } from "../../../../lib/contract/keys/flow-control.ts";
import type { LaneLimits } from "../../../../lib/contract/shared-limit.ts";
import type { LimitPlace } from "../../../../lib/contract/table.ts";
import type { Lane, LimitEntry } from "./ports.ts";

/** Whether the lane has a place for another run, whatever its key. */
export function hasRoom(lane: Lane, limits: LaneLimits, now: number): boolean {
  const { places, starts } = lane;
  return places.length < limits.atOnce && recentStarts(starts, limits, now).length < limits.starts;
}

/** Whether the limits of one key allow another run of it. */
export function hasRoomFor(key: string, { places }: Lane, { atOnceOfKey }: LaneLimits): boolean {
  return places.filter((place) => place.key === key).length < atOnceOfKey;
}

/**
 * The lane after a run got a place at `now` (epoch milliseconds). Its key is served: the next place goes to
 * another key, if one waits. A run that another invocation puts in its place has to be called.
 */
export function withPlace(
  lane: Lane,
  { execution, key }: LimitEntry,
  limits: LaneLimits,
  now: number,
  self: string | undefined,
): Lane {
  const place: LimitPlace = { execution, key, at: now, ...(execution !== self && { called: true }) };
  const starts = limits.starts === Infinity ? [] : [...recentStarts(lane.starts, limits, now), now];
  return { ...lane, places: [...lane.places, place], starts, cursor: limitKeyDigest(key) };
}

/** The lane without places of these executions. */
export function withoutPlaces(lane: Lane, executions: ReadonlySet<string>): Lane {
  return { ...lane, places: lane.places.filter(({ execution }) => !executions.has(execution)) };
}

export function hasPlace({ places }: Pick<Lane, "places">, execution: string): boolean {
  return places.some((place) => place.execution === execution);
}

/** When the next start is free, if starts are what a waiting run waits for: epoch milliseconds. */
export function nextStart(lane: Lane, limits: LaneLimits, now: number): number | undefined {
  const recent = recentStarts(lane.starts, limits, now);
  const waitsForStart = recent.length >= limits.starts && lane.places.length < limits.atOnce;
  return waitsForStart ? recent[recent.length - limits.starts]! + limits.per : undefined;
}

function recentStarts(starts: readonly number[], { per }: LaneLimits, now: number): number[] {
  return starts.filter((at) => at > now - per);
}
