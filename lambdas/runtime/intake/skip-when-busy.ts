import { AGAIN, optimistically } from "../../../lib/contract/optimistic.ts";
import type { StartLimits } from "../../../lib/contract/per-key.ts";
import { arrivalOf, hasStarted, type KeyedRun, moveUp, pass, type Turn, type TurnPorts } from "./turn.ts";

/**
 * Starts a run if a slot is free, and ends it otherwise. The decision is written to the per-key queue first,
 * so that two deliveries of one event cannot decide differently.
 */
export async function skipWhenBusy(run: KeyedRun, limits: StartLimits, ports: TurnPorts): Promise<Turn> {
  const arrival = arrivalOf(run, run.epoch);
  const { execution } = arrival;
  const withRun = async (key: string) => {
    const keyQueue = await ports.keyQueues.read(key);
    const has = [...keyQueue.running, ...keyQueue.passed].includes(execution);
    return { ...keyQueue, queued: has ? [] : [arrival] };
  };
  return await optimistically(async () => {
    const keyQueue = await moveUp(run.key, limits, ports, withRun);
    if (keyQueue === "throttled") return "throttled";
    if (keyQueue.running.includes(execution)) return hasStarted(keyQueue, execution) ? "started" : "waits";
    await pass(keyQueue.passed, SKIPPED, ports);
    if (keyQueue.passed.includes(execution)) return "passed";
    // Another delivery may have started it, and it may even have ended: then it needs no slot.
    const current = await ports.runs.read(run.run);
    if (current?.status !== "accepted" || current.epoch !== run.epoch) return "started";
    await ports.keyQueues.write(run.key, { ...keyQueue, passed: [execution] });
    return AGAIN;
  });
}

const SKIPPED = {
  error: "Millrace.Skipped",
  cause: "The limit for runs of this key was reached, and the workflow skips further events.",
};
