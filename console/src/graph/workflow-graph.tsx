import { useEffect, useMemo, useRef, useState } from "react";
import type { WorkflowGraph as Graph, NodeState } from "../api/types.ts";
import { usePhone } from "../app/media.ts";
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
import { frameHeight, layoutWorkflow } from "./layout.ts";
import { describeNode, mapColour, NODE_TYPES, type StepNode } from "./node-box.tsx";

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
        ariaLabel: describeNode(box, states?.[box.id]),
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
        nodeTypes={NODE_TYPES}
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
