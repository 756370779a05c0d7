import type { ControlTarget } from "../../../lib/contract/keys/control.ts";
import type { ChangeSubscriber, CommandOutcome } from "../../../lib/contract/messages/command.ts";
import type { OperatorAction } from "../../../lib/contract/table.ts";
import type { ControlPorts, Keep } from "./ports.ts";
import { drain, pauseAll, resumeAll } from "./subscriber-actions.ts";
import { refuseUnknown, refuseUnknownReaction } from "./workflows.ts";

/** Writes an operator command for a workflow or another subscriber as a whole, together with the command itself (`keep`). */
export async function changeSubscriber(
  { action, target, by, why, key }: ChangeSubscriber,
  ports: ControlPorts,
  keep: Keep,
): Promise<CommandOutcome> {
  const operatorAction: OperatorAction = { by, why, key, at: new Date(ports.now()).toISOString() };
  const [kind, name]: [ControlTarget, string] =
    "workflow" in target ? ["workflow", target.workflow] : ["subscriber", target.subscriber];
  if (kind === "workflow") refuseUnknown(name, ports);
  else refuseUnknownReaction(name, ports);
  const called = `The ${kind === "workflow" ? "workflow" : "reaction"} ${name}`;
  const { transition, says } = CHANGES[action](operatorAction);
  const outcome = { done: true, says: `${called} ${says}` };
  await ports.controls.change(kind, name, transition, { command: () => keep(outcome) });
  return outcome;
}

const CHANGES = {
  pause: (operatorAction: OperatorAction) => ({
    transition: pauseAll(operatorAction),
    says: "is paused: events are kept, and no step starts until it is resumed.",
  }),
  drain: (operatorAction: OperatorAction) => ({
    transition: drain(operatorAction),
    says: "is drained: events are kept, and admitted work continues.",
  }),
  resume: (operatorAction: OperatorAction) => ({
    transition: resumeAll(operatorAction),
    says: "is resumed.",
  }),
};
