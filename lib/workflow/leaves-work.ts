import { type Block, type NodeBase, nodesIn } from "./graph.ts";
import type { EachNode } from "./nodes/each.ts";
import { isLarge } from "./nodes/large-list.ts";
import type { Plan } from "./plan.ts";

/**
 * Whether a run that succeeds may leave something unfinished behind it: a step whose state was left before its worker ended, or
 * a question without an answer. Where each state is left by its own success only, every effect is done when the execution
 * succeeds, and nothing is left to seal.
 */
export function mayLeaveWork({ cancelOn, block }: Pick<Plan, "cancelOn"> & { block: Block }): boolean {
  return cancelOn.length > 0 || nodesIn(block).some(mayBeLeft);
}

/** Whether a run waits for time to pass, a person, an event or another run: then it usually takes minutes or more. */
export function waits(block: Block): boolean {
  return nodesIn(block).some(({ kind }) => WAITING.has(kind));
}

const WAITING = new Set<NodeBase["kind"]>(["approval", "child", "sleep", "wait"]);

function mayBeLeft(node: NodeBase): boolean {
  switch (node.kind) {
    case "step":
      // A fallback begins where the step has failed: by a timeout of its state, too.
      return node.blocks.fallback !== undefined;
    case "each":
      return (node as EachNode).tolerance !== undefined || isLarge(node as EachNode);
    case "choice":
    case "repeat":
    case "sleep":
      return false;
    // The ways that lose are left.
    case "race":
      return true;
    // Their states wait for others, and may stop waiting.
    case "approval":
    case "child":
    case "wait":
      return true;
  }
}
