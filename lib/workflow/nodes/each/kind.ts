import type { NodeMessage } from "../../../contract/workflow-graph.ts";
import { MACHINE_ERROR } from "../../errors.ts";
import { type Exit, ending, leave, readAt } from "../../exit.ts";
import { call, type Expression, literal } from "../../expression.ts";
import { bind, code, type Frame } from "../../frame.ts";
import type { EachNode } from "../../graph.ts";
import { compileList } from "../../groups/list-group.ts";
import { whyItemsApart } from "../../groups/why-items-apart.ts";
import { itemSelector, iterationFrame, passedOn } from "../../iteration.ts";
import { condition, template } from "../../jsonata.ts";
import type { Position } from "../../position.ts";
import { partsOfValue, resultLimit } from "../../result-limit.ts";
import type { Machine, MapState, States } from "../../states.ts";
import { expressionsIn } from "../../traverse.ts";
import { isWalk, type NodeKind } from "../kind.ts";
import { compileLarge, LARGE_LIST_EVENTS, openPartsOf } from "./large-list/parts.ts";
import { isLarge } from "./large-list/size.ts";
import { itemOutcome, outcomesVariable, resultsOf, tolerantItem, tolerating } from "./tolerance.ts";

export const eachKind: NodeKind<EachNode> = {
  describe: (node) => {
    const { name, most, concurrency, tolerance } = node;
    const message = messageOf(node);
    return [
      name,
      `up to ${most} items${isLarge(node) ? " in parts" : ""}`,
      ...(concurrency ? [`${concurrency} at once`] : []),
      ...(tolerance ? [`${tolerance} may fail`] : []),
      ...(message ? [message.text.replace(/^./, (first) => first.toLowerCase())] : []),
    ].join(", ");
  },

  heading: () => undefined,
  draw: ({ segment }) => ({ kind: "each", label: segment }),
  inPaths: "its name",
  message: messageOf,

  uses: (node) => ({ list: isLarge(node) ? "passed on" : "iterated" }),
  origins: ({ blocks }, path) => (isWalk(path) ? [] : [[blocks.body.value, path.slice(1)]]),

  leavesOpen: (node) => [
    {
      kind: "items",
      name: node.name,
      most: node.most,
      ...(isLarge(node) ? openPartsOf(node) : { state: itemsState(node) }),
    },
  ],
  needs: () => ({}),
  // The worker of an item may still run when the items around it have failed, or their part has ended.
  mayBeLeft: (node) => node.tolerance !== undefined || isLarge(node),
  isLongRunning: false,

  // Entered, started, succeeded, exited; for each iteration its start and its end; for each surrounding
  // state, two.
  events(node, within) {
    const { blocks, most, unbounded, tolerance } = node;
    // Each part has a history of its own, which the part's size limits.
    if (isLarge(node)) return LARGE_LIST_EVENTS;
    return (
      4 +
      (unbounded ? 2 : 0) +
      (tolerance === undefined ? 0 : 4) +
      most * (2 + (tolerance === undefined ? 0 : 6) + within(blocks.body))
    );
  },

  /**
   *     lines ──▶ lines items ──▶ lines tolerance ──▶ lines done
   *       ╲                             ╲
   *        ▶ lines too long              ▶ lines failed
   */
  compile(node, position) {
    if (isLarge(node)) return compileLarge(node, position);
    const state = itemsState(node);
    const compileItems = whyItemsApart(node) === undefined ? compileList : iterate;
    const items = compileItems(state, node, position);
    return node.unbounded ? { ...guard(node, state, position), ...items } : items;
  },
};

/** The state that iterates the items. A list that may be too long is checked first, in the state with the node's name. */
function itemsState({ name, unbounded }: EachNode): string {
  return unbounded ? `${name} items` : name;
}

/** How the items of a list travel whose steps are in a pool. */
function messageOf(node: EachNode): NodeMessage | undefined {
  const why = whyItemsApart(node);
  if (why === undefined) return { shared: true, text: "One message for all items" };
  const isPooled = node.blocks.body.nodes.every((one) => one.kind === "step" && one.spec.pool);
  return isPooled ? { shared: false, text: `A message for each item: ${why}` } : undefined;
}

/** Fails the run if the list is longer than allowed. */
function guard({ name, reads, most }: EachNode, next: string, { frame }: Position): States {
  const refused = `${name} too long`;
  const size = call("size", reads.list);
  const cause = call(
    "text",
    literal(`The list of "${name}" has `),
    size,
    literal(` items, where ${most} may be. ${WAY_OUT}`),
  );
  return {
    [name]: {
      Type: "Choice",
      Choices: [{ Condition: condition(call("gt", size, literal(most)), frame), Next: refused }],
      Default: next,
    },
    [refused]: { Type: "Fail", Error: MACHINE_ERROR.tooManyItems, Cause: template(cause, frame) as string },
  };
}

const WAY_OUT =
  'Raise the "most" of w.each as far as an execution\'s history allows, or split the list and give each part to a child workflow.';

/** The Map, as a state of the given name. */
function iterate(state: string, node: EachNode, { frame, exit, compile }: Position): States {
  const { name, segment, reads, blocks, concurrency, tolerance } = node;
  const isRead = readAt(exit, frame).has(name);
  const result: Expression = isRead ? blocks.body.value : { kind: "absent" };
  const limited = isRead ? partsOfValue(blocks.body) : new Set<string>();
  const inner = iterationFrame(name, frame, limited);
  const limit =
    limited.size > 0 ? resultLimit(name, call("size", reads.list), blocks.body.value, frame) : undefined;
  const map = (body: Machine, left: Exit, outer: Frame): MapState => ({
    Type: "Map",
    Items: template(reads.list, frame),
    ItemSelector: itemSelector(name, segment, expressionsIn(blocks.body), frame, { limit }),
    ...(concurrency !== undefined && { MaxConcurrency: concurrency }),
    ItemProcessor: { ProcessorConfig: { Mode: "INLINE" }, ...body },
    ...leave(left, outer),
  });
  if (tolerance === undefined) {
    const body = compile(blocks.body, inner, ending(result))!;
    return { [state]: map(body, exit, bind(frame, name, code("$states.result"))) };
  }
  const body = compile(blocks.body, inner, ending(itemOutcome(result)))!;
  const done = `${name} done`;
  const counted = tolerating(name, tolerance, done);
  const gathered: Exit = {
    next: counted.StartAt,
    assign: { [outcomesVariable(name)]: code("$states.result") },
    output: passedOn(frame),
  };
  return {
    [state]: map(tolerantItem(name, body), gathered, frame),
    ...counted.States,
    [done]: { Type: "Pass", ...leave(exit, bind(frame, name, resultsOf(name))) },
  };
}
