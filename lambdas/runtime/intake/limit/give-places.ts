import { AGAIN, optimistically } from "../../../../lib/contract/optimistic.ts";
import type { LaneLimits } from "../../../../lib/contract/shared-limit.ts";
import type { Now } from "../../ports/clock.ts";
import type { Runs } from "../../ports/runs.ts";
import type { Reminders } from "../ports.ts";
import { hasPlace, hasRoom, hasRoomFor, nextStart, withoutPlaces, withPlace } from "./lane.ts";
import type { Lane, LimitEntry, SharedLimits } from "./ports.ts";
import { isAccepted, isOver } from "./run-of-execution.ts";

export interface PlacePorts {
  limits: SharedLimits;
  runs: Pick<Runs, "read">;
  reminders: Pick<Reminders, "lookAtLane">;
  now: Now;
}

/** A lane, and its limits as operators have set them. */
interface LimitedLane {
  id: string;
  limits: LaneLimits;
}

/** Why the places of a lane are given now. */
export interface Occasion {
  /** The execution that this invocation starts, if it gets a place. */
  starting?: string;
  /** The execution that needs its place no longer. */
  leaving?: string;
  /** Whether to look for places of runs that have ended although their ends were not reported. */
  verify?: boolean;
}

/** After this time, a place is worth a check whether its run has ended. */
const VERIFIED_AFTER = 10 * 60 * 1000;

/**
 * Frees places, and gives the free ones to the runs that wait, one for each key in turn. Answers the lane
 * after it. Each write depends on the lane's revision, so of several invocations one writes and the others
 * read again.
 */
export async function givePlaces(
  lane: LimitedLane,
  { starting, leaving, verify = false }: Occasion,
  ports: PlacePorts,
): Promise<Lane> {
  const { id, limits } = lane;
  const ended = new Set(leaving === undefined ? [] : [leaving]);
  let verified = !verify;
  return await optimistically(async () => {
    const before = await ports.limits.read(id);
    if (!verified && !hasRoom(before, limits, ports.now())) {
      for (const execution of await endedIn(before, ports)) ended.add(execution);
      verified = true;
    }
    const { served, ...given } = await serve(before, lane, { starting, ended }, ports);
    const next = { ...given.next, lookAt: await remind(given.next, lane, ports) };
    if (!isChanged(before, next) && served.length === 0) return before;
    if (!(await ports.limits.write(id, next, callsOthers(before, next)))) return AGAIN;
    // After a crash in between, the entry is found to have a place already.
    for (const entry of served) await ports.limits.unqueue(id, entry);
    if (served.length === 0 || !hasRoom(next, limits, ports.now())) return next;
    return AGAIN;
  });
}

/** Without a run that was served, a lane only changes by places that are freed, or by a reminder. */
function isChanged(before: Lane, next: Lane): boolean {
  return next.places.length !== before.places.length || next.lookAt !== before.lookAt;
}

/** Whether a change gives a place to a run that another invocation has to start. */
function callsOthers(before: Lane, next: Lane): boolean {
  return next.places.some(({ called, execution }) => called && !hasPlace(before, execution));
}

/**
 * The lane without the places of executions that have ended, and with one for the first run of each key, as far
 * as there is room; and the entries that leave the queue.
 */
async function serve(
  lane: Lane,
  { id, limits }: LimitedLane,
  { starting, ended }: { starting: string | undefined; ended: ReadonlySet<string> },
  ports: PlacePorts,
): Promise<{ next: Lane; served: LimitEntry[] }> {
  const now = ports.now();
  const served: LimitEntry[] = [];
  let next = withoutPlaces(lane, ended);
  if (!hasRoom(next, limits, now)) return { next, served };
  for await (const entry of ports.limits.heads(id, lane.cursor)) {
    const needsNone = hasPlace(next, entry.execution) || ended.has(entry.execution);
    if (!needsNone && !hasRoomFor(entry.key, next, limits)) continue;
    served.push(entry);
    // A slow delivery may have queued a run that was started before. Such a run would use up a start. A run that
    // is started after this read has changed the lane, and the write fails.
    if (!needsNone && (await isAccepted(entry.execution, ports.runs)))
      next = withPlace(next, entry, limits, now, starting);
    if (!hasRoom(next, limits, now)) break;
  }
  return { next, served };
}

/** Sends a reminder for the next start, if a run waits for it. Answers its time. */
async function remind(
  lane: Lane,
  { id, limits }: LimitedLane,
  ports: PlacePorts,
): Promise<number | undefined> {
  const at = nextStart(lane, limits, ports.now());
  if (at === undefined || !(await isAwaited(lane, id, ports))) return undefined;
  // Sent before it is recorded: after a crash in between it is sent twice, never not at all.
  if (at !== lane.lookAt) await ports.reminders.lookAtLane(id, at);
  return at;
}

/** Whether a run without a place waits in the lane. */
async function isAwaited(lane: Lane, id: string, { limits }: PlacePorts): Promise<boolean> {
  for await (const { execution } of limits.heads(id, undefined)) if (!hasPlace(lane, execution)) return true;
  return false;
}

/** Executions that have a place although their runs have ended: the events of their ends did not arrive. */
async function endedIn({ places }: Lane, { runs, now }: PlacePorts): Promise<string[]> {
  const old = places.filter(({ at }) => at < now() - VERIFIED_AFTER);
  const over = await Promise.all(old.map(({ execution }) => isOver(execution, runs)));
  return old.filter((_, at) => over[at]).map(({ execution }) => execution);
}
