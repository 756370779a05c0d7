import { type NodeBase, nodesIn } from "../workflow/graph.ts";
import type { ChoiceNode } from "../workflow/nodes/choice.ts";
import { OTHERWISE } from "../workflow/nodes/choice.ts";
import type { EachNode } from "../workflow/nodes/each.ts";
import { LONGEST_INLINE, PART_ITEMS } from "../workflow/nodes/list-length.ts";
import type { RepeatNode } from "../workflow/nodes/repeat.ts";
import { plan, stepsOf } from "../workflow/plan.ts";
import type { Workflow } from "../workflow/workflow.ts";
import { type Assumptions, TYPICAL_ITEMS, TYPICAL_ROUNDS } from "./assumptions.ts";
import type { Extent } from "./attempt.ts";
import type { Directions } from "./walk.ts";

/** What a workflow does not determine: the length of its lists, the rounds of its loops, its branches. */
export interface OpenPoint {
  readonly kind: "items" | "rounds" | "way";
  readonly name: string;
  /** The maximum. */
  readonly most?: number;
  /** The possible branches. */
  readonly ways?: readonly string[];
}

/** Selects the assumptions that concern a workflow's open points. */
export function directionsOf(
  workflow: Workflow,
  given: Assumptions,
  extent: Extent,
  inside: ReadonlySet<string>,
  express = false,
): Directions {
  const points = openPointsOf(workflow);
  const of = (kind: OpenPoint["kind"]) => points.filter((point) => point.kind === kind);
  const items = of("items").map(
    ({ name, most }) =>
      [
        name,
        given.items[name] ?? within(most!, { best: 1, typical: TYPICAL_ITEMS, worst: most! }[extent]),
        most!,
      ] as const,
  );
  return {
    given,
    extent,
    inside,
    express,
    stepEvents: workflow.stepEvents,
    steps: new Map(stepsOf(workflow).map((step) => [step.name, step])),
    items: new Map(items.flatMap(([name, count, most]) => visitsOf(name, count, most))),
    rounds: new Map(
      of("rounds").map(({ name, most }) => [
        name,
        given.rounds[name] ?? within(most!, { best: 1, typical: TYPICAL_ROUNDS, worst: most! }[extent]),
      ]),
    ),
    ways: new Map([
      ...of("way").flatMap(({ name, ways }) =>
        given.ways[name] ? [[name, ways!.indexOf(given.ways[name])] as const] : [],
      ),
      // A list in parts has no parts if it is empty.
      ...items.map(([name, count]) => [`${name} count`, count === 0 ? 0 : 1] as const),
    ]),
  };
}

/** How often the states of a list are entered. */
function visitsOf(name: string, count: number, most: number): (readonly [string, number])[] {
  // A list that may be too long is checked first, and iterated by a state of another name.
  if (most <= LONGEST_INLINE)
    return [
      [name, count],
      [`${name} items`, count],
    ];
  const parts = Math.ceil(count / PART_ITEMS);
  return [
    [`${name} parts`, parts],
    [`${name} items`, parts === 0 ? 0 : count / parts],
  ];
}

/** The open points of a workflow, in the order of its definition: first how many events a batch has. */
export function openPointsOf(workflow: Workflow): OpenPoint[] {
  const { batch } = workflow;
  const points = nodesIn(plan(workflow).block).flatMap((node) => pointOf(node) ?? []);
  return batch ? [{ kind: "items", name: BATCH, most: batch.size }, ...points] : points;
}

/** The name by which the number of a batch's events is assumed. */
const BATCH = "batch";

/** How many events start a run. */
export function eventsOfRun({ batch }: Workflow, given: Assumptions, extent: Extent): number {
  if (!batch) return 1;
  return (
    given.items[BATCH] ?? within(batch.size, { best: 1, typical: TYPICAL_ITEMS, worst: batch.size }[extent])
  );
}

function pointOf(node: NodeBase): OpenPoint | undefined {
  const { name } = node;
  switch (node.kind) {
    case "each":
      return { kind: "items", name, most: (node as EachNode).most };
    case "repeat":
      return { kind: "rounds", name, most: (node as RepeatNode).most };
    case "choice": {
      const { reads, blocks } = node as ChoiceNode;
      const ways = Object.keys(reads);
      return { kind: "way", name, ways: OTHERWISE in blocks ? [...ways, OTHERWISE] : ways };
    }
    case "approval":
    case "child":
    case "race":
    case "sleep":
    case "step":
    case "wait":
      return undefined;
  }
}

function within(most: number, count: number): number {
  return Math.min(most, count);
}
