import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";

/** Throws if no reaction of that name is deployed. */
export function refuseUnknownReaction(name: string, { reactions }: Pick<ControlPorts, "reactions">): void {
  if (reactions.includes(name)) return;
  throw new Refusal(`There is no reaction "${name}". Available: ${reactions.join(", ") || "none"}.`);
}

/** Throws if no workflow of that name is deployed. */
export function refuseUnknown(workflow: string, { workflows }: Pick<ControlPorts, "workflows">): void {
  if (workflows.includes(workflow)) return;
  throw new Refusal(`There is no workflow "${workflow}". Available: ${workflows.join(", ")}.`);
}
