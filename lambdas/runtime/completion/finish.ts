import { parseCompensationName, parseExecutionName } from "../../../lib/contract/runs/execution-name.ts";
import { isCompensationMachine } from "../../../lib/contract/runs/state-machine-name.ts";
import { hasEnded } from "../runs/transitions.ts";
import { fieldsOfItem } from "../telemetry/log-fields.ts";
import { advance, endingOf, endRun, sealLeft, succeedRun } from "./advance.ts";
import { compensate } from "./compensate.ts";
import { DESCRIBED_WITHIN, type EndPorts } from "./ports.ts";
import { type UndoPorts, withdrawLosers } from "./races.ts";

/** What Step Functions reports when an execution ends. */
export interface EndReport {
  /** Epoch milliseconds. */
  at: number;
  /** The output of one that succeeded, unless it is large. */
  succeeded?: { output: unknown } | undefined;
}

/** Step Functions describes an execution as running whose end it has reported: nothing is done by that description. */
class NotDescribedYet extends Error {}

/**
 * Handles the end of an execution, given its ARN: of a run, or of a compensation. Whether and how it ended is
 * looked up, except if its output is reported, which cannot change. Step Functions' descriptions are eventually
 * consistent: answers `later` if the description is older than the report. After some time, the execution was
 * redriven.
 */
export async function finish(
  executionArn: string,
  ports: EndPorts,
  report?: EndReport,
): Promise<"finished" | "later"> {
  const [machine, name] = executionArn.split(":").slice(-2) as [string, string];
  const look: EndPorts["machines"]["look"] = async (of, asked) => {
    const state = await ports.machines.look(of, asked);
    const isNew = report !== undefined && ports.now() - report.at < DESCRIBED_WITHIN;
    if (state === "running" && asked === name && isNew) throw new NotDescribedYet();
    return state;
  };
  try {
    await endAsDescribed(machine, name, { ...ports, machines: { ...ports.machines, look } }, report);
    return "finished";
  } catch (error) {
    if (error instanceof NotDescribedYet) return "later";
    throw error;
  }
}

async function endAsDescribed(
  machine: string,
  name: string,
  ports: EndPorts,
  report: EndReport | undefined,
): Promise<void> {
  // A child execution of a distributed Map: the end of its parent says how the run ended.
  if (machine.includes("/")) return;
  const compensation = isCompensationMachine(machine);
  const { run: id, epoch } = compensation
    ? { run: parseCompensationName(name), epoch: undefined }
    : parseExecutionName(name);
  const run = await ports.runs.read(id);
  if (run) ports.about?.(fieldsOfItem(run));
  if (!run || (epoch !== undefined && epoch !== run.epoch)) {
    ports.log.warn("The execution that ended belongs to no run, or to an earlier epoch.");
    // A run that succeeded may have been restarted before everything was sealed.
    if (run && epoch !== undefined && epoch < run.epoch) await ports.claims.seal(id, epoch);
    return;
  }
  if (compensation || run.status === "closing") return await advance(run, ports);
  // An earlier attempt may have stopped in between.
  if (run.status === "succeeded") return await sealLeft(run, ports);
  if (hasEnded(run)) return;
  if (report?.succeeded && !run.compensation) return await succeedRun(run, report.succeeded.output, ports);
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
