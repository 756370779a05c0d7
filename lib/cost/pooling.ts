import { definePool } from "../contract/pool.ts";
import { SYMBOLIC } from "../workflow/bindings.ts";
import { compilePlan } from "../workflow/compile.ts";
import type { Block, Node, Order } from "../workflow/graph.ts";
import { arrangedOf, fuse } from "../workflow/groups/fuse.ts";
import { whyItemsApart } from "../workflow/groups/why-items-apart.ts";
import { plan } from "../workflow/plan.ts";
import type { Machine } from "../workflow/states.ts";
import { blocksOf, byName, nodesIn, withBlocks } from "../workflow/traverse.ts";
import type { Workflow } from "../workflow/workflow.ts";
import type { Assumptions } from "./assumptions.ts";
import { dollarsOf } from "./prices.ts";
import { runCost } from "./run-cost.ts";

/** What a pool would save: its steps, in their groups, lists whose items share a message, and dollars per typical run. */
export interface PoolingGain {
  readonly groups: readonly (readonly string[])[];
  readonly lists: readonly string[];
  readonly dollars: number;
}

/**
 * The saving if all steps of a workflow with functions of their own shared one pool; undefined if no two
 * would share a message. Steps that differ in settings of the function (model, images, tools) are left out.
 */
export function poolingGain(
  workflow: Workflow,
  given: Assumptions,
  inside: ReadonlySet<string>,
): PoolingGain | undefined {
  const now = plan(workflow);
  const block = pooled(now.block);
  const groups = groupsIn(block).filter(
    (group) => !groupsIn(now.block).some((one) => one.join() === group.join()),
  );
  const lists = listsIn(block).filter((list) => !listsIn(now.block).includes(list));
  if (groups.length === 0 && lists.length === 0) return undefined;
  const machine = compilePlan({ ...now, block }, SYMBOLIC);
  const typical = (changed?: Machine) =>
    dollarsOf(runCost(workflow, given, "typical", { inside, machine: changed }).units);
  return { groups, lists, dollars: typical() - typical(machine) };
}

/** With a batch, so that the items of short lists share a message. */
const proposed = definePool("proposed", { batch: 10 });

function pooled(block: Block): Block {
  const nodes = block.nodes.map(pooledNode);
  return { ...block, nodes, order: block.order && fuse(apart(block.order), byName(nodes)) };
}

function pooledNode(node: Node): Node {
  const inside = withBlocks(node, pooled);
  if (inside.kind !== "step") return inside;
  const { pool, model, images, tools } = inside.spec;
  const isApart = pool || model !== undefined || images !== undefined || tools.length > 0;
  return isApart ? inside : { ...inside, spec: { ...inside.spec, pool: proposed } };
}

/** The order without groups. */
function apart(order: Order): Order {
  switch (order.kind) {
    case "group":
      return arrangedOf(order);
    case "sequence":
    case "parallel":
      return {
        kind: order.kind,
        parts: order.parts.map(apart).flatMap((part) => (part.kind === order.kind ? part.parts : [part])),
      };
    default:
      return order;
  }
}

/** Names of the lists whose items come in one message. */
function listsIn(block: Block): string[] {
  const lists = nodesIn(block).filter((node) => node.kind === "each");
  return lists.filter((list) => whyItemsApart(list) === undefined).map(({ name }) => name);
}

/** Names of the steps of each group. */
function groupsIn({ nodes, order }: Block): (readonly string[])[] {
  const inner = nodes.flatMap((node) => blocksOf(node).flatMap(groupsIn));
  const own = (part: Order): (readonly string[])[] =>
    part.kind === "group" ? [part.nodes] : "parts" in part ? part.parts.flatMap(own) : [];
  return [...(order ? own(order) : []), ...inner];
}
