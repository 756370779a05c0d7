import type {
  CompensationInput,
  CompensationOutput,
  Undo,
} from "../../../lib/contract/messages/compensation-message.ts";
import { WHOLE_APP } from "../../../lib/contract/metrics.ts";
import { waysOf } from "../../../lib/contract/race.ts";
import { compensationName } from "../../../lib/contract/runs/execution-name.ts";
import { inputOf } from "../../../lib/contract/runs/run-input.ts";
import { compensationMachine } from "../../../lib/contract/runs/state-machine-name.ts";
import type { ClaimItem, RunEnd, RunItem } from "../../../lib/contract/table.ts";
import { beginRound, endRound, hasEnded } from "../runs/transitions.ts";
import type { EndedExecution, EndPorts, Failure } from "./ports.ts";
import { countUndos, owedEffects, undoKey, undoOf } from "./undo.ts";

/** Undos per execution: its input and output stay far below 256 KiB, its history far below 25,000 events. */
const MOST_AT_ONCE = 200;

/**
 * Undoes the effects of a run by executions of its workflow's compensating machine, one after another. The
 * effects to undo are read again for each, so that late ones are included. When nothing is left, a run that
 * is ending ends. Called at the end of each such execution, and when an effect was late. Answers `changed` if
 * effects are left and the run is no longer as it was read: the handler that changed it may not know of them.
 */
export async function compensate(
  run: RunItem,
  ending: RunEnd | undefined,
  ports: EndPorts,
): Promise<"advanced" | "changed"> {
  const { machines } = ports;
  const owing = ending === undefined || ending.status === "succeeded" ? "late" : "all";
  if (run.compensation?.open) {
    const { round } = run.compensation;
    const { owed } = await owedOf(run, owing, ports);
    const last = await machines.look(compensationMachine(run.workflow), compensationName(run.run, round));
    if (last === "running") return "advanced";
    if (last === "absent") return await start(run, round, owed, ports);
    await giveUp(run, last, owed, ports);
  }
  const { claims, owed } = await owedOf(run, owing, ports);
  if (owed.length === 0) {
    await endCompensated(run, ending, claims, ports);
    return "advanced";
  }
  const round = (run.compensation?.round ?? 0) + 1;
  const begun = await ports.runs.change(run.run, beginRound(run, ending, ports.now()));
  if (begun?.compensation?.round !== round) return "changed";
  return await start(begun, round, owed, ports);
}

/** The claims of a run, and the effects among them that still have to be undone. */
async function owedOf(
  { run, restarted }: RunItem,
  owing: "all" | "late",
  { effects, races }: EndPorts,
): Promise<{ claims: ClaimItem[]; owed: ClaimItem[] }> {
  const claims = await effects.of(run);
  const isRaced = claims.some(({ path }) => waysOf(path).length > 0);
  const decided = isRaced ? await races.decided(run) : [];
  return { claims, owed: owedEffects(claims, owing, restarted, decided) };
}

/** Nothing is left to undo. */
export async function endCompensated(
  run: RunItem,
  ending: RunEnd | undefined,
  claims: readonly ClaimItem[],
  { runs, now, log }: EndPorts,
): Promise<void> {
  const changed = await runs.change(run.run, endRound(run, ending, countUndos(claims), now()));
  if (hasEnded(run) || !changed || !hasEnded(changed)) return;
  log.info(`The run ${changed.status}.`, { run: run.run, epoch: run.epoch, ...changed.failure });
}

async function start(run: RunItem, round: number, owed: ClaimItem[], ports: EndPorts): Promise<"advanced"> {
  const { run: reference } = inputOf(run);
  const input: CompensationInput = { run: reference, undos: owed.slice(0, MOST_AT_ONCE).map(undoOf) };
  const name = compensationName(run.run, round);
  const machine = compensationMachine(run.workflow);
  const started = await ports.machines.start(machine, name, JSON.stringify(input), reference.traceparent);
  if (started.kind === "throttled") throw new Error(`Step Functions throttles new executions: ${name}.`);
  ports.log.info("The compensation is started.", { run: run.run, round, undos: input.undos.length });
  return "advanced";
}

/**
 * Raises what an execution could not undo to the operator. If the execution failed as a whole, that is
 * everything it had to undo.
 */
async function giveUp(run: RunItem, last: EndedExecution, owed: ClaimItem[], ports: EndPorts): Promise<void> {
  for (const effect of owed) {
    const failure = failureOf(effect, last);
    if (!failure) continue;
    ports.log.error(`${effect.path} could not be undone; the compensation continues.`, {
      run: run.run,
      ...failure,
    });
    ports.metrics.count("UndosFailed", 1, WHOLE_APP);
    await ports.effects.giveUp(effect, undoKey(effect), failure);
  }
}

function failureOf({ epoch, path }: ClaimItem, { input, end }: EndedExecution): Failure | undefined {
  const isIt = (undo: Pick<Undo, "epoch" | "path">) => undo.epoch === epoch && undo.path === path;
  if (end.status === "succeeded") {
    const failed = (end.output as CompensationOutput).failed.find(isIt);
    return failed && { error: failed.error, cause: failed.cause };
  }
  return (input as CompensationInput).undos.some(isIt) ? end.failure : undefined;
}
