import type { Block } from "./graph.ts";
import { kindOf } from "./nodes/index.ts";
import type { Plan } from "./plan.ts";
import { nodesIn } from "./traverse.ts";

/**
 * Whether a run that succeeds may leave something unfinished behind it: a step whose state was left before its worker ended, or
 * a question without an answer. Where each state is left by its own success only, every effect is done when the execution
 * succeeds, and nothing is left to seal.
 */
export function mayLeaveWork({ cancelOn, block }: Pick<Plan, "cancelOn"> & { block: Block }): boolean {
  return cancelOn.length > 0 || nodesIn(block).some((node) => kindOf(node).mayBeLeft(node));
}

/** Whether a run waits for time to pass, a person, an event or another run: then it usually takes minutes or more. */
export function isLongRunning(block: Block): boolean {
  return nodesIn(block).some((node) => kindOf(node).isLongRunning);
}
