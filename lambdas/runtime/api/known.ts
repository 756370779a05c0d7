import type { KnownEvent, KnownWorkflow, System } from "../../../lib/contract/system.ts";
import { found } from "./errors.ts";

/** A deployed workflow. Throws an ApiError if no workflow has this name. */
export function knownWorkflow({ workflows }: System, name: string): KnownWorkflow {
  const workflow = workflows.find((one) => one.name === name);
  return found(workflow, "workflow", name, "GET /api/workflows lists them.");
}

/** An event that a subscriber receives or a producer sends. */
export function knownEvent({ events }: System, name: string): KnownEvent {
  const event = events.find((one) => one.name === name);
  return found(event, "event", name, "GET /api/events lists them.");
}

/** A workflow or a reaction, as the target of a command. */
export function knownSubscriber(
  { workflows, reactions }: System,
  name: string,
): { workflow: string } | { subscriber: string } {
  if (workflows.some((one) => one.name === name)) return { workflow: name };
  const reaction = reactions.find((one) => one.name === name);
  found(reaction, "workflow or reaction", name, "GET /api/subscribers lists them.");
  return { subscriber: name };
}
