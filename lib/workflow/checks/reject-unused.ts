import { DefinitionError } from "../../contract/definition-error.ts";
import { resultsIn } from "../expression.ts";
import type { Block, ChoiceNode } from "../graph.ts";
import { blocksOf, expressionsIn, nodesIn } from "../traverse.ts";
import type { Workflow } from "../workflow.ts";

/** Throws if a decision has no effect: no step in any of its branches, and its result is not used. */
export function rejectUnused({ name, place }: Workflow, block: Block): void {
  const nodes = nodesIn(block);
  const looked = new Set([
    ...expressionsIn(block).flatMap(resultsIn),
    ...nodes.flatMap(({ after }) => after),
  ]);
  const idle = nodes.find((node) => node.kind === "choice" && isEmpty(node) && !looked.has(node.name));
  if (!idle) return;
  throw new DefinitionError(
    `In workflow "${name}", "${idle.name}" has no effect: none of its branches has a step, and its result is not used. Use its result, or remove it.`,
    place,
  );
}

function isEmpty(node: ChoiceNode): boolean {
  return blocksOf(node).every(({ order }) => order === undefined);
}
