import type { ApprovalView, NodeState, StepView, WaitView } from "../../../../lib/contract/api/index.ts";

/** What has happened in a run so far. */
interface Happened {
  steps: readonly StepView[];
  questions: readonly ApprovalView[];
  waits: readonly WaitView[];
  /** Paths of waits that have ended. */
  met: readonly string[];
}

type ItemState = "waiting" | "running" | "failed" | "done";
/** The order in which states are shown: an item has the most urgent state in it. */
const URGENCY: readonly ItemState[] = ["waiting", "running", "failed", "done"];

/** The started items of an each, or rounds of a repeat, counted by state. */
export function itemStates(
  node: string,
  { steps, questions, waits, met }: Happened,
): Pick<NodeState, "items"> {
  const found = new Map<string, ItemState>();
  const itemOf = itemFinder(node);
  const note = (path: string, state: ItemState) => {
    const item = itemOf(path);
    if (item === undefined) return;
    const known = found.get(item);
    if (known === undefined || URGENCY.indexOf(state) < URGENCY.indexOf(known)) found.set(item, state);
  };
  for (const { path, state, direction } of steps) if (direction === "do") note(path, STATES[state]);
  for (const { path, state } of questions) note(path, state === "pending" ? "waiting" : "done");
  for (const { path } of waits) note(path, "waiting");
  for (const path of met) note(path, "done");
  if (found.size === 0) return {};
  const items = { count: found.size, waiting: 0, running: 0, failed: 0, done: 0 };
  for (const state of found.values()) items[state] += 1;
  return { items };
}

const STATES = {
  running: "running",
  deferred: "waiting",
  failed: "failed",
  stopped: "failed",
  done: "done",
} as const;

/**
 * The item of a node to which a path belongs: of "cut/scenes" and "cut[1]/scenes[3]/draw" it is
 * "cut[1]/scenes[3]".
 */
function itemFinder(node: string): (path: string) => string | undefined {
  const parts = node.split("/").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const pattern = new RegExp(`^${parts.join("(?:\\[\\d+\\])*/")}(?:\\[\\d+\\])+(?=/|$)`);
  return (path) => pattern.exec(path)?.[0];
}
