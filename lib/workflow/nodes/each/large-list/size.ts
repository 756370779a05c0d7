import { DefinitionError } from "../../../../contract/definition-error.ts";
import type { Block, EachNode } from "../../../graph.ts";

/** The longest list of one execution: its history and state allow no more. */
export const LONGEST_INLINE = 1_000;
/** Maximum number of items of a part of a longer list. */
export const PART_ITEMS = 100;
/** Maximum number of events in the history of a part's execution: Step Functions ends it at 25,000. */
const PART_EVENTS = 20_000;

/** Whether a list is too long for one execution. */
export function isLarge({ most }: EachNode): boolean {
  return most > LONGEST_INLINE;
}

/** The number of items of a part, so that the history of its execution stays far below its limit. */
export function partSize({ name, blocks, tolerance }: EachNode, within: (block: Block) => number): number {
  const perItem = 2 + (tolerance === undefined ? 0 : 6) + within(blocks.body);
  if (perItem <= PART_EVENTS) return Math.min(PART_ITEMS, Math.floor(PART_EVENTS / perItem));
  throw new DefinitionError(
    `An item of "${name}" could write ${perItem} history events; at most ${PART_EVENTS} fit into one execution. Do more in one step, or run each item with w.child.`,
  );
}
