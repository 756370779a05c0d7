import { parseCompensationName, parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import { isCompensationMachine } from "../../../lib/contract/runs/state-machine-name.ts";
import { hasEnded } from "../runs/transitions.ts";
import { fieldsOfItem } from "../telemetry/log-fields.ts";
import { advance, endingOf, endRun, sealLeft, succeedRun } from "./advance.ts";
import { compensate } from "./compensate.ts";
import { DESCRIBED_WITHIN, type EndPorts } from "./ports.ts";
import { type UndoPorts, withdrawLosers } from "./races.ts";

/** Step Functions describes an execution as running whose end it has reported. */
class NotDescribedYet extends Error {}

/**
 * Handles the end of an execution, given its ARN: of a run, or of a compensation. Whether and how it ended is
 * looked up, except if it succeeded with `output`: Step Functions itself reports that, and it cannot change.
 * `reportedAt`: when Step Functions reported the end, in epoch milliseconds. Its descriptions are eventually
 * consistent. Answers `later` if the description is older; after some time, the execution was redriven.
 */
export async function finish(
  executionArn: string,
  ports: EndPorts,
  succeeded?: { output: unknown },
  reportedAt = Number.NEGATIVE_INFINITY,
): Promise<"finished" | "later"> {
  const name = executionArn.slice(executionArn.lastIndexOf(":") + 1);
  const look: EndPorts["machines"]["look"] = async (of, asked) => {
    const state = await ports.machines.look(of, asked);
    const isNew = ports.now() - reportedAt < DESCRIBED_WITHIN;
    if (state === "running" && asked === name && isNew) throw new NotDescribedYet();
    return state;
  };
  try {
    await finishAsDescribed(executionArn, { ...ports, machines: { ...ports.machines, look } }, succeeded);
    return "finished";
  } catch (error) {
    if (error instanceof NotDescribedYet) return "later";
    throw error;
  }
}

async function finishAsDescribed(
  executionArn: string,
  ports: EndPorts,
  succeeded: { output: unknown } | undefined,
): Promise<void> {
  const [machine, name] = executionArn.split(":").slice(-2) as [string, string];
  // A child execution of a distributed Map: the end of its parent says how the run ended.
  if (machine.includes("/")) return;
  const compensation = isCompensationMachine(machine);
  const { run: id, epoch } = compensation
    ? { run: parseCompensationName(name), epoch: undefined }
    : parseExecutionName(name);
  const run = await ports.runs.read(id);
  if (run) ports.about?.(fieldsOfItem(run));
  if (!run || (epoch !== undefined && epoch !== run.epoch)) {
    ports.log.warn("The execution that ended belongs to no run, or to an earlier epoch.", { executionArn });
    // A run that succeeded may have been restarted before everything was sealed.
    if (run && epoch !== undefined && epoch < run.epoch) await ports.claims.seal(id, epoch);
    return;
  }
  if (compensation || run.status === "closing") return await advance(run, ports);
  // An earlier attempt may have stopped in between.
  if (run.status === "succeeded") return await sealLeft(run, ports);
  if (hasEnded(run)) return;
  if (succeeded && !run.compensation) return await succeedRun(run, succeeded.output, ports);
  if ((await ports.machines.look(run.workflow, name)) !== "running") await endRun(run, ports);
}

/**
 * An effect completed after its run stopped waiting for it, or a race was decided: what lost or late ways
 * have done is undone, alone or with the rest. Answers `later` while the run is being closed, since that
 * invocation may not have seen this effect, and while a called run does not exist yet. A run that changes in
 * the meantime is checked again: one that succeeds has looked for no effects.
 */
export async function undoLate(id: string, ports: UndoPorts): Promise<"finished" | "later"> {
  const run = await ports.runs.read(id);
  if (!run) return "finished";
  if (run.status === "closing") return "later";
  const withdrawn = await withdrawLosers(run, ports);
  const undone = await compensate(run, endingOf(run), ports);
  return undone === "changed" ? await undoLate(id, ports) : withdrawn;
}
