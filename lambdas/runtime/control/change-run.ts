import type { ChangeRun, CommandOutcome } from "../../../lib/contract/command.ts";
import type { Order, RunItem } from "../../../lib/contract/table.ts";
import { terminate } from "../completion/terminate.ts";
import type { Transition } from "../completion/transitions.ts";
import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";
import { pause, resume, retry, standing } from "./run-orders.ts";

/** Carries out what somebody orders for one run. Throws a Refusal where the run does not stand so that it can be. */
export async function changeRun(
  { action, target: { run }, by, why, key }: ChangeRun,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const order: Order = { by, why, key, at: new Date(ports.now()).toISOString() };
  switch (action) {
    case "pause":
      await change(run, pause(order), ports);
      return done(run, `Run ${run} is paused. Running steps finish; no step starts until it is resumed.`);
    case "resume": {
      const { resumed } = await change(run, resume(order), ports);
      await ports.remind({ action: "release", target: { run }, until: resumed!.at, looks: 1 }, 0);
      return done(run, `Run ${run} is resumed.`);
    }
    case "terminate": {
      const item = found(run, await terminate(run, order, ports));
      if (item.terminated?.key !== key)
        throw new Refusal(`Run ${run} ${standing(item)}; it cannot be terminated.`);
      return done(run, `Run ${run} is being terminated; completed steps that declare an undo are undone.`);
    }
    case "retry": {
      const item = await change(run, retry(order, ports.now()), ports);
      return done(run, `Run ${run} continues from the failed step, as epoch ${item.epoch}.`);
    }
  }
}

async function change(run: string, transition: Transition, { runs }: ControlPorts): Promise<RunItem> {
  return found(run, await runs.change(run, transition));
}

function found(run: string, item: RunItem | undefined): RunItem {
  if (item) return item;
  throw new Refusal(`There is no run "${run}".`);
}

function done(run: string, says: string): CommandOutcome {
  return { done: true, says, run };
}
