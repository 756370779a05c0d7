import type { ApprovalView, NodeState, StepView, WaitView } from "../../../../lib/contract/api/index.ts";
import { isEnded, type RunStatus } from "../../../../lib/contract/table.ts";
import type { GraphNodeKind, WorkflowGraph } from "../../../../lib/contract/workflow-graph.ts";
import { itemStates } from "./item-states.ts";

/** What a run has done so far, as far as its graph shows it. */
export interface Progress {
  status: RunStatus;
  steps: readonly StepView[];
  questions: readonly ApprovalView[];
  waits: readonly WaitView[];
  /** Paths of waits that have ended. */
  met: readonly string[];
}

/** The state of each node of a run's graph, by its id. */
export function nodeStates(graph: WorkflowGraph, progress: Progress): Record<string, NodeState> {
  const own = new Map(graph.nodes.map(({ id }) => [id, ownState(id, progress)]));
  const inner = (id: string): string[] =>
    graph.nodes.filter(({ within }) => within?.node === id).flatMap((node) => [node.id, ...inner(node.id)]);
  const together = new Map(
    graph.nodes.map(({ id, kind }) => [
      id,
      {
        ...combine([id, ...inner(id)].map((node) => own.get(node)!)),
        ...(ON_RECORD[kind] === "its iterations" && itemStates(id, progress)),
      },
    ]),
  );
  const begun = (id: string) => together.get(id)!.state !== "idle";
  const passed = (id: string): boolean =>
    graph.edges.some(({ from, to }) => from === id && (begun(to) || passed(to)));
  const nodes = new Map(graph.nodes.map((node) => [node.id, node]));
  // In a list or a loop, other items or rounds may have come further.
  const wasLeft = ({ id, within }: Node): boolean => {
    const around = within && nodes.get(within.node)!;
    const iterates = around !== undefined && ON_RECORD[around.kind] === "its iterations";
    return (!iterates && passed(id)) || (around !== undefined && wasLeft(around));
  };
  const over = isEnded(progress.status);
  // A sleep has no item: it lasts from the end of everything before it until something after it begins.
  const asleep = ({ id, kind, within }: Node) =>
    ON_RECORD[kind] === "nothing while it lasts" &&
    within === undefined &&
    graph.edges.every(({ from, to }) => to !== id || together.get(from)!.state === "done");
  return Object.fromEntries(
    graph.nodes.map((node) => {
      const state = together.get(node.id)!;
      // Some of it failed, and the run continued all the same: it tolerates that, or has a fallback.
      const isTolerated =
        state.state === "failed" && state.done > 0 && (progress.status === "succeeded" || wasLeft(node));
      if (isTolerated) return [node.id, { ...state, state: "done" as const }];
      if (state.state !== "idle") return [node.id, state];
      const around = node.within && together.get(node.within.node)!.state !== "idle";
      const left = passed(node.id) || (node.within !== undefined && !around && passed(node.within.node));
      if (!over && !left) return [node.id, asleep(node) ? { ...state, state: "waiting" as const } : state];
      // A node without items of its own was passed if the run continued after it.
      const silent = ON_RECORD[node.kind] !== "itself" && node.within === undefined;
      const gone = silent && (left || progress.status === "succeeded");
      return [node.id, { ...state, state: gone ? ("done" as const) : ("skipped" as const) }];
    }),
  );
}

type Node = WorkflowGraph["nodes"][number];

/** What the table has of a node of each kind, in addition to what is inside it. */
const ON_RECORD: Record<GraphNodeKind, "itself" | "its iterations" | "nothing while it lasts" | "nothing"> = {
  step: "itself",
  approval: "itself",
  escalate: "itself",
  child: "itself",
  wait: "itself",
  // Its decision is a wait for the signal of the winner.
  race: "itself",
  each: "its iterations",
  repeat: "its iterations",
  sleep: "nothing while it lasts",
  when: "nothing",
  match: "nothing",
};

function ownState(id: string, { steps, questions, waits, met }: Progress): NodeState {
  const isHere = ({ path }: { path: string }) => nodeOf(path) === id;
  const done = steps.filter((step) => isHere(step) && step.direction === "do");
  const undone = steps.filter((step) => isHere(step) && step.direction === "undo" && step.state === "done");
  const asked = questions.filter(isHere);
  const waiting = waits.filter(isHere).length + asked.filter(({ state }) => state === "pending").length;
  const answered = asked.filter(({ state }) => state === "decided").length;
  const over = met.filter((path) => nodeOf(path) === id).length;
  const count = (state: StepView["state"]) => done.filter((step) => step.state === state).length;
  const counts = {
    count: done.length + (done.length > 0 ? 0 : asked.length + waits.filter(isHere).length + over),
    done: count("done") + (done.length > 0 ? 0 : answered + over),
    failed: count("failed") + count("stopped"),
    attempts: done.reduce((sum, { attempt }) => sum + attempt, 0),
    ...durationOf(done),
  };
  if (undone.length > 0) return { state: "undone", ...counts };
  if (waiting > 0 || count("deferred") > 0) return { state: "waiting", ...counts };
  if (count("running") > 0) return { state: "running", ...counts };
  if (counts.failed > 0) return { state: "failed", ...counts };
  return { state: counts.count > 0 ? "done" : "idle", ...counts };
}

/** A node with everything inside it: running work is shown first. */
function combine([own, ...inner]: NodeState[]): NodeState {
  const all = [own!, ...inner];
  const begun = all.filter(({ state }) => state !== "idle");
  const shown = URGENCY.find((state) => begun.some((one) => one.state === state)) ?? "idle";
  if (inner.length === 0) return own!;
  return {
    state: shown,
    count: sum(all, "count"),
    done: sum(all, "done"),
    failed: sum(all, "failed"),
    attempts: sum(all, "attempts"),
  };
}

const URGENCY = ["waiting", "running", "failed", "undone", "done"] as const;

function sum(states: readonly NodeState[], field: "count" | "done" | "failed" | "attempts"): number {
  return states.reduce((total, state) => total + state[field], 0);
}

/**
 * The time in the handler, when all have ended: without queue time, pauses between attempts, or neighbours.
 */
function durationOf(steps: readonly StepView[]): { durationMs?: number } {
  if (steps.length === 0 || steps.some(({ endedAt }) => endedAt === undefined)) return {};
  const all = steps.reduce((sum, step) => sum + timeIn(step), 0);
  return { durationMs: Math.round(all / steps.length) };
}

function timeIn({ attempts, startedAt, endedAt }: StepView): number {
  const ran = attempts.filter((one) => one.endedAt !== undefined);
  const spans = ran.length > 0 ? ran : [{ startedAt, endedAt }];
  return spans.reduce(
    (sum, span) => sum + Date.parse(span.endedAt!) - Date.parse(span.startedAt ?? span.endedAt!),
    0,
  );
}

/** The node to which a path belongs: without the numbers of iterations, and without the suffix of a doubt. */
export function nodeOf(path: string): string {
  return path.replaceAll(/\[\d+\]/g, "").replace(/\/asks$/, "");
}
