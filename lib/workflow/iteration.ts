import { type Expression, walk } from "./expression.ts";
import type { Frame } from "./frame.ts";
import { quote, wrap } from "./jsonata.ts";
import type { Json } from "./states.ts";

/**
 * Within an iteration, each state hands its input on to the next: the item and the path in it are needed to the end,
 * and the context object has them only where the Map begins.
 */
export const INPUT: Expression = { kind: "code", source: "$states.input" };

/** Where a node stands in its run: the names and indexes of the iterations around it, and its own. */
export function claimPath(segment: string | undefined, { iterations }: Frame): string {
  if (iterations.length === 0) return segment ?? "";
  return wrap(segment === undefined ? "$states.input.path" : `$states.input.path & ${quote(`/${segment}`)}`);
}

/** The path of one iteration, where its Map begins. */
function iterationPath(segment: string, { iterations }: Frame): string {
  const index = "$states.context.Map.Item.Index & ']'";
  return wrap(
    iterations.length === 0
      ? `${quote(`${segment}[`)} & ${index}`
      : `$states.input.path & ${quote(`/${segment}[`)} & ${index}`,
  );
}

/** What an iteration is given: its place, and of the items and indexes around it those that something within reads. */
export function itemSelector(
  name: string,
  segment: string,
  within: readonly Expression[],
  frame: Frame,
): Json {
  const reads = within.flatMap((expression) => [...walk(expression)]);
  const isRead = (each: string, kind: "item" | "index") =>
    reads.some((part) => part.kind === kind && part.each === each);
  const outer = frame.iterations.some((each) => isRead(each, "item") || isRead(each, "index"));
  return {
    path: iterationPath(segment, frame),
    ...(isRead(name, "item") && { item: wrap("$states.context.Map.Item.Value") }),
    ...(isRead(name, "index") && { index: wrap("$states.context.Map.Item.Index") }),
    ...(outer && { outer: wrap("$states.input") }),
  };
}
