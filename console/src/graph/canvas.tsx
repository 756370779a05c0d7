import {
  Background,
  Controls,
  type Edge,
  type EdgeMarker,
  MarkerType,
  MiniMap,
  type Node,
  type NodeTypes,
  ReactFlow,
  useReactFlow,
} from "@xyflow/react";
import { useEffect, useRef } from "react";
import "@xyflow/react/dist/style.css";
import type { Camera } from "./focus.ts";
import "./graph.css";
import { chosenByKey, foldedByKey } from "./keys.ts";

const KEYS =
  "Enter chooses the box. The right and left arrow keys open and close a box that contains others.";
/** The library's own texts are about graphs that can be edited. */
const TEXTS = { "node.a11yDescription.default": KEYS, "node.a11yDescription.keyboardDisabled": KEYS };

interface CanvasProps<N extends Node> {
  /** The name of the graph for screen readers. */
  label: string;
  /** A changed graph is fitted again. */
  picture: string;
  className?: string;
  height: number | string;
  nodes: N[];
  edges: Edge[];
  nodeTypes: NodeTypes;
  /** The margin around the graph as a share of its size, and the smallest scale at which it is fitted. */
  fit: { padding: number; minZoom: number };
  minZoom: number;
  /** A box was clicked, or chosen by a key. Without it, boxes cannot be chosen. */
  onChoose?: ((id: string) => void) | undefined;
  /** A box was opened or closed by a key. */
  onFold?: ((id: string, open: boolean) => void) | undefined;
  /** The initial view, instead of fitting the graph. A new one is moved to. */
  camera?: Camera | undefined;
  /** A small map of the whole, with the colour of each box. */
  map?: ((node: N) => string) | undefined;
}

/**
 * A graph of boxes and arrows that can be moved and zoomed, and whose boxes can be chosen by mouse and by
 * keys.
 */
export function Canvas<N extends Node>(props: CanvasProps<N>) {
  const { label, picture, className, height, nodes, edges, nodeTypes, fit, minZoom, onChoose } = props;
  const { onFold, camera, map } = props;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the keys of the boxes within
    <div
      className={className ? `graph ${className}` : "graph"}
      style={{ height }}
      // On Escape, the library would take the focus from the box.
      onKeyDownCapture={(event) => event.key === "Escape" && event.stopPropagation()}
      onKeyDown={(event) => {
        const id = chosenByKey(event);
        if (id !== undefined) onChoose?.(id);
        const folded = foldedByKey(event);
        if (folded) onFold?.(folded.id, folded.open);
      }}
    >
      <ReactFlow
        key={picture}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        {...(camera ? { defaultViewport: camera } : { fitView: true })}
        fitViewOptions={{ ...fit, maxZoom: 1 }}
        minZoom={minZoom}
        maxZoom={1.6}
        nodesDraggable={false}
        nodesConnectable={false}
        edgesFocusable={false}
        zoomOnScroll={false}
        preventScrolling={false}
        proOptions={{ hideAttribution: true }}
        aria-label={label}
        ariaLabelConfig={TEXTS}
        {...(onChoose && { onNodeClick: (_, { id }) => onChoose(id) })}
      >
        <Background gap={22} size={1} color="var(--line)" />
        <Controls
          showInteractive={false}
          position="bottom-right"
          orientation="horizontal"
          fitViewOptions={{ padding: fit.padding, maxZoom: 1 }}
        />
        {map && (
          <MiniMap
            position="bottom-left"
            style={{ width: 168, height: 56 }}
            offsetScale={1}
            pannable
            zoomable
            nodeColor={map}
            ariaLabel="Overview of the graph"
          />
        )}
        {camera && <Move to={camera} />}
      </ReactFlow>
    </div>
  );
}

/** The head of an arrow. */
export function arrow(color: string): EdgeMarker {
  return { type: MarkerType.ArrowClosed, width: 14, height: 14, color };
}

/** Moves to a camera that differs from the first. */
function Move({ to }: { to: Camera }) {
  const flow = useReactFlow();
  const first = useRef(to);
  useEffect(() => {
    if (first.current === to) return;
    first.current = to;
    void flow.setViewport(to, { duration: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 200 });
  }, [flow, to]);
  return null;
}
