import { useMemo } from "react";
import type { WorkflowGraph as Graph, NodeState } from "../api/types.ts";
import { usePhone } from "../app/media.ts";
import { Canvas } from "./canvas.tsx";
import { flowEdges, flowNodes } from "./flow-elements.ts";
import { cameraOn, containersOf, fitsIn, focusOf, LEAST_ZOOM, placeOf } from "./focus.ts";
import { layoutWorkflow } from "./layout.ts";
import { mapColour, NODE_TYPES } from "./node-box.tsx";
import { roomFor } from "./room.ts";
import { useFrame } from "./use-frame.ts";
import { type OpenBoxes, useOpenBoxes } from "./use-open-boxes.ts";

/** The initial size of the frame; it is measured after the first drawing. */
const FRAME = { phone: { width: 320, height: 380 }, wide: { width: 1040, height: 460 } };

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
  const initial = FRAME[phone ? "phone" : "wide"];
  const [around, frame] = useFrame(initial);
  const focus = selected ?? focusOf(graph, states, failed);
  const boxes = useOpenBoxes(graph, focus, (open) => fitsIn(layoutWorkflow(graph, direction, open), initial));
  const { open, fold } = boxes;
  const picture = useMemo(() => layoutWorkflow(graph, direction, open), [graph, direction, open]);
  const containers = containersOf(graph);
  const { above, height, below, isWhole } = roomFor(picture, frame, {
    phone,
    hasButtons: containers.length > 0,
    hasPanel: selected !== undefined,
  });
  const wanted = boxes.folded ?? focus;
  const camera = useMemo(() => {
    const shown = placeOf(picture, wanted) ? wanted : undefined;
    const at = cameraOn(picture, { width: frame.width, height }, shown);
    return { ...at, y: at.y + above };
  }, [picture, frame.width, height, wanted, above]);
  const selectable = onSelect !== undefined;
  const nodes = useMemo(
    () => flowNodes(picture, { states, selected, sideways: !phone, selectable, onFold: fold }),
    [picture, states, selected, phone, selectable, fold],
  );
  const edges = useMemo(() => flowEdges(picture, states), [picture, states]);
  const choose = (id: string) => {
    const box = picture.boxes.find((one) => one.id === id && one.node);
    if (!box) return;
    if (onSelect) onSelect(id);
    else if (box.inner > 0) fold(id, !box.holds);
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
        map={isWhole || phone ? undefined : mapColour}
        onChoose={choose}
        onFold={fold}
      />
      {containers.length > 0 && <FoldingButtons containers={containers} {...boxes} />}
    </div>
  );
}

function FoldingButtons({ containers, open, openOnly }: OpenBoxes & { containers: readonly string[] }) {
  const isAllOpen = containers.every((id) => open.has(id));
  return (
    <div className="folding">
      <button
        type="button"
        className="button small"
        disabled={isAllOpen}
        onClick={() => openOnly(containers)}
      >
        Expand all
      </button>
      <button type="button" className="button small" disabled={open.size === 0} onClick={() => openOnly([])}>
        Collapse all
      </button>
    </div>
  );
}
