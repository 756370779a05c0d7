import type { LookAgain } from "../../../lib/contract/command.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { release } from "../completion/transitions.ts";
import { nextPass } from "./next-pass.ts";
import type { ControlPorts } from "./ports.ts";

/** Keys that are looked at in one pass. */
const AT_ONCE = 50;
/** Open runs of the workflow that a pass reads, oldest first. */
const MOST_RUNS = 2_000;

/**
 * Sends one run of each key that waits for its turn to intake again: it starts as many as the limits now
 * allow. Without this, a raised limit would have no effect until the next event or end of a run.
 */
export async function lookAgain(order: LookAgain, ports: ControlPorts): Promise<void> {
  const { workflow, since } = order;
  const waiting = await ports.waiting.runsInQueue(workflow, MOST_RUNS);
  const unseen = [...Map.groupBy(waiting, ({ key }) => key)]
    .filter(([, runs]) => !runs.some(({ released = "" }) => released >= since))
    .map(([, [first]]) => first!)
    .slice(0, AT_ONCE);
  for (const { run } of unseen) await ports.runs.change(run, release(ports.now()));
  ports.log.info("Runs that wait for their turn are looked at again.", { workflow, keys: unseen.length });
  await nextPass(order, unseen.length === AT_ONCE, ports);
}

/** Whether a run waits for its turn. */
export function waitsInQueue({ status, key, held }: RunItem): boolean {
  return status === "accepted" && key !== undefined && held === undefined;
}
