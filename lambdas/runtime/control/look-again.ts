import type { LookAgain } from "../../../lib/contract/messages/command.ts";
import type { RunItem } from "../../../lib/contract/table.ts";
import { release } from "../runs/transitions.ts";
import { nextPass } from "./next-pass.ts";
import type { ControlPorts } from "./ports.ts";

/** Keys that are checked in one pass. */
const AT_ONCE = 50;
/** Open runs of the workflow that a pass reads, oldest first. */
const MOST_RUNS = 2_000;

/**
 * Sends one run of each key that waits for its turn to intake again: it starts as many as the limits now
 * allow. Without this, a raised limit would have no effect until the next event or end of a run.
 */
export async function lookAgain(order: LookAgain, ports: ControlPorts): Promise<void> {
  const { workflow, limit, since } = order;
  const accepted = await ports.waiting.acceptedRuns(workflow, MOST_RUNS);
  const waiting = accepted.filter((run) => waitsFor(run, limit));
  const unseen = [...Map.groupBy(waiting, (run) => (limit === undefined ? run.key : run.limit!.key))]
    .filter(([, runs]) => !runs.some(({ released = "" }) => released >= since))
    .map(([, [first]]) => first!)
    .slice(0, AT_ONCE);
  for (const { run } of unseen) await ports.runs.change(run, release(ports.now()));
  ports.log.info("Runs that wait for their turn are checked again.", { workflow, keys: unseen.length });
  await nextPass(order, unseen.length === AT_ONCE, ports);
}

/** Whether a run waits for its turn, or for a place in a shared limit. */
function waitsFor(run: RunItem, limit: string | undefined): boolean {
  if (run.held !== undefined) return false;
  return limit === undefined ? run.key !== undefined : run.limit?.name === limit;
}
