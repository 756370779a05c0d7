import type { Debounce } from "../../../lib/contract/per-key.ts";
import { extendBurst } from "./burst.ts";
import { arrivalOf, type KeyedRun, moveUp, pass, type Turn, type TurnPorts } from "./turn.ts";

/** Makes a run the last of its burst, unless a later event came first. */
export async function joinBurst(run: KeyedRun, policy: Debounce, ports: TurnPorts): Promise<Turn> {
  const arrival = arrivalOf(run, run.epoch);
  const { execution } = arrival;
  for (;;) {
    const lane = await ports.lanes.read(run.key);
    await pass(lane.passed, SUPERSEDED, ports);
    if (lane.passed.includes(execution)) return "passed";
    if (lane.running.includes(execution)) return await start(run.key, ports);
    if (lane.burst?.execution === execution) {
      await ports.reminders.lookAgain(run.key, lane.burst.due);
      return "waits";
    }
    await ports.lanes.write(run.key, {
      ...lane,
      ...extendBurst(lane.burst, arrival, ports.now(), policy),
    });
  }
}

/** Starts the last of a burst once it is quiet. */
export async function endBurst(key: string, ports: TurnPorts): Promise<Turn> {
  for (;;) {
    const lane = await ports.lanes.read(key);
    const { burst, running } = lane;
    await pass(lane.passed, SUPERSEDED, ports);
    if (!burst) return await start(key, ports);
    if (burst.due > ports.now()) {
      await ports.reminders.lookAgain(key, burst.due);
      return "waits";
    }
    const places = [...running, burst.execution];
    await ports.lanes.write(key, { ...lane, passed: [], burst: undefined, running: places });
  }
}

/** Starts the runs whose burst is over: they hold places, and nobody waits for one. */
async function start(key: string, ports: TurnPorts): Promise<Turn> {
  const lane = await moveUp(key, 0, ports);
  if (lane === "throttled") return "throttled";
  return lane.held.length > 0 ? "waits" : "started";
}

const SUPERSEDED = {
  error: "Millrace.Superseded",
  cause: "A later event of the same burst replaced it.",
};
