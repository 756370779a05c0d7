import type { NodeState, WorkflowGraph } from "../api/types.ts";
import type { Picture } from "./layout.ts";

/** What a viewer looks for first. If nothing runs, the last completed node. */
const URGENCY = ["failed", "waiting", "running", "done"] as const;

/**
 * The node that needs attention: failed, waiting, running, or completed last. The innermost one, and of
 * several the last.
 */
export function focusOf(
  graph: WorkflowGraph,
  states: Readonly<Record<string, NodeState>> | undefined,
  failed?: string,
): string | undefined {
  if (!states) return undefined;
  const outer = new Set(graph.nodes.flatMap(({ within }) => within?.node ?? []));
  const ended = failed !== undefined && states[failed] ? failed : undefined;
  if (ended !== undefined) return ended;
  for (const state of URGENCY) {
    const found = graph.nodes.filter(({ id }) => states[id]?.state === state);
    const leaf = found.findLast(
      ({ id }) => !outer.has(id) || !found.some(({ within }) => within?.node === id),
    );
    if (leaf) return leaf.id;
  }
  return undefined;
}

/** The boxes around a node, the outermost first. */
export function boxesAround(graph: WorkflowGraph, id: string | undefined): string[] {
  const around: string[] = [];
  for (let node = find(graph, id)?.within?.node; node !== undefined; node = find(graph, node)?.within?.node)
    around.unshift(node);
  return around;
}

function find(graph: WorkflowGraph, id: string | undefined) {
  return graph.nodes.find((node) => node.id === id);
}

/** All boxes that contain something, the outermost first. */
export function containersOf(graph: WorkflowGraph): string[] {
  const holds = new Set(graph.nodes.flatMap(({ within }) => within?.node ?? []));
  return graph.nodes
    .filter(({ id }) => holds.has(id))
    .map(({ id }) => ({ id, depth: boxesAround(graph, id).length }))
    .sort((a, b) => a.depth - b.depth)
    .map(({ id }) => id);
}

/**
 * The boxes that are open at first: those around the focus, and of the others as many as keep the graph
 * readable, the outermost first. A box inside a closed one stays closed.
 */
export function openAtFirst(
  graph: WorkflowGraph,
  focus: string | undefined,
  fits: (open: ReadonlySet<string>) => boolean,
): Set<string> {
  const open = new Set(boxesAround(graph, focus));
  for (const id of containersOf(graph)) {
    if (open.has(id) || !boxesAround(graph, id).every((around) => open.has(around))) continue;
    const more = new Set(open).add(id);
    if (fits(more)) open.add(id);
  }
  return open;
}

export interface Frame {
  width: number;
  height: number;
}
export interface Camera {
  x: number;
  y: number;
  zoom: number;
}

/** Below this, names are too small to read. */
export const LEAST_ZOOM = 0.7;
const MARGIN = 20;

/** Whether the whole graph is visible at a readable size. */
export function fitsIn({ width, height }: Frame, frame: Frame): boolean {
  return zoomToFit({ width, height }, frame) >= LEAST_ZOOM;
}

function zoomToFit({ width, height }: Frame, frame: Frame): number {
  return Math.min(1, (frame.width - 2 * MARGIN) / width, (frame.height - 2 * MARGIN) / height);
}

/** The initial view: the whole graph if it is readable, otherwise the focus, or the beginning. */
export function cameraOn(
  picture: Pick<Picture, "width" | "height" | "boxes">,
  frame: Frame,
  focus: string | undefined,
): Camera {
  const zoom = Math.max(LEAST_ZOOM, zoomToFit(picture, frame));
  const box = placeOf(picture, focus);
  const along = (size: number, room: number, middle: number | undefined) => {
    if (size * zoom <= room - MARGIN) return (room - size * zoom) / 2;
    const wanted = middle === undefined ? MARGIN : room / 2 - middle * zoom;
    return Math.min(MARGIN, Math.max(room - size * zoom - MARGIN, wanted));
  };
  return {
    x: along(picture.width, frame.width, box && box.x + box.width / 2),
    y: along(picture.height, frame.height, box && box.y + Math.min(box.height, 80) / 2),
    zoom,
  };
}

/** A box's position in the whole graph. */
export function placeOf(
  { boxes }: Pick<Picture, "boxes">,
  id: string | undefined,
): { x: number; y: number; width: number; height: number } | undefined {
  const box = boxes.find((one) => one.id === id);
  if (!box) return undefined;
  const around = placeOf({ boxes }, box.parent) ?? { x: 0, y: 0 };
  return { x: around.x + box.x, y: around.y + box.y, width: box.width, height: box.height };
}
