import type { ChangeRun, ChangeSubscriber } from "../lib/contract/command.ts";
import { workflows } from "../workflows/index.ts";

/** An order for what a name stands for: a workflow where one is called so, and else a run. */
export function forRunOrWorkflow(
  name: string,
  order: { action: "pause" | "resume" } & Omit<ChangeRun, "action" | "target">,
): ChangeRun | ChangeSubscriber {
  return workflows.some((workflow) => workflow.name === name)
    ? { ...order, target: { workflow: name } }
    : { ...order, target: { run: name } };
}
