import type { StartLimits } from "../../../lib/contract/per-key.ts";
import { arrivalOf, hasStarted, type KeyedRun, moveUp, type Turn, type TurnPorts } from "./turn.ts";

/** Makes a run wait for its turn, in the order of the events, and starts it when its turn is now. */
export async function joinQueue(run: KeyedRun, limits: StartLimits, ports: TurnPorts): Promise<Turn> {
  const arrival = arrivalOf(run, run.epoch);
  // Written before the per-key queue is read: an invocation that releases a slot writes that first and reads
  // the queue then.
  await ports.keyQueues.queue(run.key, arrival);
  const keyQueue = await moveUp(run.key, limits, ports);
  if (keyQueue === "throttled") return "throttled";
  return hasStarted(keyQueue, arrival.execution) ? "started" : "waits";
}
