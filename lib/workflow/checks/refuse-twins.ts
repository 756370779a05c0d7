import { DefinitionError } from "../../contract/definition-error.ts";
import type { Block } from "../graph.ts";
import { stepsIn } from "../needs.ts";
import type { Workflow } from "../workflow.ts";

/** Throws if two steps have the same name: a queue and a worker belong to it. */
export function refuseTwins({ name, place }: Workflow, block: Block): void {
  const steps = stepsIn(block);
  const twin = steps.find((step, at) => steps[at + 1]?.name === step.name);
  if (!twin) return;
  throw new DefinitionError(
    `Workflow "${name}" uses two different steps named "${twin.name}". Rename one, or use the same definition in both places.`,
    place,
  );
}
