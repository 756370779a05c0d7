import {
  Background,
  Controls,
  type Edge,
  type EdgeMarker,
  MarkerType,
  type Node,
  type NodeTypes,
  ReactFlow,
} from "@xyflow/react";
import "@xyflow/react/dist/style.css";
import "./graph.css";
import { chosenByKey } from "./keys.ts";

interface CanvasProps<N extends Node> {
  /** What a screen reader calls the picture. */
  label: string;
  /** A changed graph is fitted again. */
  picture: string;
  className?: string;
  height: number | string;
  nodes: N[];
  edges: Edge[];
  nodeTypes: NodeTypes;
  /** Room around the picture as a share of it, and how far it may shrink to fit. */
  fit: { padding: number; minZoom: number };
  minZoom: number;
  /** A box was clicked, or chosen by a key. Without it, boxes are only looked at. */
  onChoose?: ((id: string) => void) | undefined;
}

/** A picture of boxes and arrows that can be moved and zoomed, and whose boxes can be chosen by mouse and by keys. */
export function Canvas<N extends Node>(props: CanvasProps<N>) {
  const { label, picture, className, height, nodes, edges, nodeTypes, fit, minZoom, onChoose } = props;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for the keys of the boxes within
    <div
      className={className ? `graph ${className}` : "graph"}
      style={{ height }}
      onKeyDown={(event) => {
        const id = chosenByKey(event);
        if (id !== undefined) onChoose?.(id);
      }}
    >
      <ReactFlow
        key={picture}
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        fitView
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
        {...(onChoose && { onNodeClick: (_, { id }) => onChoose(id) })}
      >
        <Background gap={22} size={1} color="var(--line)" />
        <Controls showInteractive={false} position="bottom-right" orientation="horizontal" />
      </ReactFlow>
    </div>
  );
}

/** The head of an arrow. */
export function arrow(color: string): EdgeMarker {
  return { type: MarkerType.ArrowClosed, width: 14, height: 14, color };
}
