import type { ControlPorts } from "./ports.ts";
import { Refusal } from "./refusal.ts";

/** Throws where no workflow of that name is deployed. */
export function refuseUnknown(workflow: string, { workflows }: Pick<ControlPorts, "workflows">): void {
  if (workflows.includes(workflow)) return;
  throw new Refusal(`There is no workflow "${workflow}". There is: ${workflows.join(", ")}.`);
}
