import type { ChangeRun, ChangeSubscriber } from "../lib/contract/messages/command.ts";
import { reactions, workflows } from "./definitions.ts";

/** The target of a name: the reaction of that name, otherwise the workflow. */
export function subscriberOf(name: string): ChangeSubscriber["target"] {
  return reactions.some((reaction) => reaction.name === name) ? { subscriber: name } : { workflow: name };
}

/** A command for the target of a name: the workflow or reaction of that name, otherwise the run. */
export function forRunOrSubscriber(
  name: string,
  order: { action: "pause" | "resume" } & Omit<ChangeRun, "action" | "target">,
): ChangeRun | ChangeSubscriber {
  return [...workflows, ...reactions].some((subscriber) => subscriber.name === name)
    ? { ...order, target: subscriberOf(name) }
    : { ...order, target: { run: name } };
}
