import { type Expression, walk } from "./expression.ts";
import { code, type Frame } from "./frame.ts";
import { quote, wrap } from "./jsonata.ts";
import type { Json } from "./states.ts";

/**
 * Within an iteration, each state passes its input on to the next: the item and the path in it are needed to
 * the end, and the context object has them only where the Map begins.
 */
const INPUT: Expression = code("$states.input");

export const PASSED_ON = wrap("$states.input");

/** The output of a state that another state of the same scope follows. */
export function passedOn({ iterations }: Frame): Expression | undefined {
  return iterations.length > 0 ? INPUT : undefined;
}

/** The path of a node in its run: the names, indexes and rounds of the enclosing loops, and its own name. */
export function claimPath(segment: string | undefined, { path }: Frame): string {
  if (path === undefined) return segment ?? "";
  return wrap(segment === undefined ? path : `${path} & ${quote(`/${segment}`)}`);
}

/** The path of one iteration of a loop, as JSONata; `turn` is JSONata for its number. */
export function turnPath(segment: string, turn: string, { path }: Frame): string {
  const begin = path === undefined ? quote(`${segment}[`) : `${path} & ${quote(`/${segment}[`)}`;
  return `${begin} & ${turn} & ']'`;
}

/** The frame within an iteration, whose input contains its path, and the limit of its result. */
export function iterationFrame(name: string, frame: Frame, limited: ReadonlySet<string>): Frame {
  return { ...frame, iterations: [...frame.iterations, name], path: "$states.input.path", limited };
}

/**
 * The input of an iteration: its path, and those items and indexes of enclosing loops that something inside
 * reads.
 */
export function itemSelector(
  name: string,
  segment: string,
  within: readonly Expression[],
  frame: Frame,
  { limit, index = MAP_INDEX, outer = "$states.input" }: Selection,
): Json {
  const isRead = (each: string, kind: "item" | "index") => readsOfItems(within, kind).has(each);
  return {
    path: wrap(turnPath(segment, index, frame)),
    ...(isRead(name, "item") && { item: wrap("$states.context.Map.Item.Value") }),
    ...(isRead(name, "index") && { index: wrap(index) }),
    ...(readsOuterItems(within, frame) && { outer: wrap(outer) }),
    ...(limit !== undefined && { limit }),
  };
}

/** JSONata for the input of an iteration. */
interface Selection {
  /** Maximum bytes of its result. */
  limit: string | undefined;
  /** Its number. @default that of the Map */
  index?: string;
  /** The input of the enclosing iteration. @default that of the state */
  outer?: string;
}

const MAP_INDEX = "$states.context.Map.Item.Index";

/** Whether something inside reads an item or an index of an enclosing iteration. */
export function readsOuterItems(within: readonly Expression[], { iterations }: Frame): boolean {
  const read = new Set([...readsOfItems(within, "item"), ...readsOfItems(within, "index")]);
  return iterations.some((each) => read.has(each));
}

function readsOfItems(within: readonly Expression[], kind: "item" | "index"): Set<string> {
  const parts = within.flatMap((expression) => [...walk(expression)]);
  return new Set(parts.flatMap((part) => (part.kind === kind ? [part.each] : [])));
}
