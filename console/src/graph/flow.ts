import type { FeedChange, FlowMap } from "../api/types.ts";

type FlowNode = FlowMap["nodes"][number];

/** The map without its steps. Events of a step count as events of its workflow. */
export function withoutSteps({ nodes, edges }: FlowMap): FlowMap {
  const steps = new Set(nodes.filter(({ kind }) => kind === "step").map(({ id }) => id));
  const before = (id: string, seen = new Set<string>()): string[] => {
    if (!steps.has(id)) return [id];
    if (seen.has(id)) return [];
    seen.add(id);
    return edges.filter(({ to }) => to === id).flatMap(({ from }) => before(from, seen));
  };
  const kept = new Map<string, FlowMap["edges"][number]>();
  for (const edge of edges) {
    if (steps.has(edge.to)) continue;
    for (const from of before(edge.from)) kept.set(`${from}>${edge.to}`, { ...edge, from });
  }
  return { nodes: nodes.filter(({ id }) => !steps.has(id)), edges: [...kept.values()] };
}

/** A queue whose oldest message is older than this is behind. Seconds. */
const BEHIND = 60;

/** The warning of a node's border: it has dead letters, is behind, or is paused. */
export function troubleOf({ queue, paused }: FlowNode): "bad" | "held" | undefined {
  if (queue && queue.dead > 0) return "bad";
  if (paused || (queue?.oldestSeconds ?? 0) > BEHIND) return "held";
  return undefined;
}

/** The page with details of a node. */
export function pathOf({ kind, label }: FlowNode): string | undefined {
  if (kind === "workflow") return `/workflows/${encodeURIComponent(label)}`;
  if (kind === "event") return `/events/${encodeURIComponent(label)}`;
  return undefined;
}

/** Keys of edges, as they are drawn. */
export const edgeKey = ({ from, to, event }: FlowMap["edges"][number]) => `${from}>${to}>${event ?? ""}`;

/** The label of an edge: how many events per hour it carried, and how many wait at its end. */
export function edgeLabel(
  { to, perHour }: FlowMap["edges"][number],
  nodes: ReadonlyMap<string, FlowNode>,
): string {
  const { backlog = 0, inFlight = 0, delayed = 0 } = nodes.get(to)?.queue ?? {};
  const waiting = backlog + inFlight + delayed;
  return [
    perHour !== undefined && `${perHour >= 10 ? Math.round(perHour) : perHour}/h`,
    waiting > 0 && !to.startsWith("event:") && `${waiting.toLocaleString("en")} queued`,
  ]
    .filter(Boolean)
    .join(" · ");
}

/** The edges with recent activity: to the workflows whose runs were accepted, and to the steps that began. */
export function movedEdges({ edges }: FlowMap, changes: readonly FeedChange[]): Set<string> {
  const moved = new Set<string>();
  for (const { name, workflow, path } of changes) {
    if (workflow === undefined) continue;
    if (name === "run.accepted") {
      const into = edges.filter(({ to, event }) => to === `workflow:${workflow}` && event !== undefined);
      // Of several events, the recent ones are likely.
      const likely = into.some(({ perHour }) => perHour) ? into.filter(({ perHour }) => perHour) : into;
      const before = likely.flatMap(({ from }) => edges.filter(({ to }) => to === from));
      for (const edge of [...likely, ...before]) moved.add(edgeKey(edge));
    }
    if (name.startsWith("step.") && path !== undefined) {
      const step = path.split("/").at(-1);
      const own = edges.filter(({ to }) => to === `step:${workflow}/${step}`);
      for (const edge of own) moved.add(edgeKey(edge));
    }
  }
  return moved;
}
