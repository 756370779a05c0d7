import type { ChangeRun, ChangeSubscriber } from "../lib/contract/command.ts";
import { reactions, workflows } from "./definitions.ts";

/** What a name stands for as a whole: a reaction where one is called so, and else a workflow. */
export function subscriberOf(name: string): ChangeSubscriber["target"] {
  return reactions.some((reaction) => reaction.name === name) ? { subscriber: name } : { workflow: name };
}

/** An order for what a name stands for: a workflow or a reaction where one is called so, and else a run. */
export function forRunOrSubscriber(
  name: string,
  order: { action: "pause" | "resume" } & Omit<ChangeRun, "action" | "target">,
): ChangeRun | ChangeSubscriber {
  return [...workflows, ...reactions].some((subscriber) => subscriber.name === name)
    ? { ...order, target: subscriberOf(name) }
    : { ...order, target: { run: name } };
}
