import { ENDED_STATUSES, type RunItem } from "../../../lib/contract/table.ts";
import type { Now, Runs } from "../ports.ts";
import type { Arrival } from "./burst.ts";
import { planLane, type Standing } from "./lane.ts";
import { type LaunchPorts, launch } from "./launch.ts";
import type { Lane, Lanes, Reminders } from "./ports.ts";

export interface TurnPorts extends LaunchPorts {
  runs: Pick<Runs, "started" | "read" | "end">;
  lanes: Lanes;
  reminders: Reminders;
  now: Now;
}

/** How a run of a key came out for now. */
export type Turn = "started" | "waits" | "passed" | "throttled";

/** A run that has a key. */
export type KeyedRun = RunItem & { key: string };

/** An event's place among those of its key. */
export function arrivalOf({ run, event }: RunItem): Arrival {
  return { run, order: `${new Date(event.time).toISOString()}#${event.id}` };
}

/** Starts whoever's turn it is. Answers the lane as it stands then. */
export async function moveUp(
  key: string,
  atOnce: number,
  ports: TurnPorts,
  find: (key: string) => Promise<Lane> = ports.lanes.read,
): Promise<Lane | "throttled"> {
  for (;;) {
    const lane = await find(key);
    const runs = new Map(
      await Promise.all(lane.running.map(async (run) => [run, await ports.runs.read(run)] as const)),
    );
    const plan = planLane(lane, (run) => standingOf(runs.get(run)), atOnce);
    for (const started of plan.start) {
      const run = runs.get(started)!;
      if ((await launch(run, ports)) === "throttled") return "throttled";
      await ports.lanes.unqueue(key, arrivalOf(run));
    }
    for (const over of plan.leave) {
      const run = runs.get(over);
      if (run) await ports.lanes.unqueue(key, arrivalOf(run));
    }
    if (!plan.running) return lane;
    await ports.lanes.write(key, { ...lane, running: plan.running });
  }
}

function standingOf(run: RunItem | undefined): Standing {
  if (!run || (ENDED_STATUSES as readonly string[]).includes(run.status)) return "over";
  return run.status === "accepted" ? "accepted" : "under way";
}

/** Ends runs that will not run. */
export async function pass(
  runs: string[],
  failure: { error: string; cause: string },
  ports: TurnPorts,
): Promise<void> {
  for (const run of runs) await ports.runs.end(run, 1, { status: "terminated", failure });
}
