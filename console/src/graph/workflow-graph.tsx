import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { useMemo } from "react";
import type { WorkflowGraph as Graph, NodeState } from "../api/types.ts";
import { usePhone } from "../app/media.ts";
import { reminderOf } from "../design/status.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { arrow, Canvas } from "./canvas.tsx";
import { frameHeight, layoutWorkflow, type Placed } from "./layout.ts";

const KINDS: Record<string, IconName> = {
  step: "workflow",
  each: "list",
  repeat: "loop",
  when: "branch",
  match: "branch",
  approval: "person",
  escalate: "warning",
  child: "child",
  sleep: "clock",
  wait: "event",
};

type StepNode = Node<{ box: Placed; state: NodeState | undefined; sideways: boolean }>;

/** A workflow as it was defined; with what its nodes have come to, where it is a run's. */
export function WorkflowGraph({
  graph,
  nodes: states,
  selected,
  onSelect,
}: {
  graph: Graph;
  nodes?: Record<string, NodeState>;
  selected?: string | undefined;
  onSelect?: (node: string) => void;
}) {
  const phone = usePhone();
  const picture = useMemo(() => layoutWorkflow(graph, phone ? "TB" : "LR"), [graph, phone]);
  const nodes = useMemo<StepNode[]>(
    () =>
      picture.boxes.map((box) => ({
        id: box.id,
        type: "box",
        position: { x: box.x, y: box.y },
        ...(box.parent !== undefined && { parentId: box.parent }),
        data: { box, state: states?.[box.id], sideways: !phone },
        width: box.width,
        height: box.height,
        style: { width: box.width, height: box.height },
        selected: box.id === selected,
        focusable: box.node !== undefined && onSelect !== undefined,
        ariaRole: onSelect && box.node ? "button" : "img",
        ariaLabel: describe(box, states?.[box.id]),
      })),
    [picture, states, selected, phone, onSelect],
  );
  const edges = useMemo(
    () =>
      picture.edges.map(({ from, to }) => ({
        id: `${from}>${to}`,
        source: from,
        target: to,
        focusable: false,
        className: states?.[from]?.state === "done" ? "passed" : "",
        markerEnd: arrow(states?.[from]?.state === "done" ? "var(--ink-3)" : "var(--line-strong)"),
        zIndex: 1,
      })),
    [picture, states],
  );
  const choose = (id: string) => {
    if (picture.boxes.some((box) => box.id === id && box.node)) onSelect?.(id);
  };
  return (
    <Canvas
      label={`Graph of ${graph.workflow}`}
      picture={`${graph.workflow}:${phone}`}
      height={frameHeight(picture, phone)}
      nodes={nodes}
      edges={edges}
      nodeTypes={TYPES}
      fit={{ padding: 0.08, minZoom: 0.35 }}
      minZoom={0.15}
      onChoose={onSelect && choose}
    />
  );
}

function Box({ data: { box, state, sideways } }: NodeProps<StepNode>) {
  const { node, block, holds } = box;
  return (
    <>
      <Handle type="target" position={sideways ? Position.Left : Position.Top} isConnectable={false} />
      {node ? (
        <div
          className={`box${holds ? " holds" : ""}${state ? ` is-${state.state} line-${reminderOf(state.state).tone}` : ""}`}
        >
          <div className="row">
            <Icon name={KINDS[node.kind] ?? "workflow"} size={14} className="kind" />
            <span className="clip name" title={node.label}>
              {node.label}
            </span>{" "}
            {node.undo && (
              <span title={`Undone by ${node.undo}`} className="undoable">
                <Icon name="undo" size={12} />
              </span>
            )}
          </div>
          {state ? <State state={state} /> : <div className="row under">{node.kind}</div>}
        </div>
      ) : (
        <div className="box block">
          <span className="row name">{block}</span>
        </div>
      )}
      <Handle type="source" position={sideways ? Position.Right : Position.Bottom} isConnectable={false} />
    </>
  );
}

function State({
  state: { state, count, done, failed, attempts, durationMs, costUsd },
}: {
  state: NodeState;
}) {
  const look = reminderOf(state);
  return (
    <>
      <div className="row under">
        <span className={`row word-${look.tone}`} style={{ gap: 4 }}>
          <Icon name={look.icon} size={12} {...(look.turns && { className: "turning" })} />
          {look.label ?? state}
        </span>{" "}
        {count > 1 && (
          <span className="number" title={`${done} of ${count} done`}>
            {done}/{count}
          </span>
        )}{" "}
        {failed > 0 && state !== "failed" && <span className="number word-bad">{failed} failed</span>}{" "}
      </div>
      <div className="row under number">
        {durationMs !== undefined && <span>{duration(durationMs)}</span>}{" "}
        {attempts > Math.max(1, count) && <span title={`${attempts} attempts`}>{attempts} attempts</span>}{" "}
        {costUsd !== undefined && costUsd > 0 && <span>{usd(costUsd)}</span>}
      </div>
    </>
  );
}

/** What a screen reader says of a box: what there is to read in it, in that order, and what kind of node it is. */
function describe({ node, block }: Placed, state: NodeState | undefined): string {
  if (!node) return `${block} block`;
  if (!state) return `${node.label} ${node.kind}`;
  const { count, done, failed, durationMs, attempts, costUsd } = state;
  const said = [
    reminderOf(state.state).label ?? state.state,
    count > 1 && `${done}/${count}`,
    failed > 0 && state.state !== "failed" && `${failed} failed`,
    durationMs !== undefined && duration(durationMs),
    attempts > Math.max(1, count) && `${attempts} attempts`,
    costUsd !== undefined && costUsd > 0 && usd(costUsd),
  ];
  return `${[node.label, ...said].filter(Boolean).join(" ")}, ${node.kind}`;
}

const TYPES = { box: Box };
