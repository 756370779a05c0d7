import { type Expression, walk } from "../expression.ts";
import type { EachNode } from "../graph.ts";
import { byName } from "../traverse.ts";
import {
  attemptsOf,
  isPlain,
  MOST_ATTEMPTS,
  MOST_UNITS,
  TOO_MANY_ATTEMPTS,
  unitsOf,
  whyApart,
} from "./why-apart.ts";

/** All items share one invocation, whose memory and time are those of a few attempts. */
const MOST_LISTED = 50;

/** Why each item of a list has messages of its own; undefined if one message brings all items. */
export function whyItemsApart(list: EachNode): string | undefined {
  const { name, reads, blocks, most, concurrency, tolerance, apart } = list;
  const { nodes, order, value } = blocks.body;
  const steps = nodes.filter((node) => node.kind === "step");
  const isTogether = steps.length === nodes.length && (order?.kind === "group" || order?.kind === "node");
  if (!isTogether) return "the nodes of an item do not share one message";
  const names = new Set(steps.map((step) => step.name));
  const inputs = steps.map(({ reads: { input } }) => input);
  const ofItem = [...inputs, value].filter((one) => readsItem(one, name));
  const rules: [boolean, string][] = [
    [apart, "it has apart: true"],
    [tolerance !== undefined, "items may fail"],
    [
      steps[0]?.spec.pool?.batch === 1,
      `the pool ${steps[0]?.spec.pool?.name} has batch: 1, one attempt at a time`,
    ],
    [most * steps.length > MOST_LISTED, `a message has at most ${MOST_LISTED} steps of items`],
    [concurrency !== undefined && concurrency < most, `at most ${concurrency} items run at once`],
    [attemptsOf(steps) * most > MOST_ATTEMPTS, TOO_MANY_ATTEMPTS],
    [!isPlain(value, names), "the state machine computes the result of an item"],
    [ofItem.some((one) => mixes(one, name)), "a value is computed from an item and other values"],
    [
      unitsOf([reads.list, ...inputs, value], names, new Map(), name) > MOST_UNITS,
      "the list may be too large for one message",
    ],
  ];
  return whyApart([], steps, byName(nodes)) ?? rules.find(([applies]) => applies)?.[1];
}

/** Whether an expression reads an item of a list, or its index. */
export function readsItem(expression: Expression, each: string): boolean {
  return [...walk(expression)].some((part) => isItem(part, each));
}

function isItem(part: Expression, each: string): boolean {
  return (part.kind === "item" || part.kind === "index") && part.each === each;
}

/** Whether a value that is computed from an item contains others, which each item would repeat. */
function mixes(expression: Expression, each: string): boolean {
  if (!readsItem(expression, each)) return false;
  switch (expression.kind) {
    case "record":
      return Object.values(expression.fields).some((field) => mixes(field, each));
    case "list":
      return expression.items.some((item) => mixes(item, each));
    case "read":
      return mixes(expression.of, each);
    default:
      return [...walk(expression)].some((part) => isRunValue(part) && !isItem(part, each));
  }
}

const isRunValue = ({ kind }: Expression) => RUN_VALUES.has(kind);
const RUN_VALUES = new Set<Expression["kind"]>([
  "event",
  "switches",
  "result",
  "item",
  "index",
  "state",
  "round",
]);
