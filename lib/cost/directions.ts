import { stepsOf } from "../workflow/composition.ts";
import { kindOf } from "../workflow/nodes/index.ts";
import type { OpenItems, OpenPoint, OpenRounds, OpenWay } from "../workflow/open-point.ts";
import { plan } from "../workflow/plan.ts";
import { nodesIn } from "../workflow/traverse.ts";
import type { Workflow } from "../workflow/workflow.ts";
import { type Assumptions, TYPICAL_ITEMS, TYPICAL_ROUNDS } from "./assumptions.ts";
import type { Extent } from "./attempt.ts";
import type { Directions } from "./walk.ts";

/** What an estimate has to assume about a run: what its nodes leave open, and the number of events in its batch. */
export type Assumable = OpenRounds | OpenWay | Pick<OpenItems, "kind" | "name" | "most">;

/** Selects the assumptions that concern a workflow's open points. */
export function directionsOf(
  workflow: Workflow,
  given: Assumptions,
  extent: Extent,
  { inside, express }: Pick<Directions, "inside" | "express">,
): Directions {
  const points = leftOpenBy(workflow);
  const lists = points.filter((point) => point.kind === "items");
  const itemsOf = ({ name, most }: OpenItems) =>
    given.items[name] ?? within(most, { best: 1, typical: TYPICAL_ITEMS, worst: most }[extent]);
  return {
    given,
    extent,
    inside,
    express,
    stepEvents: workflow.stepEvents,
    steps: new Map(stepsOf(workflow).map((step) => [step.name, step])),
    items: new Map(lists.flatMap((list) => visitsOf(list, itemsOf(list)))),
    rounds: new Map(
      points
        .filter((point) => point.kind === "rounds")
        .map(({ name, most, state }) => [
          state,
          given.rounds[name] ?? within(most, { best: 1, typical: TYPICAL_ROUNDS, worst: most }[extent]),
        ]),
    ),
    ways: new Map([
      ...points
        .filter((point) => point.kind === "way")
        .flatMap(({ name, ways }) =>
          given.ways[name] ? [[name, ways.indexOf(given.ways[name])] as const] : [],
        ),
      ...lists.flatMap((list) =>
        list.parts ? [[list.parts.unlessEmpty, itemsOf(list) === 0 ? 0 : 1] as const] : [],
      ),
    ]),
  };
}

/** How often the states of a list are entered. `count` is its number of items. */
function visitsOf({ state, parts }: OpenItems, count: number): [string, number][] {
  if (!parts) return [[state, count]];
  const inParts = Math.ceil(count / parts.size);
  return [
    [parts.state, inParts],
    [state, inParts === 0 ? 0 : count / inParts],
  ];
}

function leftOpenBy(workflow: Workflow): OpenPoint[] {
  return nodesIn(plan(workflow).block).flatMap((node) => kindOf(node).leavesOpen(node));
}

/** What has to be assumed about a workflow, in the order of its definition: first how many events a batch has. */
export function openPointsOf(workflow: Workflow): Assumable[] {
  const { batch } = workflow;
  const points = leftOpenBy(workflow);
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

function within(most: number, count: number): number {
  return Math.min(most, count);
}
