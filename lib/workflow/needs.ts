import type { StepSpec } from "../contract/step.ts";
import type { Block } from "./graph.ts";
import { kindOf } from "./nodes/index.ts";
import type { Needs } from "./nodes/kind.ts";
import { nodesIn } from "./traverse.ts";

/** What the nodes of a block need, each with what it needs. */
export function needsIn(block: Block): Needs[] {
  return nodesIn(block).map((node) => kindOf(node).needs(node));
}

/** The steps of a block, each once, by name; including those that undo others. */
export function stepsIn(block: Block): StepSpec[] {
  const needs = needsIn(block);
  return byName(needs.flatMap(({ steps = [], undoSteps = [] }) => [...steps, ...undoSteps]));
}

/** The steps of a block that undo others, each once, by name. */
export function undoStepsIn(block: Block): StepSpec[] {
  return byName(needsIn(block).flatMap(({ undoSteps = [] }) => undoSteps));
}

function byName(steps: readonly StepSpec[]): StepSpec[] {
  return [...new Set(steps)].sort((a, b) => (a.name < b.name ? -1 : 1));
}
