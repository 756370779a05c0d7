import { Handle, type Node, type NodeProps, Position } from "@xyflow/react";
import { useEffect, useMemo, useRef, useState } from "react";
import type { WorkflowGraph as Graph, NodeState } from "../api/types.ts";
import { usePhone } from "../app/media.ts";
import { reminderOf } from "../design/status.ts";
import { Icon, type IconName } from "../parts/icon.tsx";
import { PathText } from "../parts/path.tsx";
import { type StateCount, Strip, stripText } from "../parts/strip.tsx";
import { duration } from "../text/duration.ts";
import { usd } from "../text/money.ts";
import { plural } from "../text/plural.ts";
import { arrow, Canvas } from "./canvas.tsx";
import {
  boxesAround,
  cameraOn,
  containersOf,
  type Frame,
  fitsIn,
  focusOf,
  LEAST_ZOOM,
  openAtFirst,
  placeOf,
} from "./focus.ts";
import { frameHeight, layoutWorkflow, type Placed } from "./layout.ts";

export const NODE_ICONS: Record<Graph["nodes"][number]["kind"], IconName> = {
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
  race: "flag",
};

type StepNode = Node<{
  box: Placed;
  state: NodeState | undefined;
  sideways: boolean;
  onFold: (id: string, open: boolean) => void;
}>;

const ABOVE = 36;
const BELOW = 70;
/** Least height next to an open panel. */
const PANEL_HEIGHT = 440;
/** The initial size of the frame; it is measured after the first drawing. */
const FRAME = { phone: { width: 320, height: 380 }, desk: { width: 1040, height: 460 } };

/**
 * A workflow's definition, with the states of its nodes if it is a run's. Boxes that would make it too small
 * to read are closed; failed, waiting or running nodes are open and in view.
 */
export function WorkflowGraph({
  graph,
  nodes: states,
  failed,
  selected,
  onSelect,
}: {
  graph: Graph;
  nodes?: Record<string, NodeState>;
  /** The node that made the run fail. */
  failed?: string | undefined;
  selected?: string | undefined;
  onSelect?: (node: string) => void;
}) {
  const phone = usePhone();
  const direction = phone ? "TB" : "LR";
  const [frame, setFrame] = useState<Frame>(FRAME[phone ? "phone" : "desk"]);
  const around = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = around.current!;
    const observer = new ResizeObserver(() =>
      setFrame((before) => {
        const { clientWidth: width, clientHeight: height } = element;
        return width === 0 || (before.width === width && before.height === height)
          ? before
          : { width, height };
      }),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  const focus = focusOf(graph, states, failed);
  const roomFor = FRAME[phone ? "phone" : "desk"];
  const [open, setOpen] = useState(() =>
    openAtFirst(graph, selected ?? focus, (boxes) =>
      fitsIn(layoutWorkflow(graph, direction, boxes), roomFor),
    ),
  );
  // A box that gets the focus is opened; nothing closes automatically.
  const shownFocus = selected ?? focus;
  useEffect(() => {
    setOpen((before) => {
      const missing = boxesAround(graph, shownFocus).filter((id) => !before.has(id));
      return missing.length === 0 ? before : new Set([...before, ...missing]);
    });
  }, [graph, shownFocus]);
  const picture = useMemo(() => layoutWorkflow(graph, direction, open), [graph, direction, open]);
  const [folded, setFolded] = useState<string>();
  const onFold = useMemo(
    () => (id: string, opens: boolean) => {
      setFolded(id);
      setOpen((before) => {
        const after = new Set(before);
        if (opens) after.add(id);
        else after.delete(id);
        return after;
      });
    },
    [],
  );
  const containers = containersOf(graph);
  // Space for the buttons above, the map below, and the panel next to it.
  const above = containers.length > 0 ? ABOVE : 0;
  const whole = fitsIn(picture, { width: frame.width, height: frameHeight(picture, phone, LEAST_ZOOM) });
  const below = whole || phone ? 0 : BELOW;
  const height =
    selected !== undefined && !phone
      ? Math.max(PANEL_HEIGHT - above - below, frameHeight(picture, phone, LEAST_ZOOM))
      : frameHeight(picture, phone, LEAST_ZOOM);
  const wanted = folded ?? shownFocus;
  const camera = useMemo(() => {
    const at = cameraOn(
      picture,
      { width: frame.width, height },
      placeOf(picture, wanted) ? wanted : undefined,
    );
    return { ...at, y: at.y + above };
  }, [picture, frame.width, height, wanted, above]);
  const nodes = useMemo<StepNode[]>(
    () =>
      picture.boxes.map((box) => ({
        id: box.id,
        type: "box",
        position: { x: box.x, y: box.y },
        ...(box.parent !== undefined && { parentId: box.parent }),
        data: { box, state: states?.[box.id], sideways: !phone, onFold },
        width: box.width,
        height: box.height,
        style: { width: box.width, height: box.height },
        selected: box.id === selected,
        focusable: box.node !== undefined && (onSelect !== undefined || box.inner > 0),
        ariaRole: (onSelect || box.inner > 0) && box.node ? "button" : "img",
        ariaLabel: describe(box, states?.[box.id]),
        ...(box.node && box.inner > 0 && { domAttributes: { "aria-expanded": box.holds } }),
      })),
    [picture, states, selected, phone, onSelect, onFold],
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
    const box = picture.boxes.find((one) => one.id === id && one.node);
    if (!box) return;
    if (onSelect) onSelect(id);
    else if (box.inner > 0) onFold(id, !box.holds);
  };
  const foldAll = (ids: readonly string[]) => {
    setFolded(undefined);
    setOpen(new Set(ids));
  };
  return (
    <div ref={around} className="picture">
      <Canvas
        label={`Graph of ${graph.workflow}`}
        picture={`${graph.workflow}:${phone}`}
        height={height + above + below}
        nodes={nodes}
        edges={edges}
        nodeTypes={TYPES}
        fit={{ padding: 0.08, minZoom: LEAST_ZOOM }}
        minZoom={0.15}
        camera={camera}
        map={whole || phone ? undefined : mapColour}
        onChoose={choose}
        onFold={onFold}
      />
      {containers.length > 0 && (
        <div className="folding">
          <button
            type="button"
            className="button small"
            disabled={containers.every((id) => open.has(id))}
            onClick={() => foldAll(containers)}
          >
            Expand all
          </button>
          <button
            type="button"
            className="button small"
            disabled={open.size === 0}
            onClick={() => foldAll([])}
          >
            Collapse all
          </button>
        </div>
      )}
    </div>
  );
}

function mapColour({ data: { box, state } }: StepNode): string {
  if (box.holds) return "var(--hover)";
  const tone = state ? reminderOf(state.state).tone : "quiet";
  return tone === "quiet" ? "var(--line-strong)" : `var(--${tone})`;
}

function Box({ data: { box, state, sideways, onFold } }: NodeProps<StepNode>) {
  const { id, node, block, holds, inner } = box;
  const isCondition = node?.kind === "when" || node?.kind === "match";
  return (
    <>
      <Handle type="target" position={sideways ? Position.Left : Position.Top} isConnectable={false} />
      {node ? (
        <div
          className={`box${holds ? " holds" : ""}${state ? ` is-${state.state} line-${reminderOf(state.state).tone}` : ""}`}
        >
          <div className="row">
            <Icon name={NODE_ICONS[node.kind]} size={14} className="kind" />
            <span className={`name ${isCondition && !holds ? "lines" : "clip"}`} title={node.label}>
              {isCondition ? <PathText text={node.label} /> : node.label}
            </span>{" "}
            {inner > 0 && (
              // biome-ignore lint/a11y/noStaticElementInteractions: the keys of the box, right and left, do the same
              // biome-ignore lint/a11y/useKeyWithClickEvents: as above
              <span
                className={`folds${holds ? " open" : ""}`}
                title={holds ? "Collapse (left arrow)" : `Expand: ${plural(inner, "node")} (right arrow)`}
                onClick={(event) => {
                  event.stopPropagation();
                  onFold(id, !holds);
                }}
              >
                <Icon name="fold" size={14} />
              </span>
            )}
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

/** The items of a list or the rounds of a loop, by state. */
function itemCounts({ items }: NodeState): StateCount[] {
  if (!items) return [];
  return (["failed", "waiting", "running", "done"] as const)
    .map((state) => ({ state, count: items[state] }))
    .filter(({ count }) => count > 0);
}

function State({ state: all }: { state: NodeState }) {
  const { state, count, done, failed, attempts, durationMs, costUsd, items } = all;
  const look = reminderOf(state);
  const [ready, of] = items ? [items.done, items.count] : [done, count];
  return (
    <>
      <div className="row under">
        <span className={`row word-${look.tone}`} style={{ gap: 4 }}>
          <Icon name={look.icon} size={12} {...(look.turns && { className: "turning" })} />
          {look.label ?? state}
        </span>{" "}
        {of > 1 && (
          <span className="number" title={`${ready} of ${of} done`}>
            {ready}/{of}
          </span>
        )}{" "}
        {failed > 0 && state !== "failed" && (
          <span className="number word-bad">{items ? items.failed || failed : failed} failed</span>
        )}{" "}
      </div>
      <div className="row under number">
        {items && items.count > 1 ? (
          <Strip counts={itemCounts(all)} />
        ) : (
          <>
            {durationMs !== undefined && (
              <span title={count > 1 ? "Average time in the handler" : "Time in the handler"}>
                {count > 1 && "⌀ "}
                {duration(durationMs)}
              </span>
            )}{" "}
            {attempts > Math.max(1, count) && (
              <span title={`${attempts} attempts`}>{attempts} attempts</span>
            )}{" "}
          </>
        )}
        {costUsd !== undefined && costUsd > 0 && <span>{usd(costUsd)}</span>}
      </div>
    </>
  );
}

/** The text of a box for screen readers: its visible text, in that order, and the kind of node. */
function describe({ node, block }: Placed, state: NodeState | undefined): string {
  if (!node) return `${block} block`;
  if (!state) return `${node.label} ${node.kind}`;
  const { count, done, failed, durationMs, attempts, costUsd } = state;
  const several = state.items !== undefined && state.items.count > 1;
  const [ready, of] = state.items ? [state.items.done, state.items.count] : [done, count];
  const said = [
    reminderOf(state.state).label ?? state.state,
    of > 1 && `${ready}/${of}`,
    failed > 0 && state.state !== "failed" && `${state.items?.failed || failed} failed`,
    !several && durationMs !== undefined && `${count > 1 ? "⌀ " : ""}${duration(durationMs)}`,
    !several && attempts > Math.max(1, count) && `${attempts} attempts`,
    costUsd !== undefined && costUsd > 0 && usd(costUsd),
  ];
  const items = several ? `: ${stripText(itemCounts(state))}` : "";
  return `${[node.label, ...said].filter(Boolean).join(" ")}, ${node.kind}${items}`;
}

const TYPES = { box: Box };
