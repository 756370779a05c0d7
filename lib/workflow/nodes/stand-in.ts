import { leave } from "../exit.ts";
import { bind } from "../frame.ts";
import type { Block } from "../graph.ts";
import type { Position } from "../position.ts";
import type { Machine } from "../states.ts";

/**
 * The states of a block whose value is the result of the node: a branch of a choice, a fallback, an assumed
 * answer. A block without nodes becomes one state named `passing`.
 */
export function standIn(
  block: Block,
  node: string,
  passing: string,
  { frame, exit, compile }: Position,
): Machine {
  const merged = bind(frame, node, block.value);
  return (
    compile(block, merged, exit) ?? {
      StartAt: passing,
      States: { [passing]: { Type: "Pass", ...leave(exit, merged) } },
    }
  );
}
