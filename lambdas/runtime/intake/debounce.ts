import { AGAIN, optimistically } from "../../../lib/contract/optimistic.ts";
import { type Debounce, NO_MOVES } from "../../../lib/contract/per-key.ts";
import { extendBurst } from "./burst.ts";
import { arrivalOf, type KeyedRun, moveUp, pass, type Turn, type TurnPorts } from "./turn.ts";

/** Makes a run the last of its burst, unless a later event came first. */
export async function joinBurst(run: KeyedRun, policy: Debounce, ports: TurnPorts): Promise<Turn> {
  const arrival = arrivalOf(run, run.epoch);
  const { execution } = arrival;
  return await optimistically(async () => {
    const keyQueue = await ports.keyQueues.read(run.key);
    await pass(keyQueue.passed, SUPERSEDED, ports);
    if (keyQueue.passed.includes(execution)) return "passed";
    if (keyQueue.running.includes(execution)) return await start(run.key, ports);
    if (keyQueue.burst?.execution === execution) {
      await ports.reminders.lookAgain(run.key, keyQueue.burst.due);
      return "waits";
    }
    await ports.keyQueues.write(run.key, {
      ...keyQueue,
      ...extendBurst(keyQueue.burst, arrival, ports.now(), policy),
    });
    return AGAIN;
  });
}

/** Starts the last run of a burst when the burst is over. */
export async function endBurst(key: string, ports: TurnPorts): Promise<Turn> {
  return await optimistically(async () => {
    const keyQueue = await ports.keyQueues.read(key);
    const { burst, running } = keyQueue;
    await pass(keyQueue.passed, SUPERSEDED, ports);
    if (!burst) return await start(key, ports);
    if (burst.due > ports.now()) {
      await ports.reminders.lookAgain(key, burst.due);
      return "waits";
    }
    const slots = [...running, burst.execution];
    await ports.keyQueues.write(key, { ...keyQueue, passed: [], burst: undefined, running: slots });
    return AGAIN;
  });
}

/** Starts the runs whose burst is over: they hold slots, and no run waits for one. */
async function start(key: string, ports: TurnPorts): Promise<Turn> {
  const keyQueue = await moveUp(key, NO_MOVES, ports);
  if (keyQueue === "throttled") return "throttled";
  return keyQueue.held.length + keyQueue.limited.length > 0 ? "waits" : "started";
}

const SUPERSEDED = {
  error: "Millrace.Superseded",
  cause: "A later event of the same burst replaced it.",
};
