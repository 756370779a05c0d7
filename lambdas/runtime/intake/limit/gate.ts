import { AGAIN, optimistically } from "../../../../lib/contract/optimistic.ts";
import { executionName } from "../../../../lib/contract/runs/execution-name.ts";
import { limitSettings } from "../../../../lib/contract/settings/declared.ts";
import { under } from "../../../../lib/contract/settings/stored.ts";
import {
  countsRunning,
  isByKey,
  laneLimits,
  type SharedLimitSpec,
} from "../../../../lib/contract/shared-limit.ts";
import type { RunItem } from "../../../../lib/contract/table.ts";
import type { Log, Metrics } from "../../ports/telemetry.ts";
import { orderOf } from "../turn-order.ts";
import { givePlaces, type Occasion, type PlacePorts } from "./give-places.ts";
import { hasPlace, withoutPlaces } from "./lane.ts";
import type { LimitEntry } from "./ports.ts";
import { isOver } from "./run-of-execution.ts";

export interface GatePorts extends PlacePorts {
  log: Log;
  metrics: Metrics;
}

/** A run as far as its place concerns it. */
type LimitedRun = Pick<RunItem, "run" | "epoch" | "limit" | "event" | "priority">;

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

export function limitGate(limit: SharedLimitSpec, ports: GatePorts): LimitGate {
  const { limits: lanes, runs, log, metrics } = ports;
  const settings = limitSettings(limit);

  /** The place that a run needs; undefined for one that was accepted before its workflow had this limit. */
  const needOf = (run: LimitedRun) =>
    run.limit?.name === limit.name
      ? { lane: isByKey(limit) ? run.limit.key : "", entry: entryOf(run, run.limit.key) }
      : undefined;

  const give = async (lane: string, occasion: Occasion) => {
    const limits = laneLimits(under(limit, settings, await lanes.settings()));
    return await givePlaces({ id: lane, limits }, occasion, ports);
  };

  const gate: LimitGate = {
    async enter(run, { verify = false } = {}) {
      const need = needOf(run);
      if (!need) return true;
      const { lane, entry } = need;
      if (hasPlace(await lanes.read(lane), entry.execution)) return true;
      // Written before the lane is read: an invocation that frees a place writes that first, and looks for those
      // that wait then.
      await lanes.queue(lane, entry);
      if (!hasPlace(await give(lane, { starting: entry.execution, verify }), entry.execution)) {
        log.info("The run waits for a place in a shared limit.", { run: run.run, limit: limit.name });
        metrics.count("RunsWaitingForLimit");
        return false;
      }
      // An end that was reported before the place was written has freed nothing.
      if (!(await isOver(entry.execution, runs))) return true;
      await gate.leave(run);
      return false;
    },

    async started(run) {
      if (!countsRunning(laneLimits(limit))) await gate.leave(run);
    },

    async leave(run) {
      const need = needOf(run);
      if (!need) return;
      const { lane, entry } = need;
      // Behind a place, an entry is left only by a crash: then it gets a place, and is called to leave it.
      if (!hasPlace(await lanes.read(lane), entry.execution)) await lanes.unqueue(lane, entry);
      await give(lane, { leaving: entry.execution });
    },

    async hold(run) {
      const need = needOf(run);
      if (!need) return;
      const { lane, entry } = need;
      return await optimistically(async () => {
        const seen = await lanes.read(lane);
        if (!hasPlace(seen, entry.execution)) return await lanes.unqueueWhileHeld(lane, entry, run);
        const written = await lanes.writeWhileHeld(
          lane,
          withoutPlaces(seen, new Set([entry.execution])),
          run,
        );
        if (written === "released") return;
        if (written === "written") return await gate.look(lane);
        return AGAIN;
      });
    },

    async look(lane) {
      await give(lane, {});
    },
  };
  return gate;
}

function entryOf(run: LimitedRun, key: string): LimitEntry {
  const execution = executionName(run.run, run.epoch);
  return { execution, key, order: orderOf(run, execution) };
}
