import type { ChangeSubscriber, CommandOutcome } from "../../../lib/contract/command.ts";
import type { ControlTarget } from "../../../lib/contract/keys.ts";
import type { CommandItem, Order } from "../../../lib/contract/table.ts";
import type { ControlPorts } from "./ports.ts";
import { drain, pauseAll, resumeAll } from "./subscriber-orders.ts";
import { refuseUnknown, refuseUnknownReaction } from "./workflows.ts";

/** Writes an operator command for a workflow or another subscriber as a whole, together with the command itself (`keep`). */
export async function changeSubscriber(
  { action, target, by, why, key }: ChangeSubscriber,
  keep: (outcome: CommandOutcome) => CommandItem,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const order: Order = { by, why, key, at: new Date(ports.now()).toISOString() };
  const [kind, name]: [ControlTarget, string] =
    "workflow" in target ? ["workflow", target.workflow] : ["subscriber", target.subscriber];
  if (kind === "workflow") refuseUnknown(name, ports);
  else refuseUnknownReaction(name, ports);
  const called = `The ${kind === "workflow" ? "workflow" : "reaction"} ${name}`;
  const { transition, says } = ORDERS[action](order);
  const outcome = { done: true, says: `${called} ${says}` };
  await ports.controls.change(kind, name, transition, () => keep(outcome));
  return outcome;
}

const ORDERS = {
  pause: (order: Order) => ({
    transition: pauseAll(order),
    says: "is paused: events are kept, and no step starts until it is resumed.",
  }),
  drain: (order: Order) => ({
    transition: drain(order),
    says: "is drained: events are kept, and admitted work continues.",
  }),
  resume: (order: Order) => ({ transition: resumeAll(order), says: "is resumed." }),
};
