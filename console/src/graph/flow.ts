import type { FlowMap } from "../api/types.ts";

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

/** Where more is said of a node. */
export function pathOf({ kind, label }: FlowNode): string | undefined {
  if (kind === "workflow") return `/workflows/${encodeURIComponent(label)}`;
  if (kind === "event") return `/events/${encodeURIComponent(label)}`;
  return undefined;
}
