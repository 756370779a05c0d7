import type { ApprovalView, RunDetail, StepView, WaitView, WorkflowGraph } from "../api/types.ts";
import { nodeOfPath } from "../text/paths.ts";

/**
 * One execution of a step, one item of a list, or one round of a loop, with everything that happened in it.
 */
export interface Item {
  /** "cut[1]/scenes[3]" */
  path: string;
  state: ItemState;
  steps: StepView[];
  questions: ApprovalView[];
  waits: WaitView[];
}

/** In order of urgency. */
const ITEM_STATES = ["failed", "waiting", "running", "stopped", "undone", "done"] as const;
export type ItemState = (typeof ITEM_STATES)[number];

type GraphNode = WorkflowGraph["nodes"][number];

/** Whether the paths of what is in a node have numbers of its items or rounds. */
const ITERATES: Record<GraphNode["kind"], boolean> = {
  step: false,
  each: true,
  repeat: true,
  when: false,
  match: false,
  approval: false,
  escalate: false,
  child: false,
  sleep: false,
  wait: false,
  race: false,
};

/** The parts of a node of the graph: the items of a list, the rounds of a loop, or the calls of a step. */
export function itemsOf(
  node: GraphNode,
  { steps, questions, waits }: Pick<RunDetail, "steps" | "questions" | "waits">,
): Item[] {
  const found = new Map<string, Item>();
  const itemOf = ITERATES[node.kind] ? iterationFinder(node.id) : callFinder(node.id);
  const at = (path: string): Item | undefined => {
    const place = itemOf(path);
    if (place === undefined) return undefined;
    const known = found.get(place) ?? { path: place, state: "done", steps: [], questions: [], waits: [] };
    found.set(place, known);
    return known;
  };
  for (const step of steps) at(step.path)?.steps.push(step);
  for (const question of questions) at(question.path)?.questions.push(question);
  for (const wait of waits) at(wait.path)?.waits.push(wait);
  return [...found.values()]
    .map((item) => ({ ...item, state: stateOf(item) }))
    .sort((a, b) => inOrder.compare(a.path, b.path));
}

const inOrder = new Intl.Collator("en", { numeric: true });

function callFinder(node: string): (path: string) => string | undefined {
  return (path) => (nodeOfPath(path) === node ? path.replace(/\/asks$/, "") : undefined);
}

function iterationFinder(node: string): (path: string) => string | undefined {
  const parts = node.split("/").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join("(?:\\[\\d+\\])*/")}(?:\\[\\d+\\])+(?=/|$)`);
  return (path) => pattern.exec(path)?.[0];
}

function stateOf({ steps, questions, waits }: Item): ItemState {
  const states = new Set<ItemState>(steps.map(stateOfStep));
  if (waits.length > 0 || questions.some(({ state }) => state === "pending")) return "waiting";
  // Work after a failure shows that the item continues.
  for (const state of ["waiting", "running", "failed", "stopped", "undone"] as const)
    if (states.has(state)) return state;
  return "done";
}

function stateOfStep({ state, direction }: StepView): ItemState {
  if (direction === "undo") return state === "done" ? "undone" : state === "failed" ? "failed" : "running";
  return state === "deferred" ? "waiting" : state;
}

/** How many items are in each state, in order of urgency. */
export function countStates(items: readonly Pick<Item, "state">[]): { state: ItemState; count: number }[] {
  return ITEM_STATES.map((state) => ({
    state,
    count: items.filter((item) => item.state === state).length,
  })).filter(({ count }) => count > 0);
}

/** What distinguishes the parts of a node: of "cut[1]/scenes[3]/draw" and "cut[1]/scenes[4]/draw", "scenes 3" and "scenes 4". */
export function placeNames(paths: readonly string[]): string[] {
  const places = paths.map(placesOf);
  const [first = []] = places;
  const same = first.findIndex((part, at) => places.some((place) => place[at] !== part));
  const common = same < 0 ? Math.max(0, first.length - 1) : same;
  return places.map((place, at) => place.slice(common).join(" › ") || paths[at]!);
}

/** "cut[1]/scenes[3]/draw" → ["cut 1", "scenes 3"] */
function placesOf(path: string): string[] {
  return path.split("/").flatMap((part) => {
    const [, name, index] = part.match(/^(.*?)((?:\[\d+\])+)$/) ?? [];
    return index === undefined ? [] : [`${name} ${index.replaceAll("][", ".").replaceAll(/[[\]]/g, "")}`];
  });
}
