import { parseExecutionName } from "../../../../lib/contract/runs/execution-name.ts";
import { isEnded, type RunItem } from "../../../../lib/contract/table.ts";
import type { Runs } from "../../ports/runs.ts";

type RunReader = Pick<Runs, "read">;

/** Whether an execution may still start. */
export async function isAccepted(execution: string, runs: RunReader): Promise<boolean> {
  return (await runOf(execution, runs))?.status === "accepted";
}

/** Whether an execution needs no place any more: its run has ended, is in another epoch, or is deleted. */
export async function isOver(execution: string, runs: RunReader): Promise<boolean> {
  const run = await runOf(execution, runs);
  return !run || isEnded(run.status);
}

/** The run of an execution, if it is still in the epoch of that execution. */
async function runOf(execution: string, runs: RunReader): Promise<RunItem | undefined> {
  const { run, epoch } = parseExecutionName(execution);
  const found = await runs.read(run);
  return found?.epoch === epoch ? found : undefined;
}
