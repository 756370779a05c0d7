import { executionName, parseExecutionName } from "../../../../lib/contract/execution-name.ts";
import { limitSettings } from "../../../../lib/contract/settings/declared.ts";
import { under } from "../../../../lib/contract/settings/stored.ts";
import {
  countsRunning,
  isByKey,
  type LaneLimits,
  laneLimits,
  type SharedLimitSpec,
} from "../../../../lib/contract/shared-limit.ts";
import { isEnded, type RunItem } from "../../../../lib/contract/table.ts";
import type { Now } from "../../ports/clock.ts";
import type { Runs } from "../../ports/runs.ts";
import type { Log, Metrics } from "../../ports/telemetry.ts";
import type { Reminders } from "../ports.ts";
import { orderOf } from "../turn-order.ts";
import { hasPlace, hasRoom, hasRoomFor, nextStart, withoutPlaces, withPlace } from "./lane.ts";
import type { Lane, LimitEntry, SharedLimits } from "./ports.ts";

export interface GatePorts {
  limits: SharedLimits;
  runs: Pick<Runs, "read">;
  reminders: Pick<Reminders, "lookAtLane">;
  now: Now;
  log: Log;
  metrics: Metrics;
}

/** A run as far as its place concerns it. */
export type LimitedRun = Pick<RunItem, "run" | "epoch" | "limit" | "event" | "priority">;

/** The shared limit in front of the runs of a workflow. */
export interface LimitGate {
  /**
   * Whether an epoch of a run may start: it has a place, or gets one now. Otherwise it waits for one. With
   * `verify`, places of runs that have ended are found although their ends were not reported.
   */
  enter(run: LimitedRun, options?: { verify?: boolean }): Promise<boolean>;
  /** It has started: where only starts are limited, it needs its place no longer. */
  started(run: LimitedRun): Promise<void>;
  /** It has ended: its place is free, and it waits no longer. */
  leave(run: LimitedRun): Promise<void>;
  /** The same for a run that is held back, and asks again when it is released. */
  hold(run: LimitedRun): Promise<void>;
  /** Gives free places of a lane to those that wait. */
  look(lane: string): Promise<void>;
}

/** After this time, a place is worth a check whether its run has ended. */
const VERIFIED_AFTER = 10 * 60 * 1000;

export function limitGate(limit: SharedLimitSpec, ports: GatePorts): LimitGate {
  const settings = limitSettings(limit);
  const current = async () => laneLimits(under(limit, settings, await ports.limits.settings()));
  const isOf = (run: LimitedRun) => run.limit?.name === limit.name;
  const laneOf = ({ limit: own }: LimitedRun) => (isByKey(limit) ? own!.key : "");
  const leaveIfOver = async (run: LimitedRun) => {
    const found = await ports.runs.read(run.run);
    if (found?.epoch === run.epoch && !isEnded(found.status)) return false;
    await gate.leave(run);
    return true;
  };
  const gate: LimitGate = {
    async enter(run, { verify = false } = {}) {
      // Accepted before its workflow had this limit.
      if (!isOf(run)) return true;
      const lane = laneOf(run);
      const entry = entryOf(run);
      if (hasPlace(await ports.limits.read(lane), entry.execution)) return true;
      // Written before the lane is read: an invocation that frees a place writes that first, and looks for those
      // that wait then.
      await ports.limits.queue(lane, entry);
      const after = await givePlaces(lane, await current(), ports, { self: entry.execution, verify });
      // An end that was reported before the place was written has freed nothing.
      if (hasPlace(after, entry.execution)) return !(await leaveIfOver(run));
      ports.log.info("The run waits for a place in a shared limit.", { run: run.run, limit: limit.name });
      ports.metrics.count("RunsWaitingForLimit");
      return false;
    },
    async started(run) {
      const limits = laneLimits(limit);
      if (isOf(run) && !countsRunning(limits)) await gate.leave(run);
    },
    async leave(run) {
      if (!isOf(run)) return;
      const lane = laneOf(run);
      const entry = entryOf(run);
      // Behind a place, an entry is left only by a crash: then it gets a place, and is called to leave it.
      const { places } = await ports.limits.read(lane);
      if (!hasPlace({ places }, entry.execution)) await ports.limits.unqueue(lane, entry);
      await givePlaces(lane, await current(), ports, { leaving: entry.execution });
    },
    async hold(run) {
      if (!isOf(run)) return;
      const [lane, entry] = [laneOf(run), entryOf(run)];
      for (;;) {
        const seen = await ports.limits.read(lane);
        if (!hasPlace(seen, entry.execution)) return await ports.limits.unqueueWhileHeld(lane, entry, run);
        const next = withoutPlaces(seen, new Set([entry.execution]));
        const written = await ports.limits.writeWhileHeld(lane, next, run);
        if (written === "released") return;
        if (written === "written") return await gate.look(lane);
      }
    },
    async look(lane) {
      await givePlaces(lane, await current(), ports, {});
    },
  };
  return gate;
}

/** What one look at a lane is about. */
interface Look {
  /** The execution that this invocation would start. */
  self?: string;
  /** The execution that needs its place no longer. */
  leaving?: string;
  verify?: boolean;
}

/**
 * Frees places, and gives the free ones to the runs that wait, one for each key in turn. Answers the lane
 * after it. Each write depends on the lane's revision, so of several invocations one writes and the others
 * read again.
 */
async function givePlaces(
  id: string,
  limits: LaneLimits,
  ports: GatePorts,
  { self, leaving, verify = false }: Look,
): Promise<Lane> {
  const ended = new Set(leaving === undefined ? [] : [leaving]);
  let verified = !verify;
  for (;;) {
    const lane = await ports.limits.read(id);
    if (!verified && !hasRoom(lane, limits, ports.now())) {
      for (const execution of await endedIn(lane, ports)) ended.add(execution);
      verified = true;
    }
    const { next, served } = await serve(lane, id, limits, ports, { self, ended });
    const waits = await reminded(next, id, limits, ports);
    const changed = next.places.length !== lane.places.length || served.length > 0 || waits !== lane.lookAt;
    if (!changed) return lane;
    const called = next.places.some((place) => place.called && !hasPlace(lane, place.execution));
    if (!(await ports.limits.write(id, { ...next, lookAt: waits }, called))) continue;
    // After a crash in between, the entry is found to have a place already.
    for (const entry of served) await ports.limits.unqueue(id, entry);
    if (served.length === 0 || !hasRoom(next, limits, ports.now())) return next;
  }
}

/**
 * The lane without the places of executions that have ended, and with one for the first run of each key, as far
 * as there is room; and the entries that leave the queue.
 */
async function serve(
  lane: Lane,
  id: string,
  limits: LaneLimits,
  ports: GatePorts,
  { self, ended }: { self: string | undefined; ended: ReadonlySet<string> },
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
    if (!needsNone && (await isAccepted(entry, ports))) next = withPlace(next, entry, limits, now, self);
    if (!hasRoom(next, limits, now)) break;
  }
  return { next, served };
}

/** Sends a reminder for the next start, if a run waits for it. Answers its time. */
async function reminded(
  lane: Lane,
  id: string,
  limits: LaneLimits,
  ports: GatePorts,
): Promise<number | undefined> {
  const at = nextStart(lane, limits, ports.now());
  if (at === undefined) return undefined;
  // Sent before it is recorded: after a crash in between it is sent twice, never not at all.
  for await (const entry of ports.limits.heads(id, undefined)) {
    if (hasPlace(lane, entry.execution)) continue;
    if (at !== lane.lookAt) await ports.reminders.lookAtLane(id, at);
    return at;
  }
  return undefined;
}

async function isAccepted({ execution }: LimitEntry, ports: GatePorts): Promise<boolean> {
  const { run, epoch } = parseExecutionName(execution);
  const found = await ports.runs.read(run);
  return found?.status === "accepted" && found.epoch === epoch;
}

/** Executions that have a place although their runs have ended: the events of their ends did not arrive. */
async function endedIn({ places }: Lane, ports: GatePorts): Promise<string[]> {
  const old = places.filter(({ at }) => at < ports.now() - VERIFIED_AFTER);
  const checked = await Promise.all(
    old.map(async ({ execution }) => {
      const { run, epoch } = parseExecutionName(execution);
      const found = await ports.runs.read(run);
      return !found || found.epoch !== epoch || isEnded(found.status) ? [execution] : [];
    }),
  );
  return checked.flat();
}

function entryOf(run: LimitedRun): LimitEntry {
  const execution = executionName(run.run, run.epoch);
  return { execution, key: run.limit!.key, order: orderOf(run, execution) };
}
