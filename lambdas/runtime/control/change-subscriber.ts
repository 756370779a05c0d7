import type { ChangeSubscriber, CommandOutcome } from "../../../lib/contract/command.ts";
import type { ControlTarget } from "../../../lib/contract/keys.ts";
import type { Order } from "../../../lib/contract/table.ts";
import type { ControlPorts } from "./ports.ts";
import { drain, pauseAll, resumeAll } from "./subscriber-orders.ts";
import { refuseUnknown, refuseUnknownReaction } from "./workflows.ts";

/** Carries out what somebody orders for a workflow or another subscriber as a whole. */
export async function changeSubscriber(
  { action, target, by, why, key }: ChangeSubscriber,
  ports: ControlPorts,
): Promise<CommandOutcome> {
  const order: Order = { by, why, key, at: new Date(ports.now()).toISOString() };
  const [kind, name]: [ControlTarget, string] =
    "workflow" in target ? ["workflow", target.workflow] : ["subscriber", target.subscriber];
  if (kind === "workflow") refuseUnknown(name, ports);
  else refuseUnknownReaction(name, ports);
  const called = `The ${kind === "workflow" ? "workflow" : "reaction"} ${name}`;
  const change = (transition: Parameters<ControlPorts["controls"]["change"]>[2]) =>
    ports.controls.change(kind, name, transition);
  switch (action) {
    case "pause":
      await change(pauseAll(order));
      return done(`${called} is paused: events are kept, and no step starts until it is resumed.`);
    case "drain":
      await change(drain(order));
      return done(`${called} is drained: events are kept, and admitted work continues.`);
    case "resume": {
      const { resumed } = await change(resumeAll(order));
      await ports.remind({ action: "release", target, until: resumed!.at, looks: 2 }, 0);
      return done(`${called} is resumed.`);
    }
  }
}

function done(says: string): CommandOutcome {
  return { done: true, says };
}
