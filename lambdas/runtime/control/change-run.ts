import type { ChangeRun, CommandOutcome } from "../../../lib/contract/command.ts";
import type { CommandItem, Order, RunItem } from "../../../lib/contract/table.ts";
import { close, type Transition } from "../completion/transitions.ts";
import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { pause, resume, retry, standing } from "./run-orders.ts";

/**
 * Writes an operator command for one run, together with the command itself (`keep`). Throws a Refusal where the run is not
 * in a state in which that can be done, or in another epoch than the order is about.
 */
export async function changeRun(
  { action, target: { run }, epoch, by, why, key }: ChangeRun,
  keep: (outcome: CommandOutcome) => CommandItem,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const order: Order = { by, why, key, at: new Date(ports.now()).toISOString() };
  const { transition, says } = ORDERS[action](order, ports.now());
  const outcome = (after: RunItem): CommandOutcome => ({ done: true, says: says(after), run });
  const changed = await ports.runs.change(run, inEpoch(epoch, transition), {
    command: (after) => keep(outcome(after)),
  });
  if (!changed) throw new Refusal(`There is no run "${run}".`);
  return outcome(changed);
}

/** What an order does to a run, and what is answered. */
interface RunOrder {
  transition: Transition;
  says(after: RunItem): string;
}

const ORDERS: Record<ChangeRun["action"], (order: Order, now: number) => RunOrder> = {
  pause: (order) => ({
    transition: pause(order),
    says: ({ run }) => `Run ${run} is paused. Running steps finish; no step starts until it is resumed.`,
  }),
  resume: (order) => ({ transition: resume(order), says: ({ run }) => `Run ${run} is resumed.` }),
  terminate: (order, now) => ({
    transition: terminate(order, now),
    says: ({ run }) => `Run ${run} is being terminated; completed steps that declare an undo are undone.`,
  }),
  retry: (order, now) => ({
    transition: retry(order, now),
    says: ({ run, epoch }) => `Run ${run} continues from the failed step, as epoch ${epoch}.`,
  }),
};

function terminate(order: Order, now: number): Transition {
  return (run) => {
    const closing = close(now, order)(run);
    if (closing.terminated?.key === order.key) return closing;
    throw new Refusal(`Run ${run.run} ${standing(run)}; it cannot be terminated.`);
  };
}

function inEpoch(epoch: number | undefined, transition: Transition): Transition {
  return (run) => {
    if (epoch === undefined || epoch === run.epoch) return transition(run);
    throw new Refusal(
      `Run ${run.run} is in epoch ${run.epoch}, and the order is about epoch ${epoch}. Look at the run, then order again.`,
    );
  };
}
