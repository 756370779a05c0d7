import { type Expression, resultsIn } from "./expression.ts";
import type { Frame } from "./frame.ts";
import type { Block } from "./graph.ts";
import { condition } from "./jsonata.ts";
import { blocksOf, byName, nodesIn } from "./traverse.ts";

/**
 * Maximum bytes of a list's results together. Step Functions allows 256 KiB for the result of a state; the
 * rest is for what a definition adds to each item's result.
 */
const LIST_BYTES = 160 * 1024;

/** Where an iteration reads the maximum bytes of its result. */
const LIMIT = "$states.input.limit";

/** The nodes of a block whose results become part of its value. */
export function partsOfValue(block: Block): Set<string> {
  const nodes = byName(nodesIn(block));
  const found = new Set<string>();
  const collect = (value: Expression): void => {
    for (const name of resultsIn(value)) {
      const node = nodes.get(name);
      if (!node || found.has(name)) continue;
      found.add(name);
      for (const inner of blocksOf(node)) collect(inner.value);
    }
  };
  collect(block.value);
  return found;
}

/**
 * The maximum bytes of each result that becomes part of an item's: JSONata, evaluated for a list of some
 * length.
 */
export function resultLimit(each: string, size: Expression, value: Expression, frame: Frame): string {
  const shared = Math.max(1, new Set(resultsIn(value)).size);
  const all = frame.limited.has(each) ? LIMIT : String(LIST_BYTES);
  const texts = [`$floor(${all} / ${shared === 1 ? "" : `${shared} / `}$max([1, `, "]))"];
  return condition({ kind: "script", texts, values: [size] }, frame);
}

/** The message field with this limit, if the node's result is part of an item's. */
export function limitOf(node: string, { limited }: Frame): { resultLimit?: string } {
  return limited.has(node) ? { resultLimit: `{% ${LIMIT} %}` } : {};
}
