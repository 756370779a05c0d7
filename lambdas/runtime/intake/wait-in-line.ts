import { arrivalOf, hasStarted, type KeyedRun, moveUp, type Turn, type TurnPorts } from "./turn.ts";

/** Lets a run wait for its turn, in the order of the events, and starts it where it is. */
export async function waitInLine(run: KeyedRun, atOnce: number, ports: TurnPorts): Promise<Turn> {
  const arrival = arrivalOf(run, run.epoch);
  // Written before the lane is read: who leaves a place writes that first and reads the line after.
  await ports.lanes.queue(run.key, arrival);
  const lane = await moveUp(run.key, atOnce, ports);
  if (lane === "throttled") return "throttled";
  return hasStarted(lane, arrival.execution) ? "started" : "waits";
}
