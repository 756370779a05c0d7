import {
  isCompensationMachine,
  parseCompensationName,
  parseExecutionName,
} from "../../../lib/contract/keys.ts";
import { fieldsOfItem } from "../log-fields.ts";
import { advance, endRun, succeedRun } from "./advance.ts";
import type { EndPorts } from "./ports.ts";
import { hasEnded } from "./transitions.ts";

/**
 * An execution has ended, says its ARN: of a run, or of what compensates one. How it ended, and whether it did, is looked up;
 * but for one that has succeeded with `output`, which Step Functions itself says, and which stays so.
 */
export async function finish(
  executionArn: string,
  ports: EndPorts,
  succeeded?: { output: unknown },
): Promise<void> {
  const [machine, name] = executionArn.split(":").slice(-2) as [string, string];
  // A child workflow of a distributed Map: its parent's end says how the run ended.
  if (machine.includes("/")) return;
  const compensation = isCompensationMachine(machine);
  const { run: id, epoch } = compensation
    ? { run: parseCompensationName(name), epoch: undefined }
    : parseExecutionName(name);
  const run = await ports.runs.read(id);
  if (run) ports.about?.(fieldsOfItem(run));
  if (!run || (epoch !== undefined && epoch !== run.epoch)) {
    ports.log.warn("An execution ended that belongs to no run, or to an earlier epoch.", { executionArn });
    return;
  }
  if (compensation || run.status === "closing") return await advance(run, ports);
  // An earlier try may have stopped in between.
  if (run.status === "succeeded") return await ports.claims.seal(run.run, run.epoch);
  if (hasEnded(run)) return;
  if (succeeded && !run.compensation) return await succeedRun(run, succeeded.output, ports);
  if ((await ports.machines.look(run.workflow, name)) !== "running") await endRun(run, ports);
}

/**
 * An effect was done after its run had stopped waiting for it: it is undone, alone or with the rest. Answers `later`
 * where the run is just now being closed: who does that may not have seen this effect.
 */
export async function undoLate(id: string, ports: EndPorts): Promise<"finished" | "later"> {
  const run = await ports.runs.read(id);
  if (run?.status === "closing") return "later";
  if (run) await advance(run, ports);
  return "finished";
}
