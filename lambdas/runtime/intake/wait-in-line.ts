import { arrivalOf, type KeyedRun, moveUp, type Turn, type TurnPorts } from "./turn.ts";

/** Lets a run wait for its turn, in the order of the events, and starts it where it is. */
export async function waitInLine(run: KeyedRun, atOnce: number, ports: TurnPorts): Promise<Turn> {
  // Written before the lane is read: who leaves a place writes that first and reads the line after.
  await ports.lanes.queue(run.key, arrivalOf(run));
  const lane = await moveUp(run.key, atOnce, ports);
  if (lane === "throttled") return "throttled";
  return lane.running.includes(run.run) ? "started" : "waits";
}
