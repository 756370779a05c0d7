import type { ChangeRun, CommandOutcome } from "../../../lib/contract/messages/command.ts";
import type { OperatorAction, RunItem } from "../../../lib/contract/table.ts";
import { close, type Transition } from "../runs/transitions.ts";
import type { ControlPorts, Keep } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { describeStatus, pause, resume, retry } from "./run-actions.ts";

/**
 * Writes an operator command for one run, together with the command itself (`keep`). Throws a Refusal if the
 * run's state does not allow it, or if the command is about another epoch.
 */
export async function changeRun(
  { action, target: { run }, epoch, by, why, key }: ChangeRun,
  ports: ControlPorts,
  keep: Keep,
): Promise<CommandOutcome> {
  const operatorAction: OperatorAction = { by, why, key, at: new Date(ports.now()).toISOString() };
  const { transition, says } = CHANGES[action](operatorAction, ports.now());
  const outcome = (after: RunItem): CommandOutcome => ({ done: true, says: says(after), run });
  const changed = await ports.runs.change(run, inEpoch(epoch, transition), {
    command: (after) => keep(outcome(after)),
  });
  if (!changed) throw new Refusal(`There is no run "${run}".`);
  return outcome(changed);
}

/** The effect of a command on a run, and its answer. */
interface RunChange {
  transition: Transition;
  says(after: RunItem): string;
}

const CHANGES: Record<ChangeRun["action"], (operatorAction: OperatorAction, now: number) => RunChange> = {
  pause: (operatorAction) => ({
    transition: pause(operatorAction),
    says: ({ run }) => `Run ${run} is paused. Running steps finish; no step starts until it is resumed.`,
  }),
  resume: (operatorAction) => ({
    transition: resume(operatorAction),
    says: ({ run }) => `Run ${run} is resumed.`,
  }),
  terminate: (operatorAction, now) => ({
    transition: terminate(operatorAction, now),
    says: ({ run }) => `Run ${run} is being terminated; completed steps that declare an undo are undone.`,
  }),
  retry: (operatorAction, now) => ({
    transition: retry(operatorAction, now),
    says: ({ run, epoch }) => `Run ${run} continues from the failed step, as epoch ${epoch}.`,
  }),
};

function terminate(operatorAction: OperatorAction, now: number): Transition {
  return (run) => {
    const closing = close(now, operatorAction)(run);
    if (closing.terminated?.key === operatorAction.key) return closing;
    throw new Refusal(`Run ${run.run} ${describeStatus(run)}; it cannot be terminated.`);
  };
}

function inEpoch(epoch: number | undefined, transition: Transition): Transition {
  return (run) => {
    if (epoch === undefined || epoch === run.epoch) return transition(run);
    throw new Refusal(
      `Run ${run.run} is in epoch ${run.epoch}, and the command is about epoch ${epoch}. Check the run, then send the command again.`,
    );
  };
}
