import { arrivalOf, hasStarted, type KeyedRun, moveUp, pass, type Turn, type TurnPorts } from "./turn.ts";

/**
 * Starts a run if there is a place, and ends it otherwise. Which of the two is written into the lane first, so that
 * two deliveries of one event cannot decide differently.
 */
export async function skipWhenBusy(run: KeyedRun, atOnce: number, ports: TurnPorts): Promise<Turn> {
  const arrival = arrivalOf(run, run.epoch);
  const { execution } = arrival;
  const withRun = async (key: string) => {
    const lane = await ports.lanes.read(key);
    return { ...lane, queued: lane.passed.includes(execution) ? [] : [arrival] };
  };
  for (;;) {
    const lane = await moveUp(run.key, atOnce, ports, withRun);
    if (lane === "throttled") return "throttled";
    if (lane.running.includes(execution)) return hasStarted(lane, execution) ? "started" : "waits";
    await pass(lane.passed, SKIPPED, ports);
    if (lane.passed.includes(execution)) return "passed";
    await ports.lanes.write(run.key, { ...lane, passed: [execution] });
  }
}

const SKIPPED = {
  error: "Millrace.Skipped",
  cause: "The maximum number of runs of this key was running, and the workflow skips further events.",
};
