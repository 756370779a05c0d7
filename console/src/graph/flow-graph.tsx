import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { useEffect, useMemo, useState } from "react";
import { useNavigate } from "react-router";
import type { FlowMap } from "../api/types.ts";
import { useChanges } from "../app/live.tsx";
import { usePhone } from "../app/media.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { Queue } from "../parts/queue.tsx";
import { queueParts } from "../text/queue.ts";
import { arrow, Canvas } from "./canvas.tsx";
import { edgeKey, edgeLabel, movedEdges, pathOf, troubleOf, withoutSteps } from "./flow.ts";
import { cameraOn, fitsIn, LEAST_ZOOM } from "./focus.ts";
import { frameHeight, sideBySide } from "./layout.ts";
import { BELOW } from "./room.ts";
import { useFrame } from "./use-frame.ts";
import "./flow-graph.css";

const ICONS: Record<FlowMap["nodes"][number]["kind"], IconName> = {
  producer: "send",
  event: "event",
  workflow: "workflow",
  step: "play",
  reaction: "retry",
};
const SOURCES: Record<NonNullable<FlowMap["nodes"][number]["source"]>, IconName> = {
  webhook: "send",
  schedule: "clock",
  table: "list",
  files: "copy",
  queue: "deadLetter",
  alarm: "warning",
  threshold: "warning",
  bus: "delivery",
};
/** Between the ranks, for rates and queues. */
const APART = 60;
const WIDTH = 198;

const sizeOf = ({ kind }: FlowMap["nodes"][number]) => ({ width: WIDTH, height: kind === "event" ? 44 : 62 });

type FlowNode = Node<{ node: FlowMap["nodes"][number]; sideways: boolean }>;

/** A map that would be too small to read is shown from its beginning, next to a small one of the whole. */
export function FlowGraph({ map: whole, steps }: { map: FlowMap; steps: boolean }) {
  const phone = usePhone();
  const navigate = useNavigate();
  const map = useMemo(() => (steps ? whole : withoutSteps(whole)), [whole, steps]);
  const shape = map.nodes.map(({ id }) => id).join() + map.edges.map(({ from, to }) => from + to).join();
  // The layout depends only on the nodes: numbers that change move nothing.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the shape represents the map
  const placed = useMemo(
    () =>
      sideBySide(
        new Map(map.nodes.map((node) => [node.id, sizeOf(node)])),
        map.edges,
        phone ? "TB" : "LR",
        APART,
      ),
    [shape, phone],
  );
  const [around, { width }] = useFrame({ width: phone ? 366 : 1160, height: 0 });
  const height = frameHeight(placed, phone, LEAST_ZOOM, phone ? 520 : 780);
  const isWhole = fitsIn(placed, { width, height });
  const camera = useMemo(
    () => cameraOn({ ...placed, boxes: [] }, { width, height }, undefined),
    [placed, width, height],
  );
  const nodes = map.nodes.map((node): FlowNode => {
    const { x, y } = placed.at.get(node.id)!;
    const size = sizeOf(node);
    return {
      id: node.id,
      type: "flow",
      className: `kind-${node.kind}`,
      position: { x, y },
      ...size,
      style: size,
      data: { node, sideways: !phone },
      focusable: pathOf(node) !== undefined,
      ariaRole: pathOf(node) === undefined ? "img" : "button",
      ariaLabel: describe(node),
    };
  });
  const moving = useMoving(map);
  const byId = new Map(map.nodes.map((node) => [node.id, node]));
  const edges = map.edges.map((edge) => ({
    id: edgeKey(edge),
    source: edge.from,
    target: edge.to,
    focusable: false,
    markerEnd: arrow("var(--line-strong)"),
    label: edgeLabel(edge, byId),
    labelBgPadding: [4, 2] as [number, number],
    labelBgBorderRadius: 4,
    animated: moving.has(edgeKey(edge)),
    className: moving.has(edgeKey(edge)) ? "moving" : "",
  }));
  const open = (id: string) => {
    const node = map.nodes.find((one) => one.id === id);
    const path = node && pathOf(node);
    if (path) void navigate(path);
  };
  return (
    <div ref={around}>
      <Canvas
        label="Flow map"
        picture={`${shape}${phone}`}
        className="flow"
        height={isWhole || phone ? height : height + BELOW}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        fit={{ padding: 0.03, minZoom: 0.3 }}
        minZoom={0.1}
        camera={camera}
        map={isWhole || phone ? undefined : mapColour}
        onChoose={open}
      />
    </div>
  );
}

function mapColour({ data: { node } }: FlowNode): string {
  const tone = troubleOf(node);
  return tone ? `var(--${tone})` : "var(--line-strong)";
}

/** Milliseconds for which an edge is shown as moving. */
const MOVES_FOR = 2_000;

/** The edges with recent activity. */
function useMoving(map: FlowMap): ReadonlySet<string> {
  const [moving, setMoving] = useState<ReadonlySet<string>>(new Set());
  useChanges((changes) => {
    const moved = movedEdges(map, changes);
    if (moved.size > 0) setMoving((before) => new Set([...before, ...moved]));
  });
  useEffect(() => {
    if (moving.size === 0) return;
    const timer = setTimeout(() => setMoving(new Set()), MOVES_FOR);
    return () => clearTimeout(timer);
  }, [moving]);
  return moving;
}

/** The text of a box for screen readers: its visible text, in that order, and the kind of node. */
function describe({ kind, label, paused, queue, source, detail }: FlowMap["nodes"][number]): string {
  if (kind === "producer") return [label, source ?? kind, detail].filter(Boolean).join(", ");
  if (kind === "event") return `${label}, event`;
  const parts = queue ? queueParts(queue, true).map(({ text }) => text) : [kind];
  return `${[label, paused && "paused", ...(parts.length > 0 ? parts : ["empty"])].filter(Boolean).join(" ")}, ${kind}`;
}

function Flow({ data: { node, sideways } }: NodeProps<FlowNode>) {
  const trouble = troubleOf(node);
  return (
    <>
      <Handle type="target" position={sideways ? Position.Left : Position.Top} isConnectable={false} />
      <div className={`box${trouble ? ` line-${trouble}` : ""}`}>
        <div className="row">
          <Icon
            name={node.paused ? "pause" : node.source ? SOURCES[node.source] : ICONS[node.kind]}
            size={14}
            className="kind"
          />
          <span className="clip name" title={node.label}>
            {node.label}
          </span>{" "}
        </div>
        {node.kind !== "event" && (
          <div className="row under">
            {node.paused && <span className="word-held">paused</span>}{" "}
            {node.queue ? (
              <Queue queue={node.queue} compact />
            ) : (
              <span className="clip" title={node.detail}>
                {node.source ?? node.kind}
                {node.detail !== undefined && ` · ${node.detail}`}
              </span>
            )}
          </div>
        )}
      </div>
      <Handle type="source" position={sideways ? Position.Right : Position.Bottom} isConnectable={false} />
    </>
  );
}

const TYPES = { flow: Flow };
